"""One thing the doctor looked at, and all that the database alone can tell it."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.policy import Policy
from bot.settings import Outgoing
from bot.usecases.operating.chaining import verify
from storage.assigning import people
from storage.database import Database, Session
from storage.delivery import webhooks
from storage.governing import policies
from storage.operating import alarms, audits, condition
from storage.operating.backlog import Backlog, backlog
from storage.tables import AlarmRow

SKEW = 60
"""Seconds our clock may differ from another's; signatures stop working at 300."""
LITTLE_SPACE = 200 * 1024 * 1024
"""Bytes below which a disk is as good as full."""
BEHIND = timedelta(minutes=5)
SET_THE_CLOCK = "set this machine's clock (NTP); signatures fail at 300 seconds"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do where it is not well."""

    name: str
    well: bool
    found: str
    remedy: str = ""


def release() -> Check:
    return Check("version", True, f"baton {version('baton')}, Python {sys.version.partition(' ')[0]}")


def skew(name: str, other: str, ours: datetime, theirs: datetime) -> Check:
    """How far our clock is from another's."""
    ahead = round((ours - theirs).total_seconds())
    return Check(name, abs(ahead) <= SKEW, f"{ahead:+d} seconds against {other}", SET_THE_CLOCK)


async def of_the_store(database: Database, now: datetime) -> AsyncIterator[Check]:
    """Where the database is kept: its file and disk, or its server's clock."""
    async with database.read() as session:
        if not database.is_sqlite:
            yield skew("database clock", "the database", now, await condition.clock(session))
            return
        mode = await condition.journal_mode(session)
    yield Check("journal", mode == "wal", f"journal mode {mode}", "run `baton migrate`, which sets it to WAL")
    yield _disk(Path(database.engine.url.database or ""))


def _disk(file: Path) -> Check:
    """SQLite writes files of its own beside the database."""
    folder = file.resolve().parent
    if not os.access(folder, os.W_OK):
        return Check("disk", False, f"{folder} cannot be written to", "let the user that runs Baton write there")
    free = shutil.disk_usage(folder).free
    found = f"{free // 1024**2:,} MiB free beside {file.name}"
    return Check("disk", free > LITTLE_SPACE, found, "make room: a full disk stops everything")


async def of_the_work(database: Database, policy: Policy | None, now: datetime) -> AsyncIterator[Check]:
    """What waits, what is not as it should be, and whether history is whole."""
    async with database.read() as session:
        waits = await backlog(session, now)
        yield _courier(waits, now)
        yield _refused(await condition.refusals(session))
        yield _alarms(await alarms.every_open(session))
        found = await audits.look(session, now)
        if policy:
            async for check in _people_of(session, policy):
                yield check
    said = "; ".join(f"{one.words}: {one.count} ({', '.join(one.examples)})" for one in found)
    remedy = "is `baton run` running? If it is, restart it; if this stays, please report it"
    yield Check("books", not found, said or "every open lead has owner, deadline, card and turn", remedy)
    yield await _history(database)


def _courier(waits: Backlog, now: datetime) -> Check:
    late = waits.cards.age(now) > BEHIND.total_seconds() or waits.overdue.age(now) > BEHIND.total_seconds()
    found = f"{waits.cards.waiting} messages to be shown, {waits.overdue.waiting} steps to be taken"
    return Check(
        "work", not late, f"{found}{', the oldest late' if late else ''}", "start `baton run`, or look at its log"
    )


def _refused(errors: dict[str, int]) -> Check:
    said = ", ".join(f"{error} ({count})" for error, count in errors.items())
    tab = "switch the Messages tab on in the app's settings, under App Home"
    remedy = tab if "messages_tab_disabled" in errors else "docs/reliability.md says what each means"
    return Check("messages", not errors, f"Slack refuses some: {said}" if said else "Slack takes them all", remedy)


def _alarms(found: list[AlarmRow]) -> Check:
    said = "; ".join(alarm.words.partition("\n")[0].rstrip(".") for alarm in found)
    return Check("alarms", not found, said or "none open", "do as the message to the admins says")


async def of_the_webhooks(database: Database, outgoing: Outgoing | None, now: datetime) -> Check:
    """Whether another system hears what it should; nothing is sent."""
    if outgoing is None:
        return Check("webhooks", True, "not set up: no other system is told (BATON_WEBHOOK_URL)")
    async with database.read() as session:
        waits, error = (await backlog(session, now)).webhooks, await webhooks.last_error(session)
    found = f"{waits.waiting} wait for {urlsplit(outgoing.url).hostname}"
    remedy = "look there for what was answered; it is told again by itself, for three days"
    return Check("webhooks", error is None, f"{found}{f'; the last answer was {error}' if error else ''}", remedy)


async def _people_of(session: Session, policy: Policy) -> AsyncIterator[Check]:
    for team in policy.teams:
        reps = {rep.email for rep in team.reps}
        if reps <= await people.inactive(session, reps):
            found = "every rep's account is deactivated: its leads wait for the manager"
            yield Check(f"team {team.id}", False, found, "name reps with an account, and apply the policy again")
    for row in await policies.every(session):
        if row.state == "pending":
            given = {one.person for one in await policies.signatures(session, row.version or 0)}
            left = [one for one in policies.parsed(row).sign_off.people if one not in given]
            names = await people.names(session, left)
            who = ", ".join(names.get(one, one) for one in left) or "someone who objected"
            yield Check("pending policy", True, f"version {row.version} waits for {who}")


async def _history(database: Database) -> Check:
    found = await verify(database)
    if found.damage:
        return Check("history", False, found.damage.words, "`baton audit verify` says where; compare with a backup")
    return Check("history", True, f"{found.entries:,} entries, unbroken; head {found.head or 'none yet'}")
