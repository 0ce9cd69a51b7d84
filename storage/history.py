"""What happened, in order; rows are only ever added."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel, col, select

from storage.asking import tell
from storage.database import Session, happened
from storage.tables import HistoryRow

ADD = insert(SQLModel.metadata.tables["history"])


async def append(
    session: Session,
    at: datetime,
    what: str,
    who: str,
    *,
    lead_id: str | None = None,
    handoff_id: str | None = None,
    policy_version: int | None = None,
    why: Mapping[str, Any] | None = None,
) -> None:
    values: dict[str, Any] = {
        "at": at,
        "what": what,
        "who": who,
        "lead_id": lead_id,
        "handoff_id": handoff_id,
        "policy_version": policy_version,
        "why": dict(why or {}),
    }
    await tell(session, ADD, values)
    happened(session, HistoryRow(**values))


async def of_handoff(session: Session, handoff_id: str, what: Iterable[str]) -> list[HistoryRow]:
    """What of these happened to one handoff, in order."""
    found = await session.exec(
        select(HistoryRow)
        .where(HistoryRow.handoff_id == handoff_id, col(HistoryRow.what).in_(list(what)))
        .order_by(col(HistoryRow.id))
    )
    return list(found)
