"""The auditor: looks now and then whether anything is as it should never be, and tells the admins once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.usecases.operating.alarms import end_alarm, raise_alarm
from storage.database import Database
from storage.operating import alarms, audits
from storage.operating.audits import Finding

NAME = "audit"
REMEDY = "Run `baton doctor`; if it stays, restart Baton and report this."
EVERY = timedelta(minutes=5)


async def report(database: Database, now: datetime) -> Sequence[Finding]:
    """What is wrong now; the alarm is raised, says what is new, or ends."""
    async with database.read(much=True) as session:
        found = await audits.look(session, now)
        was_open = await alarms.are_any_open(session, [NAME])
    if found:
        async with database.write() as session:
            await raise_alarm(session, NAME, words(found), now)
    elif was_open:
        async with database.write() as session:
            await end_alarm(session, NAME, now)
    return found


def words(found: Sequence[Finding]) -> str:
    """A line for each, with a few ids, which say nothing of a person."""
    lines = [f"{one.words}: {one.count} ({', '.join(one.examples)}{_more(one)})" for one in found]
    return "\n".join(["Baton looked through its own books and found what should not be there.", *lines, REMEDY])


def _more(one: Finding) -> str:
    rest = one.count - len(one.examples)
    return f" and {rest} more" if rest > 0 else ""
