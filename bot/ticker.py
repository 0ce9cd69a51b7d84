"""The clock's hands: each tick looks once what waits, does what is due, and wakes whoever else has something to do.

APScheduler ticks; the database holds every deadline.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import upkeep
from bot.usecases.accounting.marketing_ladder import ring_some
from bot.usecases.deciding.escalations import escalate_some
from bot.usecases.operating.erasure import forgotten_before
from bot.usecases.qualifying.nurture import score_some
from bot.usecases.stepping import StepFailed, Taken
from bot.watch import Watch
from storage.database import Database
from storage.operating.due import ALL, Due, look

log = structlog.get_logger()

Step = Callable[[Database, datetime], Awaitable[bool]]
EVERY = 1.0
"""Seconds between two ticks."""
PORTIONS = 50
"""Portions of leads that one tick scores at most: new rules are for all of them, and deadlines do not wait."""
Stepped = Callable[[str, bool], None]
"""Hears of every step that was taken, by its name, and whether it succeeded."""
Found = Callable[[Due], None]
"""Hears at every look what there is to do, of what the clock does itself and of what others do."""


def _unseen(*_: object) -> None:
    return


def scheduler(tick: Callable[[], None], seconds: float = EVERY) -> AsyncIOScheduler:
    """Calls `tick` at every interval; it keeps no state, and a late tick is one tick."""
    ticking = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    async def turn() -> None:
        tick()  # a plain function would be called in a thread, from where no loop may be touched

    ticking.add_job(turn, "interval", seconds=seconds)
    ticking.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return ticking


def _report(event: JobExecutionEvent) -> None:
    log.error("a tick failed or was missed", job=event.job_id, error=str(event.exception))


async def do_due(
    database: Database, clock: Callable[[], datetime], stepped: Stepped = _unseen, found: Found = _unseen
) -> None:
    """Takes every step that is due, deadlines before scores; a failing one is put off and holds up nobody."""
    for _ in range(PORTIONS):
        due = await _look(database, clock())
        found(due)
        if not await _portion(due, database, clock, stepped):
            break
    await upkeep.keep(database, clock, due)


async def _look(database: Database, now: datetime) -> Due:
    async with database.read() as session:
        return await look(session, now, await forgotten_before(session, now))


async def _portion(due: Due, database: Database, clock: Callable[[], datetime], stepped: Stepped) -> bool:
    """All deadlines, as far as they take no longer than a tick, and some scores; whether there were any.

    After a tick's time of a wave it is looked again, so that others hear what there is for them to do.
    """
    taken = False
    for waits, name, take_some in ((due.steps, "escalate_one", escalate_some), (due.promises, "ring_one", ring_some)):
        until = monotonic() + EVERY
        while waits and _told(name, await take_some(database, clock()), stepped):
            taken = True
            if monotonic() >= until:
                break
    scored = due.scores and await _done(score_some, database, clock(), stepped)
    return taken or scored


def _told(name: str, taken: Taken, stepped: Stepped) -> bool:
    """Whether any step was taken."""
    for failure in taken.failed:
        log.error("a due step failed", exc_info=failure)
        stepped(name, False)
    for _ in range(taken.well):
        stepped(name, True)
    return bool(taken.well or taken.failed)


async def _done(step: Step, database: Database, now: datetime, stepped: Stepped) -> bool:
    try:
        taken = await step(database, now)
    except StepFailed as failure:
        log.error("a due step failed", exc_info=failure)
        stepped(step.__name__, False)
        return True
    if taken:
        stepped(step.__name__, True)
    return taken


async def run(
    database: Database,
    clock: Callable[[], datetime],
    ticked: asyncio.Event,
    stopping: asyncio.Event,
    watch: Watch,
    found: Found,
) -> None:
    """Does what is due at every tick, and says what others find to do, until told to stop; what is in hand is finished
    first."""
    while not stopping.is_set():
        await ticked.wait()
        ticked.clear()
        try:
            await do_due(database, clock, watch.stepped, found)
            watch.ticked(well=True)
        except Exception:
            watch.ticked(well=False)
            log.exception("the clock failed; it goes on at the next tick")
            found(ALL)  # nobody knows: each looks for itself
