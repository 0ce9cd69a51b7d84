"""The clock's hands: APScheduler ticks, and each tick does what is due; the database holds every deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import upkeep
from bot.usecases.accounting.marketing_ladder import ring_one
from bot.usecases.deciding.escalations import escalate_one, is_anything_due
from bot.usecases.governing import reviews
from bot.usecases.identifying import twins
from bot.usecases.operating import auditor, tidying
from bot.usecases.qualifying import near_misses
from bot.usecases.qualifying.nurture import score_some
from bot.usecases.stepping import StepFailed
from bot.watch import Watch
from storage.database import Database

log = structlog.get_logger()

Step = Callable[[Database, datetime], Awaitable[bool]]
PORTIONS = 50
"""Portions of leads that one tick scores at most: new rules are for all of them, and deadlines do not wait."""
Stepped = Callable[[str, bool], None]
"""Hears of every step that was taken, by its name, and whether it succeeded."""


def _unseen(_step: str, _well: bool) -> None:
    return


@dataclass(slots=True)
class Chore:
    """What a process does now and then; where several do it at once it is done once."""

    every: timedelta
    do: Callable[[Database, datetime], Awaitable[object]]
    _next: datetime | None = None

    async def do_when_due(self, database: Database, now: datetime) -> bool:
        """For the first time `every` after the start: so long Baton has to catch up; whether it was done."""
        if self._next is None:
            self._next = now + self.every
        if now < self._next:
            return False
        self._next = now + self.every
        await self.do(database, now)
        return True


def chores() -> tuple[Chore, ...]:
    return (
        Chore(auditor.EVERY, auditor.report),
        Chore(tidying.EVERY, tidying.tidy),
        Chore(reviews.EVERY, reviews.ask),
        Chore(near_misses.EVERY, near_misses.list_due),
        Chore(twins.EVERY, twins.ask_more),
    )


def scheduler(tick: Callable[[], None], seconds: float) -> AsyncIOScheduler:
    """Calls `tick` at every interval; it keeps no state, and a late tick is one tick."""
    ticking = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    ticking.add_job(tick, "interval", seconds=seconds)
    ticking.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return ticking


def _report(event: JobExecutionEvent) -> None:
    log.error("a tick failed or was missed", job=event.job_id, error=str(event.exception))


async def do_due(database: Database, clock: Callable[[], datetime], stepped: Stepped = _unseen) -> None:
    """Takes every step that is due, deadlines before scores; a failing one is put off and holds up nobody."""
    if await is_anything_due(database, clock()):
        for _ in range(PORTIONS):
            for step in (escalate_one, ring_one):
                while await _done(step, database, clock(), stepped):
                    pass
            if not await _done(score_some, database, clock(), stepped):
                break
    await upkeep.keep(database, clock)


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
    database: Database, clock: Callable[[], datetime], ticked: asyncio.Event, stopping: asyncio.Event, watch: Watch
) -> None:
    """Does what is due at every tick, until told to stop; what is in hand is finished first."""
    now_and_then = chores()
    while not stopping.is_set():
        await ticked.wait()
        ticked.clear()
        try:
            await do_due(database, clock, watch.stepped)
            for chore in now_and_then:
                await chore.do_when_due(database, clock())
            watch.ticked(well=True)
        except Exception:
            watch.ticked(well=False)
            log.exception("the clock failed; it goes on at the next tick")
