"""Which message tells a manager, or a channel, of which handoffs: one message may tell of many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, exists, func, or_, select

from bot.domain.handoff import Handoff
from storage.database import Session
from storage.rows import alone, insert
from storage.tables import CardRow, HandoffRow, LeadRow, RaisedRow


async def one_at_a_time(session: Session, recipient: str) -> None:
    """Until this transaction ends nobody else tells them of a lead, so that two join one message."""
    await alone(session, f"raise with {recipient}")


UNSORTED = and_(col(HandoffRow.due_at).is_not(None), HandoffRow.turn == RaisedRow.turn)
"""Open, and still in the turn whose clock rang."""


async def growing(session: Session, kind: str, recipient: str, since: datetime) -> CardRow | None:
    """Their newest message of this kind, begun after `since`, that still tells of something unsorted.

    One that Slack would not take is left to those who reach its reader otherwise.
    """
    still_open = select(HandoffRow.id).where(col(HandoffRow.due_at).is_not(None))
    statement = (
        select(CardRow)
        .join(RaisedRow, col(RaisedRow.card_key) == CardRow.key)
        .join(HandoffRow, col(HandoffRow.id) == RaisedRow.handoff_id)
        .where(
            UNSORTED,
            col(RaisedRow.handoff_id).in_(still_open),  # again: of all that was ever told, few are still open
            RaisedRow.recipient == recipient,
            col(RaisedRow.at) > since,
            CardRow.kind == kind,
            col(CardRow.created_at) > since,
            or_(col(CardRow.ts).is_not(None), CardRow.failures == 0),
        )
        .order_by(col(CardRow.created_at).desc(), col(CardRow.key))
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def note(session: Session, handoff: Handoff, step: int, recipient: str, card_key: str, now: datetime) -> None:
    """This message tells them of the handoff as it stands in this turn."""
    its = {"handoff_id": handoff.id, "turn": handoff.turn, "step": step, "recipient": recipient}
    statement = insert(session, RaisedRow).values(**its, card_key=card_key, at=now)
    await session.exec(
        statement.on_conflict_do_update(index_elements=list(its), set_={"card_key": card_key, "at": now})
    )


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
