"""Whose time it was: what is stored of a lead's life, booked to the sides."""

from datetime import datetime, timedelta
from itertools import dropwhile

from bot.domain.handoff import State
from bot.domain.lead import Stage
from bot.domain.numbers.bookings import Between, Booked, Life, Sides, bookings, sides, totals
from bot.domain.numbers.stats import Span
from storage.accounting import lives
from storage.accounting.lives import Happened, Passed, Stored
from storage.database import Database, Session

LATE = timedelta(seconds=60)
"""A rung that rang later than this was held up by Baton."""
PAUSED = "paused"
GOES_ON = frozenset(
    {"resumed", "followed up", "attempted", "reassigned", "taken over", "withdrawn", "passed on", "undone", "recycled",
     "sent back to routing", "pooled"}
)  # fmt: skip
"""What history says when a clock that stood still does not any more."""
OVER = frozenset({Stage.WON, Stage.LOST, Stage.DISQUALIFIED})


async def of_lead(session: Session, lead_id: str, now: datetime) -> tuple[Booked, ...]:
    """The life of one lead until now, in order."""
    return bookings(life_of(await lives.of_lead(session, lead_id), await lives.ruled_from(session), now))


async def by_side(database: Database, span: Span) -> Sides:
    """Whose time it was, of all leads that came in during this span, until its end."""
    async with database.read(much=True) as session:
        ruled_from = await lives.ruled_from(session)
        stored = await lives.of_leads(session, await lives.begun(session, span.since, span.until))
    return sides([totals(bookings(life_of(one, ruled_from, span.until))) for one in stored])


def life_of(stored: Stored, ruled_from: datetime | None, now: datetime) -> Life:
    """What the bookings of a life are made of."""
    return Life(
        since=stored.created_at,
        until=_end(stored, now),
        ruled_from=ruled_from,
        with_sales=[_with_sales(one, stored) for one in stored.handoffs],
        paused=_pauses(stored.history),
        held_up=[late for one in stored.history if (late := _lateness(one))],
    )


def _with_sales(handoff: Passed, stored: Stored) -> Between:
    told = [at for handoff_id, _, at in stored.outcomes if handoff_id == handoff.id and at >= handoff.created_at]
    ended = handoff.closed_at or (min(told) if told and handoff.state == State.ACCEPTED else None)
    return Between(handoff.created_at, ended)


def _pauses(history: list[Happened]) -> list[Between]:
    """From each word that a clock stopped to the next one of the same handoff that says that it goes on."""
    found = []
    for index, one in enumerate(history):
        if one.what == PAUSED:
            after = (later for later in history[index + 1 :] if later.handoff_id == one.handoff_id)
            resumed = next(dropwhile(lambda later: later.what not in GOES_ON, after), None)
            found.append(Between(one.at, resumed.at if resumed else None))
    return found


def _lateness(one: Happened) -> Between | None:
    due_at = one.why.get("due_at")
    due = datetime.fromisoformat(due_at) if due_at else one.at
    return Between(due, one.at) if one.at - due > LATE else None


def _end(stored: Stored, now: datetime) -> datetime:
    """When the life ended, or now."""
    if stored.erased_at:
        return min(stored.erased_at, now)
    if stored.stage not in OVER:
        return now
    told = [at for _, _, at in stored.outcomes] if stored.stage != Stage.DISQUALIFIED else []
    closed = [one.closed_at for one in stored.handoffs if one.closed_at]
    last = max([*told, *closed], default=now)
    return min(last, now)
