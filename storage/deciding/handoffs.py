"""Handoffs and the offers they are made of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, String, bindparam, case
from sqlalchemy import insert as new
from sqlmodel import SQLModel, and_, col, func, or_, select, update

from bot.domain.handoff import Handoff, State
from storage.asking import ask, ask_first, tell
from storage.database import Session
from storage.identifying.merges import group_of
from storage.tables import FollowUpRow, HandoffRow, LeadRow, OfferRow

HANDOFF, OFFER = (SQLModel.metadata.tables[name] for name in ("handoff", "offer"))
ID, LEAD_ID = bindparam("of", type_=String), bindparam("lead_id", type_=String)

GAVE_UP = ("rejected", "missed", "pooled", "passed on", "idle")
"""How a rep's turn ends who did not want the lead, or did nothing about it."""


def _columns(handoff: Handoff) -> dict[str, Any]:
    return {
        **{name: getattr(handoff, name) for name in Handoff.model_fields},
        "scoring": handoff.scoring.model_dump(mode="json"),
        "without_teams": list(handoff.without_teams),
        "undo": dict(handoff.undo) if handoff.undo else None,
    }


def _handoff(row: Row[Any]) -> Handoff:
    return Handoff.model_validate(dict(row._mapping))  # a plain one is read in half the time


GET = HANDOFF.select().where(HANDOFF.c.id == ID)


async def get(session: Session, handoff_id: str) -> Handoff | None:
    row = await ask_first(session, GET, of=handoff_id)
    return _handoff(row) if row else None


async def get_one(session: Session, handoff_id: str) -> Handoff:
    (row,) = await ask(session, GET, of=handoff_id)
    return _handoff(row)


LEAD_OF = select(HANDOFF.c.lead_id).where(HANDOFF.c.id == ID)


async def lead_of(session: Session, handoff_id: str) -> str | None:
    """Whose handoff it is, for as long as there is one."""
    row = await ask_first(session, LEAD_OF, of=handoff_id)
    return row.lead_id if row else None


SAVE = update(HANDOFF).where(HANDOFF.c.id == bindparam("which"))


async def save(session: Session, handoff: Handoff) -> None:
    """Writes every column; the caller holds the lead's lock."""
    values = _columns(handoff)
    await tell(session, SAVE, {"which": values.pop("id"), **values})


ADD = new(HANDOFF)


async def add(session: Session, begun: Iterable[Handoff]) -> None:
    await tell(session, ADD, [_columns(handoff) for handoff in begun])


OF_LEAD = (
    HANDOFF.select()
    .where(HANDOFF.c.lead_id.in_(group_of(LEAD_ID)))
    .order_by(HANDOFF.c.lead_id != LEAD_ID, HANDOFF.c.number.desc(), HANDOFF.c.created_at.desc())
)


async def of_lead(session: Session, lead_id: str) -> list[Handoff]:
    """All handoffs of a lead, the newest first, and after them those of leads merged into it; none of these is open."""
    return [_handoff(row) for row in await ask(session, OF_LEAD, lead_id=lead_id)]


OPEN_OF = (
    HANDOFF.select()
    .where(HANDOFF.c.owner.in_(bindparam("people", expanding=True)), HANDOFF.c.due_at.is_not(None))
    .order_by(HANDOFF.c.deadline_at, HANDOFF.c.due_at)
    .limit(bindparam("limit"))
)


async def open_of(session: Session, people: Iterable[str], limit: int) -> list[Handoff]:
    """Open handoffs that these people own, the most urgent first."""
    return [_handoff(row) for row in await ask(session, OPEN_OF, people=sorted(set(people)), limit=limit)]


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


BEGIN = new(OFFER)


class Offer(NamedTuple):
    """A handoff that is offered to a rep, and why to this one."""

    handoff: Handoff
    rep: str
    why: Mapping[str, Any]


async def begin_offers(session: Session, offered: Iterable[Offer]) -> None:
    await tell(session, BEGIN, [_offer(one) for one in offered])


