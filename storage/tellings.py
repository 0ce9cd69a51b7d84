"""What was told of leads, moment by moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.domain.lead import Facts
from storage.database import Session
from storage.tables import TellingRow


async def add(session: Session, lead_id: str, facts: Facts, now: datetime, *, past: bool = False) -> None:
    """Notes what was told now; `past`: as history."""
    told = facts.model_dump(mode="json", exclude_none=True)
    session.add(TellingRow(lead_id=lead_id, at=now, facts=told, past=past))


async def of_leads(session: Session, lead_ids: Sequence[str]) -> list[TellingRow]:
    """All that was told of these leads, the oldest first."""
    statement = select(TellingRow).where(col(TellingRow.lead_id).in_(lead_ids))
    return list((await session.exec(statement.order_by(col(TellingRow.at), col(TellingRow.id)))).all())
