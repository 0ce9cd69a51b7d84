"""One due step a transaction: decided again under its lead's lock, and put off alone where it cannot be."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from storage import leads, steps
from storage.database import Database, Session
from storage.steps import Clocked

LONGEST_BACKOFF = timedelta(hours=1)

Take = Callable[[Session, str, datetime], Awaitable[None]]
"""Takes the step of the row with this id; its lead is locked."""


async def take_one(database: Database, table: Clocked, noun: str, take: Take, now: datetime) -> bool:
    """Takes one step of one row of the table whose moment has come; false when none has.

    Raises:
        StepFailed: when the step could not be decided; nothing of it is left, and the row has been put off, alone.
    """
    due = None
    try:
        async with database.write() as session:
            due = await steps.lock_due(session, table, now)
            if due:
                await take(session, due.row_id, now)
        return due is not None
    except Exception as error:
        if due is None:
            raise
        failed = StepFailed(noun, due.row_id, error)
    async with database.write() as session:
        await leads.lock(session, due.lead_id)
        await steps.put_off(session, table, due.row_id, now, now + backoff(due.backoff), due.backoff + 1)
    raise failed


async def put_off_lead(database: Database, lead_id: str, now: datetime, failures: int) -> None:
    """A lead whose step failed waits alone; it holds up nobody else."""
    async with database.write() as session:
        await leads.put_off_scoring(session, lead_id, now, now + backoff(failures), failures + 1)


class StepFailed(Exception):
    """A due step could not be decided, and waits alone."""

    def __init__(self, noun: str, row_id: str, cause: Exception) -> None:
        super().__init__(f"{noun} {row_id} could not be decided and was put off")
        self.__cause__ = cause


def backoff(failures: int) -> timedelta:
    """2 s, 4 s, 8 s … up to an hour."""
    return min(timedelta(seconds=2 ** min(failures + 1, 12)), LONGEST_BACKOFF)
