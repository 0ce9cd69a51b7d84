"""The admins hear of a mail server that takes nothing, and that it is back."""

from datetime import datetime

from bot.usecases.operating.alarms import end_alarm, raise_alarm
from storage.database import Database
from storage.operating import alarms

NAME = "mail server"
MOST = 200
"""Characters of what the server said that are passed on."""


async def away(database: Database, said: str, now: datetime) -> None:
    """No e-mail can be sent; they all wait."""
    words = f"The mail server takes no e-mail from Baton ({said[:MOST]}). They wait. Run `baton doctor`: it says more."
    async with database.write() as session:
        await raise_alarm(session, NAME, words, now)


async def back(database: Database, now: datetime) -> None:
    """An e-mail was taken, so what was said about the server is over."""
    async with database.read() as session:
        if not await alarms.are_any_open(session, [NAME]):
            return
    async with database.write() as session:
        await end_alarm(session, NAME, now)
