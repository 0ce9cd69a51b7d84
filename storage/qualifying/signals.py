"""What leads did, each thing once."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam
from sqlalchemy import insert as new
from sqlmodel import SQLModel, col, select

from bot.domain.lead import Signal
from storage.asking import ask, tell
from storage.database import Session
from storage.identifying.merges import group_of
from storage.rows import insert
from storage.tables import SignalRow


def fingerprint(signal: Signal) -> str:
    """The sender's id, else the signal's own facts: the same thing told twice is one."""
    if signal.id:
        return f"id:{signal.id}"
    told = "\n".join(map(str, (signal.kind, signal.at.isoformat(), signal.url, signal.label)))
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()


async def add(session: Session, lead_id: str, signals: Iterable[Signal], now: datetime, *, past: bool = False) -> int:
    """Stores those that are new, of leads merged into this one too; how many were. `past`: told as history."""
    told = {fingerprint(signal): signal for signal in signals}
    if not told:
        return 0
    known = {mark for (mark,) in await ask(session, KNOWN, lead_id=lead_id, marks=list(told))}
    rows = [_values(lead_id, mark, signal, now, past) for mark, signal in told.items() if mark not in known]
    if not rows:
        return 0
    statement = insert(session, SignalRow).values(rows).on_conflict_do_nothing().returning(SignalRow.id)
    return len((await session.exec(statement)).all())


KNOWN = select(SignalRow.fingerprint).where(
    col(SignalRow.lead_id).in_(group_of(bindparam("lead_id", type_=String))),
    col(SignalRow.fingerprint).in_(bindparam("marks", expanding=True)),
)
"""Which of these were told of this lead before, or of one that was merged into it."""
ADD = new(SQLModel.metadata.tables["signal"])


async def add_first(
    session: Session, did: Iterable[tuple[str, Collection[Signal]]], now: datetime, *, past: bool = False
) -> None:
    """What new leads did, by the id of each; the caller has left out what was told twice."""
    rows = [_values(lead_id, fingerprint(one), one, now, past) for lead_id, done in did for one in done]
    await tell(session, ADD, rows)


def once(signals: Iterable[Signal]) -> Sequence[Signal]:
    """Each of these once, as they will be read again: the newest first."""
    told = {fingerprint(signal): signal for signal in signals}
    return sorted(told.values(), key=lambda signal: signal.at, reverse=True)


def _values(lead_id: str, mark: str, signal: Signal, now: datetime, past: bool) -> Mapping[str, Any]:
    return {
        "lead_id": lead_id,
        "fingerprint": mark,
        "signal_id": signal.id,
        "kind": signal.kind,
        "at": signal.at,
        "label": signal.label,
        "url": signal.url,
        "seconds": signal.seconds,
        "received_at": now,
        "past": past,
    }


DONE = (
    select(  # type: ignore[call-overload]
        SignalRow.fingerprint,
        SignalRow.signal_id.label("id"),  # type: ignore[union-attr]
        SignalRow.kind,
        SignalRow.at,
        SignalRow.label,
        SignalRow.url,
        SignalRow.seconds,
    )
    .where(col(SignalRow.lead_id).in_(group_of(bindparam("lead_id", type_=String))))
    .order_by(col(SignalRow.at).desc())
)


async def of_lead(session: Session, lead_id: str) -> list[Signal]:
    """All signals of a lead and of those merged into it, the newest first; what both did is there once."""
    rows = await ask(session, DONE, lead_id=lead_id)
    once = {(row.fingerprint, row.kind, row.at): row for row in rows}
    return [
        Signal(id=row.id, kind=row.kind, at=row.at, label=row.label, url=row.url, seconds=row.seconds)
        for row in once.values()
    ]
