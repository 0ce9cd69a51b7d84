"""What happened, in order; rows are only ever added."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, insert, select
from sqlmodel import SQLModel

from storage.asking import ask, tell
from storage.database import Session, happened
from storage.tables import HistoryRow

HISTORY = SQLModel.metadata.tables["history"]
ADD = insert(HISTORY)


class Entry(NamedTuple):
    """Something that happened: when, what, who did it, to whom, by which policy, and why."""

    at: datetime
    what: str
    who: str
    lead_id: str | None = None
    handoff_id: str | None = None
    policy_version: int | None = None
    why: Mapping[str, Any] = {}


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
    await append_all(session, [Entry(at, what, who, lead_id, handoff_id, policy_version, dict(why or {}))])


async def append_all(session: Session, every: Iterable[Entry]) -> None:
    """In this order."""
    rows = [one._asdict() for one in every]
    await tell(session, ADD, rows)
    for row in rows:
        happened(session, HistoryRow(**row))


OF_HANDOFF = (
    select(HISTORY)
    .where(HISTORY.c.handoff_id == bindparam("which"), HISTORY.c.what.in_(bindparam("what", expanding=True)))
    .order_by(HISTORY.c.id)
)


async def of_handoff(session: Session, handoff_id: str, what: Iterable[str]) -> Sequence[Row[Any]]:
    """What of these happened to one handoff, in order."""
    return await ask(session, OF_HANDOFF, which=handoff_id, what=list(what))
