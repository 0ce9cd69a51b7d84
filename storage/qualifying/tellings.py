"""What was told of leads, moment by moment."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import SQLModel, col, select

from bot.domain.lead import Facts
from storage.asking import tell
from storage.database import Session
from storage.tables import TellingRow


async def add(session: Session, lead_id: str, facts: Facts, now: datetime, *, past: bool = False) -> None:
    """Notes what was told now; `past`: as history."""
    await add_many(session, [(lead_id, facts)], now, past=past)


ADD = insert(SQLModel.metadata.tables["telling"])


async def add_many(session: Session, told: Iterable[tuple[str, Facts]], now: datetime, *, past: bool = False) -> None:
    """The same of many leads, by their ids."""
    rows = [(lead_id, facts.model_dump(mode="json", exclude_none=True)) for lead_id, facts in told]
    await tell(session, ADD, [{"lead_id": lead_id, "at": now, "facts": facts, "past": past} for lead_id, facts in rows])


async def of_leads(session: Session, lead_ids: Sequence[str]) -> list[TellingRow]:
    """All that was told of these leads, the oldest first."""
    statement = select(TellingRow).where(col(TellingRow.lead_id).in_(lead_ids))
    return list((await session.exec(statement.order_by(col(TellingRow.at), col(TellingRow.id)))).all())


async def forget_names(
    session: Session, lead_ids: Collection[str], names: Collection[tuple[str, str]], since: datetime
) -> None:
    """Takes out of what was told of these leads since then what somebody else is known by: kind and value."""
    statement = select(TellingRow).where(col(TellingRow.lead_id).in_(lead_ids), col(TellingRow.at) >= since)
    for row in await session.exec(statement):
        kinds = {"email": "email", "phone": "phone", "external_id": f"source:{row.facts.get('source')}"}
        theirs = {field for field, kind in kinds.items() if (kind, row.facts.get(field)) in names}
        if theirs:
            row.facts = {field: told for field, told in row.facts.items() if field not in theirs}
            session.add(row)
    await session.flush()
