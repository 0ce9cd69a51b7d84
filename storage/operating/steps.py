"""What time brings: some rows at a time of whatever has a clock of its own."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from storage.asking import ask
from storage.database import Session
from storage.tables import HandoffRow, LeadRow, MarketingClockRow

Clocked = type[HandoffRow] | type[MarketingClockRow]
"""Rows about a lead with a moment at which something is to be done, `due_at`."""
CLOCKED: tuple[Clocked, ...] = (HandoffRow, MarketingClockRow)

NOW = bindparam("now", type_=HandoffRow.__table__.c.due_at.type)  # type: ignore[attr-defined]
DUE = {
    table: select(table.id)
    .join(LeadRow, col(LeadRow.id) == table.lead_id)
    .where(col(table.due_at) <= NOW)
    .order_by(col(table.due_at))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=LeadRow)
    for table in CLOCKED
}
STILL_DUE = {
    table: select(table.id, table.lead_id, table.backoff)
    .where(col(table.id).in_(bindparam("found", expanding=True)), col(table.due_at) <= NOW)
    .order_by(col(table.due_at))
    for table in CLOCKED
}


class Due(NamedTuple):
    """A row whose moment has come, and how often deciding it has failed."""

    row_id: str
    lead_id: str
    backoff: int


async def lock_due(session: Session, table: Clocked, now: datetime, most: int) -> list[Due]:
    """Rows whose moment has come, the longest due first, their leads locked; what others work on is passed over.

    Somebody may have taken a step between our look and our lock: what is not due any more is left for the next look.
    Reads no more than it needs, so that a row nobody can read fails alone, in the hands of whoever decides it.
    """
    found = [row.id for row in await ask(session, DUE[table], now=now, most=most)]
    still = await ask(session, STILL_DUE[table], found=found, now=now) if found else ()
    return [Due(row.id, row.lead_id, row.backoff) for row in still]


async def put_off(session: Session, table: Clocked, row_id: str, now: datetime, until: datetime, backoff: int) -> None:
    """A row that failed to be decided waits alone; one whose step was taken after all is left as it is."""
    statement = update(table).where(col(table.id) == row_id, col(table.due_at) <= now)
    await session.exec(statement.values(due_at=until, backoff=backoff))
