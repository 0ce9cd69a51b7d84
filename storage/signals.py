"""What leads did, each thing once."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, func, select

from bot.domain.lead import Signal
from storage.database import Session
from storage.merges import group
from storage.rows import insert
from storage.tables import LeadRow, SignalRow


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
    known = await _known(session, lead_id, told)
    rows = [
        {
            "lead_id": lead_id,
            "fingerprint": mark,
            "signal_id": signal.id,
            **signal.model_dump(exclude={"id"}),
            "received_at": now,
            "past": past,
        }
        for mark, signal in told.items()
        if mark not in known
    ]
    if not rows:
        return 0
    statement = insert(session, SignalRow).values(rows).on_conflict_do_nothing().returning(SignalRow.id)
    return len((await session.exec(statement)).all())


async def _known(session: Session, lead_id: str, marks: Iterable[str]) -> set[str]:
    """Which of these another lead has that was merged into this one; its own meet the constraint."""
    theirs = select(SignalRow.fingerprint).join(LeadRow, col(LeadRow.id) == SignalRow.lead_id)
    found = await session.exec(
        theirs.where(LeadRow.merged_into == lead_id, col(SignalRow.fingerprint).in_(list(marks)))
    )
    return set(found.all())


async def of_lead(session: Session, lead_id: str) -> list[Signal]:
    """All signals of a lead and of those merged into it, the newest first; what both did is there once."""
    statement = select(SignalRow).where(col(SignalRow.lead_id).in_(group(lead_id))).order_by(col(SignalRow.at).desc())
    rows = (await session.exec(statement)).all()
    once = {(row.fingerprint, row.kind, row.at): row for row in rows}
    return [_signal(row) for row in once.values()]


async def newest(session: Session, lead_id: str, limit: int) -> tuple[list[Signal], int]:
    """The newest few, and how many there are in all."""
    once = (
        select(func.max(SignalRow.id).label("id"))
        .where(col(SignalRow.lead_id).in_(group(lead_id)))
        .group_by(col(SignalRow.fingerprint), col(SignalRow.kind), col(SignalRow.at))
        .subquery()
    )
    statement = select(SignalRow).join(once, col(SignalRow.id) == once.c.id).order_by(col(SignalRow.at).desc())
    total = (await session.exec(select(func.count()).select_from(once))).one()
    return [_signal(row) for row in await session.exec(statement.limit(limit))], total


def _signal(row: SignalRow) -> Signal:
    return Signal(id=row.signal_id, kind=row.kind, at=row.at, label=row.label, url=row.url, seconds=row.seconds)
