"""What time brings: whether anything is due, and one row at a time of whatever has a clock of its own."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, exists, or_, select, update

from storage.database import Session
from storage.tables import HandoffRow, LeadRow, MarketingClockRow

Clocked = type[HandoffRow] | type[MarketingClockRow]
"""Rows about a lead with a moment at which something is to be done, `due_at`."""


async def is_any_due(session: Session, now: datetime) -> bool:
    """Of a handoff's ladder, of a lead that is to be scored, or of what marketing promised; takes no lock.

    Asked at every tick of every process: one look at three indexes.
    """
    moments = (HandoffRow.due_at, LeadRow.score_at, MarketingClockRow.due_at)
    waits = or_(*(exists().where(col(moment) <= now) for moment in moments))
    return bool((await session.exec(select(waits))).one())


class Due(NamedTuple):
    """A row whose moment has come, and how often deciding it has failed."""

    row_id: str
    lead_id: str
    backoff: int


async def lock_due(session: Session, table: Clocked, now: datetime) -> Due | None:
    """One row whose moment has come, its lead locked; leads that others are working on are passed over.

    Somebody may have taken the step between our look and our lock: what is not due any more is left for the next look.
    Reads no more than it needs, so that a row nobody can read fails alone, in the hands of whoever decides it.
    """
    statement = (
        select(table.id)
        .join(LeadRow, col(LeadRow.id) == table.lead_id)
        .where(col(table.due_at) <= now)
        .order_by(col(table.due_at))
        .limit(1)
        .with_for_update(skip_locked=True, of=LeadRow)
    )
    found = (await session.exec(statement)).first()
    still = select(table.id, table.lead_id, table.backoff).where(table.id == found, col(table.due_at) <= now)
    due = (await session.exec(still)).first() if found else None
    return Due(*due) if due else None


async def put_off(session: Session, table: Clocked, row_id: str, now: datetime, until: datetime, backoff: int) -> None:
    """A row that failed to be decided waits alone; one whose step was taken after all is left as it is."""
    statement = update(table).where(col(table.id) == row_id, col(table.due_at) <= now)
    await session.exec(statement.values(due_at=until, backoff=backoff))
