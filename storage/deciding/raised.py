"""Which message tells a manager, or a channel, of which handoffs: one message may tell of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, and_, col, exists, func, or_, select

from bot.domain.handoff import Handoff
from storage.asking import ask_first, tell
from storage.database import Session
from storage.rows import alone, inserts
from storage.tables import HandoffRow, LeadRow, RaisedRow


async def one_at_a_time(session: Session, recipient: str) -> None:
    """Until this transaction ends nobody else tells them of a lead, so that two join one message."""
    await alone(session, f"raise with {recipient}")


class Growing(NamedTuple):
    """A message that takes one lead more."""

    key: str
    kind: str
    recipient: str
    handoff_id: str | None
    created_at: datetime


RAISED, HANDOFF, CARD = (SQLModel.metadata.tables[name] for name in ("raised", "handoff", "card"))
SINCE = bindparam("since", type_=CARD.c.created_at.type)
UNSORTED = and_(HANDOFF.c.due_at.is_not(None), HANDOFF.c.turn == RAISED.c.turn)
"""Open, and still in the turn whose clock rang."""
GROWING = (
    select(*(CARD.c[name] for name in Growing._fields))
    .select_from(RAISED)
    .join(HANDOFF, HANDOFF.c.id == RAISED.c.handoff_id)
    .join(CARD, CARD.c.key == RAISED.c.card_key)
    .where(
        UNSORTED,
        RAISED.c.recipient == bindparam("recipient", type_=String),
        RAISED.c.at > SINCE,
        CARD.c.kind == bindparam("kind", type_=String),
        CARD.c.created_at > SINCE,
        or_(CARD.c.ts.is_not(None), CARD.c.failures == 0),
    )
    .order_by(RAISED.c.at.desc())  # the first one looked at mostly is it, of however many
    .limit(1)
)


async def growing(session: Session, kind: str, recipient: str, since: datetime) -> Growing | None:
    """The message of this kind, begun after `since`, that told them last of something that is still unsorted.

    One that Slack would not take is left to those who reach its reader otherwise.
    """
    row = await ask_first(session, GROWING, kind=kind, recipient=recipient, since=since)
    return Growing(**row._mapping) if row else None


ITS = ("handoff_id", "turn", "step", "recipient")


def _notes(new: Any) -> Any:
    told = {"card_key": new.excluded.card_key, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=ITS, set_=told)


NOTE = {dialect: _notes(new) for dialect, new in inserts(RaisedRow).items()}


class Note(NamedTuple):
    """Who is told of a handoff, at which step, and by which message."""

    recipient: str
    step: int
    card_key: str


async def note(session: Session, handoff: Handoff, told: Iterable[Note], now: datetime) -> None:
    """These messages tell of the handoff as it stands in this turn."""
    its = {"handoff_id": handoff.id, "turn": handoff.turn, "at": now}
    await tell(session, NOTE[session.get_bind().dialect.name], [{**its, **one._asdict()} for one in told])


async def tells_of_any(session: Session, card_key: str) -> bool:
    """Whether the message tells of anything at all, erased people included."""
    found = select(RaisedRow.handoff_id).where(RaisedRow.card_key == card_key).limit(1)
    return (await session.exec(found)).first() is not None


@dataclass(frozen=True, slots=True)
class Raised:
    """A handoff that a message tells of, by the last turn in which it rang."""

    handoff_id: str
    turn: int
    is_sorted: bool
    is_told_again: bool = False
    """A later message tells the same person of it."""


async def on(session: Session, card_key: str, recipient: str) -> list[Raised]:
    """All that a message to this person, or channel, tells of, each handoff once.

    What needs somebody comes first, the longest overdue before the rest.
    Handoffs of people who were erased are left out.
    """
    turn = func.max(RaisedRow.turn)
    told = (
        select(
            col(RaisedRow.handoff_id),
            turn.label("turn"),
            func.min(RaisedRow.at).label("at"),
            func.max(RaisedRow.at).label("last"),
        )
        .where(RaisedRow.card_key == card_key)
        .group_by(col(RaisedRow.handoff_id))
        .subquery()
    )
    later = aliased(RaisedRow)
    again = exists().where(
        col(later.handoff_id) == told.c.handoff_id,
        col(later.recipient) == recipient,
        col(later.card_key) != card_key,
        col(later.at) > told.c.last,
    )
    statement = (
        select(HandoffRow, told.c.turn, told.c.at, again)
        .join(told, told.c.handoff_id == HandoffRow.id)
        .join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
        .where(col(LeadRow.erased_at).is_(None))
    )
    rows = (await session.exec(statement.execution_options(populate_existing=True))).all()
    return [_raised(row, number, again) for row, number, at, again in sorted(rows, key=_by_urgency)]


def _raised(row: HandoffRow, turn: int, again: bool) -> Raised:
    return Raised(row.id, turn, row.due_at is None or row.turn != turn, bool(again))


def _by_urgency(told: Any) -> Any:
    row, turn, at, again = told
    return _raised(row, turn, again).is_sorted, row.deadline_at or at, at, row.id


def telling_of(handoff_ids: Any) -> Any:
    """The keys of the messages that tell of these handoffs, for `in_`."""
    return select(RaisedRow.card_key).where(col(RaisedRow.handoff_id).in_(handoff_ids))
