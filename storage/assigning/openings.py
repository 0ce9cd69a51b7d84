"""When leads that wait for a shift are given out."""

from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.domain.handoff import State
from storage.database import Session
from storage.tables import HandoffRow

ONE_OPENING = timedelta(hours=12)
"""What is due longer after a shift begins waits for another one."""


async def last_due(session: Session, team: str, opens: datetime, but: str) -> datetime | None:
    """When the last of the leads that wait for this opening is given out; `but` is a lead that is not counted."""
    statement = select(func.max(HandoffRow.due_at)).where(
        HandoffRow.team == team,
        HandoffRow.state == State.WAITING,
        col(HandoffRow.pooled_at).is_(None),
        col(HandoffRow.due_at).between(opens, opens + ONE_OPENING),
        HandoffRow.lead_id != but,
    )
    return (await session.exec(statement)).first()