def _offer(one: Offer) -> dict[str, Any]:
    clock = {name: getattr(one.handoff, name) for name in ("lead_id", "team", "offered_at", "deadline_at")}
    return {"handoff_id": one.handoff.id, "rep": one.rep, "why": dict(one.why) or None, **clock}


AT, BY = bindparam("at", type_=OFFER.c.ended_at.type), bindparam("by", type_=String)
SEEN = case((OFFER.c.rep == BY, func.coalesce(OFFER.c.opened_at, AT)), else_=OFFER.c.opened_at)
END = (
    update(OFFER)
    .where(OFFER.c.handoff_id == ID, OFFER.c.ended_at.is_(None))
    .values(ended_at=AT, ended=bindparam("how"), answered_after=bindparam("after"), opened_at=SEEN)
)


async def end_offer(session: Session, handoff_id: str, ended: str, by: str, now: datetime, after: float | None) -> None:
    """Ends the offer that runs, which its rep has seen if it was they; `after` is in business seconds, for answers."""
    await tell(session, END, {"of": handoff_id, "how": ended, "by": by, "at": now, "after": after})


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


NEWEST = select(func.max(OFFER.c.id)).where(OFFER.c.handoff_id == ID).scalar_subquery()
UNOPENED = (OFFER.c.id == NEWEST, OFFER.c.rep == bindparam("by"), OFFER.c.opened_at.is_(None))
IS_UNOPENED = select(OFFER.c.id).where(*UNOPENED)
OPEN = update(OFFER).where(*UNOPENED)


async def is_unopened(session: Session, handoff_id: str, rep: str) -> bool:
    """Whether the newest offer is this rep's, and they have not touched its card."""
    return await ask_first(session, IS_UNOPENED, of=handoff_id, by=rep) is not None


async def mark_opened(session: Session, handoff_id: str, rep: str, now: datetime) -> bool:
    """Notes when the rep first touched the card of their offer; false when that is no news."""
    return await tell(session, OPEN, {"of": handoff_id, "by": rep, "opened_at": now}) == 1


GIVEN_UP = and_(OFFER.c.ended.in_(GAVE_UP), OFFER.c.ended_at >= bindparam("since", type_=OFFER.c.ended_at.type))
IDLE = and_(OFFER.c.ended == "idle", OFFER.c.handoff_id.in_(select(HANDOFF.c.id).where(HANDOFF.c.due_at.is_not(None))))
PASSED_ON = select(OFFER.c.rep).where(OFFER.c.lead_id.in_(group_of(LEAD_ID)), or_(GIVEN_UP, IDLE))


async def passed_on_by(session: Session, lead_id: str, since: datetime) -> set[str]:
    """Reps who rejected, missed, passed on or left alone this lead, or one merged into it, since then."""
    return {row.rep for row in await ask(session, PASSED_ON, lead_id=lead_id, since=since)}


MONDAY, MIDNIGHT = (bindparam(name, type_=OFFER.c.offered_at.type) for name in ("monday", "midnight"))
SINCE = (
    select(
        OFFER.c.rep,
        func.sum(case((OFFER.c.offered_at >= MIDNIGHT, 1), else_=0)).label("today"),
        func.count().label("week"),
    )
    .where(OFFER.c.rep.in_(bindparam("reps", expanding=True)), OFFER.c.offered_at >= MONDAY)
    .group_by(OFFER.c.rep)
)


async def offers_since(
    session: Session, reps: Iterable[str], midnight: datetime, monday: datetime
) -> dict[str, tuple[int, int]]:
    """How many leads each rep was offered since midnight, and since the Monday before it."""
    rows = await ask(session, SINCE, reps=sorted(set(reps)), midnight=midnight, monday=monday)
    return {row.rep: (int(row.today), row.week) for row in rows}


OFFERS_OF = (
    select(OfferRow)
    .where(col(OfferRow.handoff_id) == ID)
    .order_by(col(OfferRow.id))
    .execution_options(populate_existing=True)
)


async def offers_of(session: Session, handoff_id: str) -> list[OfferRow]:
    return list((await session.exec(OFFERS_OF, params={"of": handoff_id})).all())


async def add_follow_up(session: Session, row: FollowUpRow) -> None:
    session.add(row)
