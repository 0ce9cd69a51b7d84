"""The admins hear of a receiver of webhooks that takes nothing, and that it is back."""

from datetime import datetime

from bot.usecases.operating.alarms import end_alarm, raise_alarm
from storage.database import Database
from storage.delivery import webhooks
from storage.operating import alarms

NAME = "webhooks"


async def away(database: Database, said: str, now: datetime) -> None:
    """Something could not be told for an hour; it is tried again."""
    words = (
        f"The system at BATON_WEBHOOK_URL does not take what Baton tells it ({said}): nurture may go on for leads that "
        "sales has. Baton tries again for three days. `baton doctor` says more."
    )
    await _raise(database, words, now)


async def given_up(database: Database, event: str, now: datetime) -> None:
    """Something will not be told any more."""
    words = (
        f"For three days the system at BATON_WEBHOOK_URL did not take an event ({event}), and Baton gave it up. "
        "The log names it; set things right there by hand."
    )
    await _raise(database, words, now)


async def _raise(database: Database, words: str, now: datetime) -> None:
    async with database.write() as session:
        await raise_alarm(session, NAME, words, now)


async def back(database: Database, now: datetime) -> None:
    """Something was told; once nothing is left that fails, what was said about the receiver is over."""
    async with database.read() as session:
        if not await alarms.are_any_open(session, [NAME]) or await webhooks.is_any_failing(session, now):
            return
    async with database.write() as session:
        await end_alarm(session, NAME, now)
