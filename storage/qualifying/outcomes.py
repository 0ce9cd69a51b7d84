"""What became of leads in sales, each told once."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import col, select

from storage.database import Session
from storage.identifying.merges import group
from storage.rows import insert
from storage.tables import OutcomeRow


@dataclass(frozen=True, slots=True)
class Told:
    outcome: str
    at: datetime
    amount: float | None = None
    currency: str | None = None
    reason: str | None = None


async def add(session: Session, lead_id: str, handoff_id: str | None, told: Told, now: datetime) -> bool:
    """Whether this is new, to leads merged into this one too."""
    values = asdict(told)
    fingerprint = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()
    known = select(OutcomeRow.id).where(col(OutcomeRow.lead_id).in_(group(lead_id)))
    if (await session.exec(known.where(OutcomeRow.fingerprint == fingerprint))).first():
        return False
    values |= {"lead_id": lead_id, "handoff_id": handoff_id, "fingerprint": fingerprint, "received_at": now}
    statement = insert(session, OutcomeRow).values(values).on_conflict_do_nothing().returning(OutcomeRow.id)
    return (await session.exec(statement)).first() is not None


async def of_handoffs(session: Session, handoff_ids: Collection[str]) -> dict[str | None, str]:
    """The newest outcome of each of these handoffs that has one, by its own date."""
    told = select(OutcomeRow.handoff_id, OutcomeRow.outcome).where(col(OutcomeRow.handoff_id).in_(handoff_ids))
    return dict((await session.exec(told.order_by(col(OutcomeRow.at), col(OutcomeRow.id)))).all())


async def of_lead(session: Session, lead_id: str) -> list[Told]:
    """All that was told of the lead, and of leads merged into it, the newest by its own date first."""
    theirs = select(OutcomeRow).where(col(OutcomeRow.lead_id).in_(group(lead_id)))
    rows = await session.exec(theirs.order_by(col(OutcomeRow.at).desc(), col(OutcomeRow.id).desc()))
    return [Told(row.outcome, row.at, row.amount, row.currency, row.reason) for row in rows]


async def latest(session: Session, lead_id: str) -> str:
    """The newest outcome by its own date, of leads merged into this one too."""
    statement = select(OutcomeRow.outcome).where(col(OutcomeRow.lead_id).in_(group(lead_id)))
    return (await session.exec(statement.order_by(col(OutcomeRow.at).desc(), col(OutcomeRow.id).desc()))).first() or ""
