"""The auditor: looks now and then whether anything is as it should never be, and tells the admins once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.usecases.alarms import end_alarm, raise_alarm
from storage import alarms, audits
from storage.audits import Finding
from storage.database import Database

NAME = "audit"
REMEDY = "Run `baton doctor`; if it stays, restart Baton and report this."
EVERY = timedelta(minutes=5)
"""Also how long Baton has after a start to catch up with what it missed."""


@dataclass(slots=True)
class Auditor:
    """One for a process; any number of processes may look, and there is one alarm."""

    _next: datetime | None = field(default=None)

    async def look_when_due(self, database: Database, now: datetime) -> bool:
        """Looks every few minutes, for the first time that long after the start; whether it looked."""
        if self._next is None:
            self._next = now + EVERY
        if now < self._next:
            return False
        self._next = now + EVERY
        await report(database, now)
        return True


async def report(database: Database, now: datetime) -> Sequence[Finding]:
    """What is wrong now; the alarm is raised, says what is new, or ends."""
    async with database.read() as session:
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
