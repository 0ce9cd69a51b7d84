"""What marketing promised about leads: each promise a row, with the deadline that rings next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, bindparam
from sqlmodel import SQLModel, col, func, or_, select, update

from bot.domain.marketing_clock import MarketingClock
from storage.asking import ask
from storage.database import Session
from storage.identifying.merges import group, group_of
from storage.tables import CardRow, HistoryRow, MarketingClockRow

RAISED = "marketing escalated"
"""What history says when whoever leads marketing is told that it is late; `list` is the message's key."""
ON = col(HistoryRow.why)["list"].as_string()


def clock_of(row: MarketingClockRow | Row[Any]) -> MarketingClock:
    """As it is stored."""
    return MarketingClock(**{name: getattr(row, name) for name in MarketingClock.__slots__})


async def add(session: Session, clock: MarketingClock) -> None:
    session.add(MarketingClockRow(**{name: getattr(clock, name) for name in MarketingClock.__slots__}))
    await session.flush()


async def get(session: Session, clock_id: str) -> MarketingClock | None:
    row = await session.get(MarketingClockRow, clock_id, populate_existing=True)
    return clock_of(row) if row else None


async def get_one(session: Session, clock_id: str) -> MarketingClock:
    """One that is known to be there."""
    return clock_of(await session.get_one(MarketingClockRow, clock_id, populate_existing=True))


async def of_lead(session: Session, lead_id: str) -> list[MarketingClock]:
    """All about this lead and those merged into it, the first first."""
    return await _of(session, col(MarketingClockRow.lead_id).in_(group(lead_id)))


async def of_handoff(session: Session, handoff_id: str) -> list[MarketingClock]:
    """All about this handoff, the first first."""
    return await _of(session, col(MarketingClockRow.handoff_id) == handoff_id)


CLOCK = SQLModel.metadata.tables["marketing_clock"]
OPEN_OF = (
    CLOCK.select()
    .where(CLOCK.c.lead_id.in_(group_of(bindparam("lead_id", type_=String))), CLOCK.c.due_at.is_not(None))
    .order_by(CLOCK.c.started_at, CLOCK.c.id)
)


async def open_of(session: Session, lead_id: str) -> list[MarketingClock]:
    """Those that run about this lead and those merged into it."""
    return [clock_of(row) for row in await ask(session, OPEN_OF, lead_id=lead_id)]


async def begun(session: Session, since: datetime, until: datetime) -> list[MarketingClock]:
    """Those that began in this time; of what was undone, as it never was, none."""
    known = col(MarketingClockRow.ended).is_(None) | col(MarketingClockRow.ended).not_in(("undone",))
    return await _of(session, col(MarketingClockRow.started_at).between(since, until), known)


async def _of(session: Session, *which: Any) -> list[MarketingClock]:
    found = select(MarketingClockRow).where(*which).order_by(col(MarketingClockRow.started_at), MarketingClockRow.id)
    return [clock_of(row) for row in await session.exec(found.execution_options(populate_existing=True))]


async def end(session: Session, clock_id: str, ended: str, by: str, now: datetime, answer: str | None = None) -> None:
    """It runs no more; the caller holds the lead's lock."""
    which = (col(MarketingClockRow.id) == clock_id, col(MarketingClockRow.due_at).is_not(None))
    over = {"due_at": None, "ended_at": now, "ended": ended, "ended_by": by, "answer": answer}
    await session.exec(update(MarketingClockRow).where(*which).values(**over))


async def step(session: Session, clock: MarketingClock, next_at: datetime) -> None:
    """One rung has rung; the caller holds the lead's lock."""
    which = (col(MarketingClockRow.id) == clock.id, col(MarketingClockRow.due_at).is_not(None))
    values = {"step": clock.step + 1, "due_at": next_at, "backoff": 0}
    await session.exec(update(MarketingClockRow).where(*which).values(**values))


async def messages(session: Session, clock: MarketingClock) -> Sequence[CardRow]:
    """The messages by which marketing was told of what it promised: those still asked about, or the newest."""
    its, asks = col(CardRow.handoff_id) == clock.handoff_id, f"question:{clock.id}:"
    theirs = {
        "question": [its, col(CardRow.key).startswith(asks, autoescape=True)],
        "returned": [its, col(CardRow.kind) == "returned"],
        "handover": [col(CardRow.lead_id) == clock.lead_id, col(CardRow.kind) == "task"],
    }[clock.kind]
    found = select(CardRow).where(*theirs).order_by(col(CardRow.created_at).desc(), CardRow.key)
    rows = (await session.exec(found)).all()
    return list({row.recipient: row for row in reversed(rows)}.values())


def digests_of(lead_ids: Any) -> Any:
    """The keys of the messages that tell of these leads among others, for `in_`."""
    return select(ON).where(col(HistoryRow.lead_id).in_(lead_ids), col(HistoryRow.what) == RAISED)


async def digests(session: Session, lead_id: str) -> Sequence[str]:
    """The same for one lead and those merged into it."""
    return list((await session.exec(digests_of(group(lead_id)).distinct())).all())


async def forget(session: Session, lead_id: str, now: datetime) -> int:
    """Ends all that runs about the person, and empties what was asked and answered; how many said anything."""
    theirs = col(MarketingClockRow.lead_id).in_(group(lead_id))
    said = or_(col(MarketingClockRow.words).is_not(None), col(MarketingClockRow.answer).is_not(None))
    number = (await session.exec(select(func.count()).where(theirs, said))).one()
    running = (theirs, col(MarketingClockRow.due_at).is_not(None))
    over = {"due_at": None, "ended_at": now, "ended": "erased"}
    await session.exec(update(MarketingClockRow).where(*running).values(**over))
    await session.exec(update(MarketingClockRow).where(theirs).values(words=None, answer=None))
    return number
