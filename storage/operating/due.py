"""What waits to be done at this moment, asked in one statement: each part of it an index answers."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import col, exists, or_

from storage.asking import ask
from storage.database import Session
from storage.delivery import emails, webhooks
from storage.governing.policies import waits
from storage.operating import erasure
from storage.rows import is_unheld
from storage.tables import CardRow, HandoffRow, HistoryRow, LeadRow, MarketingClockRow


class Due(NamedTuple):
    """Whether there is anything of each kind to do now; who does it looks again under its own lock."""

    steps: bool = True
    """Of handoffs' ladders."""
    promises: bool = True
    """Of what marketing promised."""
    scores: bool = True
    """Leads that are to be scored again."""
    loose: bool = True
    """Rows of history that are not chained yet."""
    forgotten: bool = True
    """Leads whose retention is over."""
    policies: bool = True
    """A version that waits for signatures, for its day, or for open clocks to be counted."""
    cards: bool = True
    emails: bool = True
    webhooks: bool = True


ALL = Due()
"""For whoever has not looked."""
NOW: Any = bindparam("now")
BEFORE: Any = bindparam("before")


def _any(*conditions: Any) -> Any:
    return exists().where(*conditions)


def _card(moment: Any) -> Any:
    return col(moment) <= NOW, col(CardRow.retry_at) <= NOW, is_unheld(CardRow, NOW)


WAITS: dict[str, Any] = {
    "steps": _any(col(HandoffRow.due_at) <= NOW),
    "promises": _any(col(MarketingClockRow.due_at) <= NOW),
    "scores": _any(col(LeadRow.score_at) <= NOW),
    "loose": _any(col(HistoryRow.link).is_(None)),
    "forgotten": erasure.due(NOW, BEFORE).exists(),
    "policies": _any(waits()),
    "cards": or_(_any(col(CardRow.stale), *_card(CardRow.retry_at)), _any(*_card(CardRow.refresh_at))),
    "emails": emails.ready(NOW).exists(),
    "webhooks": webhooks.ready(NOW).exists(),
}
"""A message counts also where Slack's pace, or another process, has it wait."""
LOOK = select(*(waits.label(name) for name, waits in WAITS.items()))


async def look(session: Session, now: datetime, forgotten_before: datetime | None) -> Due:
    """One look at everything, at every tick of every process; takes no lock."""
    (found,) = await ask(session, LOOK, now=now, before=forgotten_before)
    return Due(**found._mapping)
