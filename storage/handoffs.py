"""Handoffs and the offers they are made of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import and_, col, func, or_, select, update

from bot.domain.handoff import Handoff, State
from storage.database import Session
from storage.merges import group
from storage.rows import count
from storage.tables import FollowUpRow, HandoffRow, LeadRow, OfferRow

GAVE_UP = ("rejected", "missed", "pooled", "passed on", "idle")
"""How a rep's turn ends who did not want the lead, or did nothing about it."""


def _columns(handoff: Handoff) -> dict[str, Any]:
    return {
        **handoff.model_dump(),
        "scoring": handoff.scoring.model_dump(mode="json"),
        "without_teams": list(handoff.without_teams),
        "undo": dict(handoff.undo) if handoff.undo else None,
    }


def _handoff(row: HandoffRow) -> Handoff:
    return Handoff.model_validate(row.model_dump())


async def get(session: Session, handoff_id: str) -> Handoff | None:
    row = await session.get(HandoffRow, handoff_id, populate_existing=True)
    return _handoff(row) if row else None


async def get_one(session: Session, handoff_id: str) -> Handoff:
    return _handoff(await session.get_one(HandoffRow, handoff_id, populate_existing=True))


async def save(session: Session, handoff: Handoff) -> None:
    """Writes every column; the caller holds the lead's lock."""
    values = _columns(handoff)
    await session.exec(update(HandoffRow).where(col(HandoffRow.id) == values.pop("id")).values(**values))


async def add(session: Session, handoff: Handoff) -> None:
    session.add(HandoffRow(**_columns(handoff)))
    await session.flush()


async def of_lead(session: Session, lead_id: str) -> list[Handoff]:
    """All handoffs of a lead, the newest first, and after them those of leads merged into it; none of these is open."""
    merged = col(HandoffRow.lead_id) != lead_id
    newest_first = (merged, col(HandoffRow.number).desc(), col(HandoffRow.created_at).desc())
    statement = select(HandoffRow).where(col(HandoffRow.lead_id).in_(group(lead_id))).order_by(*newest_first)
    return [_handoff(row) for row in await session.exec(statement.execution_options(populate_existing=True))]


async def open_of(session: Session, people: Iterable[str], limit: int) -> list[Handoff]:
    """Open handoffs that these people own, the most urgent first."""
    statement = (
        select(HandoffRow)
        .where(col(HandoffRow.owner).in_(set(people)), col(HandoffRow.due_at).is_not(None))
        .order_by(col(HandoffRow.deadline_at), col(HandoffRow.due_at))
        .limit(limit)
    )
    return [_handoff(row) for row in await session.exec(statement)]


async def release_owners_but(session: Session, people: Collection[str], now: datetime) -> None:
    """Marks every open handoff whose owner is none of `people`, under its lead's lock: routing takes it from there."""
    await _release(session, now, col(HandoffRow.owner).not_in(set(people)))


async def release_from(session: Session, person: str, now: datetime) -> None:
    """The same for every handoff that this person was offered or has accepted; what waits for a rep goes on waiting."""
    held = col(HandoffRow.state).in_((State.OFFERED, State.ACCEPTED))
    await _release(session, now, HandoffRow.owner == person, held)


async def _release(session: Session, now: datetime, *which: Any) -> None:
    gone = (col(HandoffRow.due_at).is_not(None), *which)
    theirs = select(LeadRow.id).where(col(LeadRow.id).in_(select(HandoffRow.lead_id).where(*gone)))
    await session.exec(theirs.order_by(LeadRow.id).with_for_update())
    await session.exec(update(HandoffRow).where(*gone).values(owner_gone=True, due_at=now))


async def begin_offer(session: Session, handoff: Handoff, rep: str, why: Mapping[str, Any]) -> None:
    clock = handoff.model_dump(include={"lead_id", "team", "offered_at", "deadline_at"})
    session.add(OfferRow(handoff_id=handoff.id, rep=rep, why=dict(why) or None, **clock))
    await session.flush()


