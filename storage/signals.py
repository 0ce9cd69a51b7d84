"""What leads did, each thing once."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, func, select

from bot.domain.lead import Signal
from storage.database import Session
from storage.rows import insert
from storage.tables import SignalRow


def fingerprint(signal: Signal) -> str:
    """The sender's id, else the signal's own facts: the same thing told twice is one."""
    if signal.id:
        return f"id:{signal.id}"
    told = "\n".join(map(str, (signal.kind, signal.at.isoformat(), signal.url, signal.label)))
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()


async def add(session: Session, lead_id: str, signals: Iterable[Signal], now: datetime, *, past: bool = False) -> int:
    """Stores those that are new; how many were. `past`: told as history."""
    rows = [
        {
            "lead_id": lead_id,
            "fingerprint": fingerprint(signal),
            "signal_id": signal.id,
            **signal.model_dump(exclude={"id"}),
            "received_at": now,
            "past": past,
        }
        for signal in signals
    ]
    if not rows:
        return 0
    statement = insert(session, SignalRow).values(rows).on_conflict_do_nothing().returning(SignalRow.id)
    return len((await session.exec(statement)).all())


async def of_lead(session: Session, lead_id: str) -> list[Signal]:
    """All signals of a lead, the newest first."""
    statement = select(SignalRow).where(SignalRow.lead_id == lead_id).order_by(col(SignalRow.at).desc())
    return [_signal(row) for row in await session.exec(statement)]


async def newest(session: Session, lead_id: str, limit: int) -> tuple[list[Signal], int]:
    """The newest few, and how many there are in all."""
    statement = select(SignalRow).where(SignalRow.lead_id == lead_id).order_by(col(SignalRow.at).desc()).limit(limit)
    total = (await session.exec(select(func.count()).select_from(SignalRow).where(SignalRow.lead_id == lead_id))).one()
    return [_signal(row) for row in await session.exec(statement)], total


def _signal(row: SignalRow) -> Signal:
    return Signal(id=row.signal_id, kind=row.kind, at=row.at, label=row.label, url=row.url, seconds=row.seconds)
