"""Due steps: many a transaction, each decided again under its lead's lock, and put off alone where it cannot be."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from storage.database import Database, Session
from storage.identifying import leads
from storage.operating import steps
from storage.operating.steps import Clocked
from storage.retrying import once_more

LONGEST_BACKOFF = timedelta(hours=1)
PORTION = 10
"""Steps of one transaction at most."""
AT_ONCE = 2
"""Transactions at once of a wave, on PostgreSQL."""
STRETCH = 0.02
"""Seconds after which a transaction takes no further step: whoever waits for it to end hardly notices."""

Take = Callable[[Session, str, datetime], Awaitable[None]]
"""Takes the step of the row with this id; its lead is locked."""


class StepFailed(Exception):
    """A due step could not be decided, and waits alone."""

    def __init__(self, noun: str, row_id: str, cause: Exception) -> None:
        super().__init__(f"{noun} {row_id} could not be decided and was put off")
        self.__cause__ = cause


class Taken(NamedTuple):
    """How many steps were taken, and those that failed: each was put off."""

    well: int
    failed: tuple[StepFailed, ...] = ()

    @property
    def all(self) -> int:
        return self.well + len(self.failed)


async def take_some(database: Database, table: Clocked, noun: str, take: Take, now: datetime) -> Taken:
    """Takes steps of rows whose moment has come, together for as long as nobody waits for them to be written.

    Where one of them fails nothing of the others is left either, and each is taken by itself. On PostgreSQL each is
    anyway: a transaction that holds the cards of one lead must not wait for what the next one needs. Of a wave several
    are taken at once there, so that one goes on while another waits for the disk.
    """
    if not database.is_sqlite:
        first = await _one_by_one(database, table, noun, take, now, PORTION)
        return first if first.all < PORTION else await _at_once(first, database, table, noun, take, now)
    due: list[steps.Due] = []
    well = 0
    try:
        async with database.write() as session:
            due = await steps.lock_due(session, table, now, PORTION)
            until = monotonic() + STRETCH
            for number, one in enumerate(due):
                if number and (monotonic() >= until or database.is_pressed()):
                    break
                await take(session, one.row_id, now)
                well += 1
                await asyncio.sleep(0)  # others of this process have a turn, and may press
        return Taken(well)
    except Exception:
        if not due:
            raise
    return await _one_by_one(database, table, noun, take, now, well + 1)


async def _one_by_one(database: Database, table: Clocked, noun: str, take: Take, now: datetime, most: int) -> Taken:
    failed: list[StepFailed] = []
    for well in range(most):
        try:
            if not await take_one(database, table, noun, take, now):
                return Taken(well - len(failed), tuple(failed))
        except StepFailed as failure:
            failed.append(failure)
    return Taken(most - len(failed), tuple(failed))


async def _at_once(first: Taken, database: Database, table: Clocked, noun: str, take: Take, now: datetime) -> Taken:
    """More of a wave than the first; where one ends with what is no step's fault, the others end as well."""
    each = (_one_by_one(database, table, noun, take, now, PORTION) for _ in range(AT_ONCE))
    well, failed = first
    for one in await asyncio.gather(*each, return_exceptions=True):
        if isinstance(one, BaseException):
            raise one
        well, failed = well + one.well, failed + one.failed
    return Taken(well, failed)


async def take_one(database: Database, table: Clocked, noun: str, take: Take, now: datetime) -> bool:
    """Takes one step of one row of the table whose moment has come; false when none has.

    Raises:
        StepFailed: when the step could not be decided; nothing of it is left, and the row has been put off, alone.
    """
    due: list[steps.Due] = []

    async def take_it() -> None:
        nonlocal due
        async with database.write() as session:
            due = await steps.lock_due(session, table, now, 1)
            for one in due:
                await take(session, one.row_id, now)

    try:
        await once_more(take_it)
        return bool(due)
    except Exception as error:
        if not due:
            raise
        (one,) = due
        failed = StepFailed(noun, one.row_id, error)
    async with database.write() as session:
        await leads.lock(session, one.lead_id)
        await steps.put_off(session, table, one.row_id, now, now + backoff(one.backoff), one.backoff + 1)
    raise failed


async def put_off_lead(database: Database, lead_id: str, now: datetime, failures: int) -> None:
    """A lead whose step failed waits alone; it holds up nobody else."""
    async with database.write() as session:
        await leads.put_off_scoring(session, lead_id, now, now + backoff(failures), failures + 1)


def backoff(failures: int) -> timedelta:
    """2 s, 4 s, 8 s … up to an hour."""
    return min(timedelta(seconds=2 ** min(failures + 1, 12)), LONGEST_BACKOFF)
