"""The tables. They do not validate: what comes in is checked at the edges, and the constraints hold the rest.

Times are UTC-aware on both engines. Nothing here has relationships: every read is a query one can see.
"""

from storage.tables.books import HistoryHeadRow, HistoryRow, ReceiptRow
from storage.tables.handoffs import FollowUpRow, HandoffRow, OfferRow, TurnsRow
from storage.tables.leads import IdentityRow, LeadRow, OutcomeRow, SignalRow
from storage.tables.messages import AlarmRow, CardRow, EmailRow
from storage.tables.policies import PersonRow, PolicyRow, SignatureRow

__all__ = [
    "AlarmRow",
    "CardRow",
    "EmailRow",
    "FollowUpRow",
    "HandoffRow",
    "HistoryHeadRow",
    "HistoryRow",
    "IdentityRow",
    "LeadRow",
    "OfferRow",
    "OutcomeRow",
    "PersonRow",
    "PolicyRow",
    "ReceiptRow",
    "SignalRow",
    "SignatureRow",
    "TurnsRow",
]
