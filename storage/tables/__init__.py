"""The tables. They do not validate: what comes in is checked at the edges, and the constraints hold the rest.

Times are UTC-aware on both engines. Nothing here has relationships: every read is a query one can see.
"""

from storage.tables.books import HistoryHeadRow, HistoryRow, ReceiptRow
from storage.tables.handoffs import (
    AbsenceRow,
    FollowUpRow,
    HandoffRow,
    MarketingClockRow,
    MarketingLateRow,
    OfferRow,
    RaisedRow,
    TurnsRow,
)
from storage.tables.leads import (
    AccountRow,
    BriefRow,
    IdentityRow,
    LeadRow,
    LikenessRow,
    MergeRow,
    OutcomeRow,
    SignalRow,
    TellingRow,
)
from storage.tables.messages import AlarmRow, CardRow, EmailRow, WebhookRow
from storage.tables.policies import PersonRow, PolicyRow, SignatureRow

__all__ = [
    "AbsenceRow",
    "AccountRow",
    "AlarmRow",
    "BriefRow",
    "CardRow",
    "EmailRow",
    "FollowUpRow",
    "HandoffRow",
    "HistoryHeadRow",
    "HistoryRow",
    "IdentityRow",
    "LeadRow",
    "LikenessRow",
    "MarketingClockRow",
    "MarketingLateRow",
    "MergeRow",
    "OfferRow",
    "OutcomeRow",
    "PersonRow",
    "PolicyRow",
    "RaisedRow",
    "ReceiptRow",
    "SignalRow",
    "SignatureRow",
    "TellingRow",
    "TurnsRow",
    "WebhookRow",
]
