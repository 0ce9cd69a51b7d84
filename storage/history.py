"""What happened, in order; rows are only ever added."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlmodel import SQLModel

from storage.asking import ask, tell
from storage.database import Session, happened
from storage.tables import HistoryRow

HISTORY = SQLModel.metadata.tables["history"]
ADD = insert(HISTORY)


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


OF_HANDOFF = (
    select(HISTORY)
    .where(HISTORY.c.handoff_id == bindparam("which"), HISTORY.c.what.in_(bindparam("what", expanding=True)))
    .order_by(HISTORY.c.id)
)


async def of_handoff(session: Session, handoff_id: str, what: Iterable[str]) -> Sequence[Row[Any]]:
    """What of these happened to one handoff, in order."""
    return await ask(session, OF_HANDOFF, which=handoff_id, what=list(what))