async def end_offer(session: Session, handoff_id: str, ended: str, now: datetime, after: float | None) -> None:
    """Ends the offer that runs; `after` is in business seconds, for answers."""
    statement = update(OfferRow).where(col(OfferRow.handoff_id) == handoff_id, col(OfferRow.ended_at).is_(None))
    await session.exec(statement.values(ended_at=now, ended=ended, answered_after=after))


async def note_idle(session: Session, handoff_id: str) -> None:
    """The offer was accepted, and came to nothing: whoever accepted left the lead alone."""
    last = select(func.max(OfferRow.id)).where(OfferRow.handoff_id == handoff_id).scalar_subquery()
    accepted = (col(OfferRow.id) == last, col(OfferRow.ended) == "accepted")
    await session.exec(update(OfferRow).where(*accepted).values(ended="idle"))


async def resume_offer(session: Session, handoff_id: str) -> None:
    """The last offer runs again, as if it had not been answered."""
    last = select(func.max(OfferRow.id)).where(OfferRow.handoff_id == handoff_id).scalar_subquery()
    statement = update(OfferRow).where(col(OfferRow.id) == last)
    await session.exec(statement.values(ended_at=None, ended=None, answered_after=None))


def _unopened(handoff_id: str, rep: str) -> tuple[Any, ...]:
    newest = select(func.max(OfferRow.id)).where(OfferRow.handoff_id == handoff_id).scalar_subquery()
    return col(OfferRow.id) == newest, OfferRow.rep == rep, col(OfferRow.opened_at).is_(None)


async def is_unopened(session: Session, handoff_id: str, rep: str) -> bool:
    """Whether the newest offer is this rep's, and they have not touched its card."""
    return (await session.exec(select(OfferRow.id).where(*_unopened(handoff_id, rep)))).first() is not None


async def mark_opened(session: Session, handoff_id: str, rep: str, now: datetime) -> bool:
    """Notes when the rep first touched the card of their offer; false when that is no news."""
    return count(await session.exec(update(OfferRow).where(*_unopened(handoff_id, rep)).values(opened_at=now))) == 1


async def passed_on_by(session: Session, lead_id: str, since: datetime) -> set[str]:
    """Reps who rejected, missed, passed on or left alone this lead, or one merged into it, since then."""
    theirs = col(OfferRow.lead_id).in_(group(lead_id))
    gave_up = and_(col(OfferRow.ended).in_(GAVE_UP), col(OfferRow.ended_at) >= since)
    still_open = select(HandoffRow.id).where(col(HandoffRow.due_at).is_not(None))
    idle = and_(col(OfferRow.ended) == "idle", col(OfferRow.handoff_id).in_(still_open))
    statement = select(OfferRow.rep).where(theirs, or_(gave_up, idle))
    return set((await session.exec(statement)).all())


async def offers_since(
    session: Session, reps: Iterable[str], midnight: datetime, monday: datetime
) -> dict[str, tuple[int, int]]:
    """How many leads each rep was offered since midnight, and since the Monday before it."""
    today = func.sum(case((col(OfferRow.offered_at) >= midnight, 1), else_=0))
    statement = (
        select(OfferRow.rep, today, func.count())
        .where(col(OfferRow.rep).in_(set(reps)), col(OfferRow.offered_at) >= monday)
        .group_by(OfferRow.rep)
    )
    return {rep: (int(day), week) for rep, day, week in await session.exec(statement)}


async def offers_of(session: Session, handoff_id: str) -> list[OfferRow]:
    statement = select(OfferRow).where(OfferRow.handoff_id == handoff_id).order_by(col(OfferRow.id))
    return list((await session.exec(statement)).all())


async def add_follow_up(session: Session, row: FollowUpRow) -> None:
    session.add(row)


async def follow_ups_of(session: Session, handoff_id: str) -> list[FollowUpRow]:
    statement = select(FollowUpRow).where(FollowUpRow.handoff_id == handoff_id).order_by(col(FollowUpRow.id))
    return list((await session.exec(statement)).all())
