"""What a process does now and then, beside the clock and without holding it up."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.usecases.governing import reviews
from bot.usecases.identifying import twins
from bot.usecases.operating import auditor, tidying
from bot.usecases.qualifying import near_misses
from storage.database import Database

log = structlog.get_logger()

BETWEEN_LOOKS = 10.0
"""Seconds between two looks at the clock whether a chore is to be done."""


@dataclass(slots=True)
class Chore:
    """Where several processes do it at once it is done once."""

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


async def run(database: Database, clock: Callable[[], datetime], stopping: asyncio.Event) -> None:
    """Does each when it is due until told to stop; one that fails is done again when it is due again."""
    ours = chores()
    while not stopping.is_set():
        for chore in ours:
            try:
                await chore.do_when_due(database, clock())
            except Exception:
                log.exception("a chore failed", chore=chore.do.__module__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), BETWEEN_LOOKS)
