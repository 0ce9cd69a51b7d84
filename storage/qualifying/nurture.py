"""Many leads in nurture at once: read to be judged, and written back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, bindparam, cast
from sqlmodel import SQLModel, col, exists, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.lead import Signal
from storage.database import Session
from storage.tables import HandoffRow, LeadRow, SignalRow

NOTED = ("stage", "definition", "path", "fit", "engagement", "gated", "lacking", "near", "score_at", "backoff")
"""What a judgement may change of a lead in nurture."""
LEADS = SQLModel.metadata.tables["lead"]


class Due(NamedTuple):
    """A lead as it is judged; `facts` are JSON as stored."""

    id: str
    facts: str
    stage: str
    evidence_at: datetime
    recycled_at: datetime | None
    recycled_count: int
    cool_off_until: datetime | None
    hand_over_at: datetime | None
    history_only: bool
    definition: str | None
    path: str | None
    fit: int
    engagement: int
    gated: str | None
    lacking: list[str]
    near: str | None
    backoff: int
    proofs: list[dict[str, Any]]
    merged: bool
    """One of several leads that are one person."""
    has_open: bool
    """Sales has it."""


async def due(session: Session, now: datetime, limit: int) -> list[str]:
    """Leads whose time has come, those that wait longest first; takes no lock."""
    return list((await session.exec(_due(now, limit))).all())


async def lock_due(session: Session, now: datetime, limit: int) -> list[str]:
    """The same, locked; what others are working on is passed over."""
    return list((await session.exec(_due(now, limit).with_for_update(skip_locked=True))).all())


def _due(now: datetime, limit: int) -> SelectOfScalar[str]:
    return select(LeadRow.id).where(col(LeadRow.score_at) <= now).order_by(col(LeadRow.score_at)).limit(limit)


async def read_due(session: Session, lead_ids: Sequence[str], now: datetime) -> list[Due]:
    """Those of these leads that are (still) due, as they are now."""
    return await _read(session, LEADS.c.id.in_(lead_ids), LEADS.c.score_at <= now)


async def read(session: Session, lead_ids: Sequence[str]) -> list[Due]:
    """These leads as they are now."""
    return await _read(session, LEADS.c.id.in_(lead_ids))


async def _read(session: Session, *which: ColumnElement[bool]) -> list[Due]:
    open_now = exists().where(col(HandoffRow.lead_id) == LEADS.c.id, col(HandoffRow.due_at).is_not(None))
    special: dict[str, ColumnElement[Any]] = {
        "facts": cast(LEADS.c.facts, Text),
        "merged": LEADS.c.merged_into.is_not(None) | (cast(LEADS.c.absorbed, Text) != "[]"),
        "has_open": open_now,
    }
    columns = [special[name].label(name) if name in special else LEADS.c[name] for name in Due._fields]
    connection = await session.connection()
    return [Due(*row) for row in await connection.execute(select(*columns).where(*which))]


async def signals_of(session: Session, lead_ids: Sequence[str]) -> dict[str, list[Signal]]:
    """What each of these leads did, the newest first; leads that did nothing are left out."""
    told = (SignalRow.lead_id, SignalRow.signal_id, SignalRow.kind, SignalRow.at, SignalRow.label, SignalRow.url)
    statement = select(*told, SignalRow.seconds).where(col(SignalRow.lead_id).in_(lead_ids))  # type: ignore[call-overload]
    found: dict[str, list[Signal]] = {}
    connection = await session.connection()
    rows = await connection.execute(statement.order_by(col(SignalRow.lead_id), col(SignalRow.at).desc()))
    for lead_id, mark, kind, at, label, url, seconds in rows:
        found.setdefault(lead_id, []).append(Signal(id=mark, kind=kind, at=at, label=label, url=url, seconds=seconds))
    return found


async def note(session: Session, judged: Iterable[Mapping[str, Any]]) -> None:
    """Writes what was judged; each names its lead as `lead_id` and every column of `NOTED`."""
    rows = list(judged)
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in NOTED}
        connection = await session.connection()
        await connection.execute(update(LEADS).where(LEADS.c.id == bindparam("lead_id")).values(values), rows)
