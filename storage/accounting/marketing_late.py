"""What is late with marketing: of which promises a message to whoever leads marketing tells, and how these stand."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, union_all
from sqlmodel import SQLModel, func, select

from bot.domain.marketing_clock import MarketingClock
from storage.accounting.marketing_clocks import clock_of
from storage.asking import ask, ask_first, tell
from storage.database import Session
from storage.rows import inserts
from storage.tables import MarketingLateRow

CLOCK, LATE = (SQLModel.metadata.tables[name] for name in ("marketing_clock", "marketing_late"))
ADD = {dialect: new.on_conflict_do_nothing() for dialect, new in inserts(MarketingLateRow).items()}

_listed: Any = bindparam("listed", expanding=True)
_told = union_all(
    select(LATE.c.clock_id).where(LATE.c.card_key == bindparam("key", type_=String)),
    select(CLOCK.c.id).where(CLOCK.c.id.in_(_listed)),
)
_its, _open = CLOCK.c.id.in_(_told), CLOCK.c.ended_at.is_(None)
STILL = CLOCK.select().where(_its, _open).order_by(CLOCK.c.deadline_at, CLOCK.c.id).limit(bindparam("most"))
COUNTED = select(
    func.count().filter(_open).label("still"),
    func.count().filter(CLOCK.c.ended != "erased").label("done"),
).where(_its)


@dataclass(frozen=True, slots=True)
class Late:
    """Of what a message tells: the earliest promises that are still open, how many are, and how many are kept since."""

    longest: list[MarketingClock]
    still: int
    done: int


async def add(session: Session, card_key: str, clock_id: str) -> None:
    """The message with this key tells of this promise too; once is enough."""
    await tell(session, ADD[session.get_bind().dialect.name], {"card_key": card_key, "clock_id": clock_id})


async def on(session: Session, card_key: str, listed: Collection[str], most: int) -> Late:
    """Of what this message tells; `listed` are promises that it was given before they had rows of their own."""
    its = {"key": card_key, "listed": list(listed)}
    counted = await ask_first(session, COUNTED, **its)
    longest = [clock_of(row) for row in await ask(session, STILL, most=most, **its)]
    return Late(longest, *(counted or (0, 0)))
