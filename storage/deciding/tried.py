"""What has been tried since somebody got a lead, as history and marketing's clocks tell it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import select

from bot.domain.handoff import Handoff
from bot.domain.tried import MoreTime, Tried
from storage.accounting import history
from storage.database import Session
from storage.tables import MarketingClockRow

REMINDED, MENTIONED, EXTENDED = "reminded", "mentioned", "extended"
"""What history says of each."""


async def of_handoff(session: Session, handoff: Handoff) -> Tried:
    """What was done since whoever has the lead was offered it, or accepted it; questions since it was handed over."""
    since = handoff.accepted_at or handoff.pooled_at or handoff.offered_at or handoff.created_at
    steps = await history.of_handoff(session, handoff.id, (REMINDED, MENTIONED, EXTENDED))
    rows = [row for row in steps if row.at >= since]
    asked = select(MarketingClockRow.ended_at).where(
        MarketingClockRow.handoff_id == handoff.id, MarketingClockRow.kind == "question"
    )
    questions = (await session.exec(asked)).all()
    reminders = [row.at for row in rows if row.what == REMINDED]
    mentions = [row.at for row in rows if row.what == MENTIONED]
    return Tried(
        len(reminders),
        max(reminders, default=None),
        len(mentions),
        max(mentions, default=None),
        len(questions),
        questions.count(None),
        tuple(_more_time(row) for row in rows if row.what == EXTENDED),
    )


def _more_time(row: Row[Any]) -> MoreTime:
    until = datetime.fromisoformat(row.why["until"])
    return MoreTime(row.who, row.at, until, row.why.get("words"))
