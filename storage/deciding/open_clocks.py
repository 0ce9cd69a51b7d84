"""Clocks that run while a new policy comes into force, and how far they are counted anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import and_, col, func, select, update

from bot.domain.handoff import Handoff
from storage.database import Session
from storage.deciding import handoffs
from storage.governing.policies import COUNTED, recounts
from storage.tables import HandoffRow, LeadRow, OfferRow, PolicyRow


class Asked(NamedTuple):
    """A version that wants open clocks counted anew, and the last handoff that could not be."""

    version: int
    after: str


async def asked(session: Session) -> Asked | None:
    """The newest version with clocks left to count; older ones give way to it."""
    statement = select(PolicyRow.version, PolicyRow.recounted).where(recounts())
    found = (await session.exec(statement.order_by(col(PolicyRow.version).desc()).limit(1))).first()
    return Asked(found[0] or 0, found[1] or "") if found else None


def _left(version: int) -> Any:
    """Open, made under an earlier version, and not yet counted by this one or a later."""
    return and_(
        col(HandoffRow.due_at).is_not(None),
        col(HandoffRow.policy_version) < version,
        func.coalesce(col(HandoffRow.clock_version), 0) < version,
    )


async def left(session: Session, version: int, after: str, limit: int) -> Sequence[str]:
    """Handoffs whose clocks are still to be counted by this version."""
    statement = select(HandoffRow.id).where(_left(version), col(HandoffRow.id) > after)
    return (await session.exec(statement.order_by(HandoffRow.id).limit(limit))).all()


async def lock(session: Session, handoff_id: str, version: int) -> Handoff | None:
    """The handoff with its lead locked; None when its clock needs no counting any more."""
    lead = select(LeadRow.id).join(HandoffRow, col(LeadRow.id) == HandoffRow.lead_id)
    await session.exec(lead.where(HandoffRow.id == handoff_id).with_for_update(of=LeadRow))
    still = select(HandoffRow.id).where(HandoffRow.id == handoff_id, _left(version))
    return await handoffs.get(session, handoff_id) if (await session.exec(still)).first() else None


async def every(session: Session) -> list[Handoff]:
    """Every open handoff."""
    rows = await session.exec(select(HandoffRow).where(col(HandoffRow.due_at).is_not(None)).order_by(HandoffRow.id))
    return [Handoff.model_validate(row.model_dump()) for row in rows]


async def promise(session: Session, handoff_id: str, deadline_at: datetime | None) -> None:
    """Until when the rep who is asked now is asked."""
    running = (col(OfferRow.handoff_id) == handoff_id, col(OfferRow.ended_at).is_(None))
    if deadline_at:
        await session.exec(update(OfferRow).where(*running).values(deadline_at=deadline_at))


async def pass_over(session: Session, version: int, handoff_id: str) -> None:
    """This one could not be counted; it keeps the clock it has."""
    await session.exec(update(PolicyRow).where(col(PolicyRow.version) == version).values(recounted=handoff_id))


async def finish(session: Session, version: int) -> None:
    """Nothing is left to count for this version, nor for those before it."""
    done = (col(PolicyRow.version) <= version, col(PolicyRow.recount))
    await session.exec(update(PolicyRow).where(*done).values(recounted=COUNTED))
