"""What people have in hand, what waits for them, and how they answered of late."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case
from sqlmodel import SQLModel, col, func, select, update

from bot.domain.handoff import State
from storage.asking import ask
from storage.database import Session
from storage.rows import count
from storage.tables import HandoffRow, LeadRow, OfferRow

HANDOFF = SQLModel.metadata.tables["handoff"]
ANSWERS = frozenset({"accepted", "rejected", "passed on"})
MISSED = frozenset({"missed", "pooled"})
"""How an offer ended that its rep left to the clock."""


@dataclass(frozen=True, slots=True)
class Load:
    """Open leads: offered and not answered, accepted and not followed up; and how many of both are past their time."""

    offered: int = 0
    accepted: int = 0
    late: int = 0

    @property
    def open(self) -> int:
        return self.offered + self.accepted


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


OF = (
    select(
        HANDOFF.c.owner,
        _how_many(HANDOFF.c.state == State.OFFERED).label("offered"),
        _how_many(HANDOFF.c.state == State.ACCEPTED).label("accepted"),
        _how_many(HANDOFF.c.deadline_at < bindparam("now", type_=HANDOFF.c.deadline_at.type)).label("late"),
    )
    .where(
        HANDOFF.c.owner.in_(bindparam("people", expanding=True)),
        HANDOFF.c.state.in_((State.OFFERED, State.ACCEPTED)),
        HANDOFF.c.due_at.is_not(None),
    )
    .group_by(HANDOFF.c.owner)
)


async def of(session: Session, people: Iterable[str], now: datetime) -> Mapping[str, Load]:
    """What each of them has in hand; whoever has nothing is left out."""
    rows = await ask(session, OF, people=sorted(set(people)), now=now)
    return {row.owner: Load(int(row.offered), int(row.accepted), int(row.late)) for row in rows}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lead that waits for a rep of its team."""

    handoff_id: str
    team: str
    sla: str
    due_at: datetime


async def lock_waiting(session: Session, teams: Collection[str], now: datetime) -> list[Waiting]:
    """What waits for a rep of these teams and is not due yet, the longest waiting first, each under its lead's lock."""
    waits = (
        col(HandoffRow.due_at) > now,
        HandoffRow.state == State.WAITING,
        col(HandoffRow.team).in_(set(teams)),
        col(HandoffRow.pooled_at).is_(None),
    )
    theirs = select(LeadRow.id).where(col(LeadRow.id).in_(select(HandoffRow.lead_id).where(*waits)))
    if not (await session.exec(theirs.order_by(LeadRow.id).with_for_update())).all():
        return []
    asked = select(HandoffRow.id, HandoffRow.team, HandoffRow.sla, HandoffRow.due_at).where(*waits)
    rows = await session.exec(asked.order_by(col(HandoffRow.created_at), col(HandoffRow.id)))
    return [Waiting(handoff_id, team, sla, due_at or now) for handoff_id, team, sla, due_at in rows]


async def fall_due(session: Session, handoff_id: str, at: datetime) -> None:
    """The handoff, whose lead the caller has locked, takes its next step then."""
    await session.exec(update(HandoffRow).where(col(HandoffRow.id) == handoff_id).values(due_at=at))


async def missed_in_a_row(session: Session, rep: str, since: datetime | None, most: int) -> int:
    """How many of the last so many offers that this rep answered or left to the clock were missed, up to an answer."""
    theirs = (OfferRow.rep == rep, col(OfferRow.ended).in_(ANSWERS | MISSED))
    statement = select(OfferRow.ended).where(*theirs)
    if since:
        statement = statement.where(col(OfferRow.ended_at) > since)
    last = (
        await session.exec(statement.order_by(col(OfferRow.ended_at).desc(), col(OfferRow.id).desc()).limit(most))
    ).all()
    return next((number for number, ended in enumerate(last) if ended in ANSWERS), len(last))


async def give_back(session: Session, person: str, states: Collection[State], now: datetime) -> int:
    """Marks what somebody holds in these states, under its lead's lock, so that routing takes it; how many leads."""
    held = (
        col(HandoffRow.owner) == person,
        col(HandoffRow.state).in_(tuple(states)),
        col(HandoffRow.due_at).is_not(None),
    )
    theirs = select(LeadRow.id).where(col(LeadRow.id).in_(select(HandoffRow.lead_id).where(*held)))
    await session.exec(theirs.order_by(LeadRow.id).with_for_update())
    return count(await session.exec(update(HandoffRow).where(*held).values(owner_gone=True, due_at=now)))


async def count_waiting(session: Session, team: str) -> int:
    """How many leads wait for a rep of this team."""
    waits = (col(HandoffRow.state) == State.WAITING, col(HandoffRow.team) == team, col(HandoffRow.due_at).is_not(None))
    return (await session.exec(select(func.count()).select_from(HandoffRow).where(*waits))).one()
