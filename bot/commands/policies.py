"""`baton policy …`: from a file to the rules in force."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import open_clocks
from bot.delivery.directory import look_up
from bot.domain.governing.policy_diff import changed_lines, told_changes
from bot.domain.governing.start_day import begins, day_of
from bot.domain.linting.signers import advice
from bot.domain.policy import Policy
from bot.policy_file import PolicyErrors, read, warnings
from bot.usecases.governing.policies import Applied, put_up
from bot.usecases.governing.policies import withdraw as take_back
from bot.usecases.operating import fallbacks
from bot.views.governing.proposals import day
from storage.assigning import people
from storage.database import Database
from storage.governing import policies
from storage.operating import erasure
from storage.tables import PolicyRow

STATES = {
    "in_force": "in force",
    "pending": "waits for signatures",
    "replaced": "replaced",
    "withdrawn": "withdrawn",
}


class CannotApply(Exception):
    """The policy cannot be used; the message has a line for each reason."""


def load(path: Path) -> tuple[str, Policy]:
    """The file's text and what it says.

    Raises:
        CannotApply: when it cannot be read, or with every problem in it.
    """
    try:
        written = path.read_bytes()
    except OSError as error:
        raise CannotApply(f"{path}: {error.strerror}") from error
    try:
        policy = read(written)
    except PolicyErrors as errors:
        raise CannotApply("\n".join(f"{path}: {problem}" for problem in errors.problems)) from errors
    return written.decode("utf-8-sig"), policy


def check(path: Path, out: Console) -> None:
    """Says that the file can be used, and what in it is doubtful."""
    text, policy = load(path)
    for doubt in warnings(policy, text):
        out.print(f"[yellow]{escape(str(path))}: {escape(str(doubt))}[/yellow]")
    for one in advice(policy):
        out.print(f"{escape(str(path))}: {escape('.'.join(map(str, one.place)))}: {escape(one.message)}")
    reps = sum(len(team.reps) for team in policy.teams)
    paths, criteria = len(policy.definition.paths), len(policy.definition.criteria)
    out.print(f"{path} is fine: {criteria} criteria, {paths} paths, {len(policy.teams)} teams, {reps} reps.")


async def apply(
    path: Path,
    database: Database,
    client: AsyncWebClient,
    clock: Callable[[], datetime],
    by: str,
    out: Console,
    *,
    why: str | None = None,
    start: date | None = None,
    recount: bool = False,
) -> Applied:
    """Puts the policy up, or in force, once everyone and every channel it names is found in Slack.

    Raises:
        CannotApply: naming everyone and everything that is not found, or a day gone by; nothing is stored then.
    """
    text, policy = load(path)
    if start and start < day_of(policy, clock()):
        raise CannotApply(f"{start} is gone by: name a day from today on")
    found = await look_up(client, policy, clock())
    if found.problems:
        raise CannotApply("\n".join(f"{path}: {problem}" for problem in found.problems))
    async with database.write() as session:
        for person in found.people.values():
            await fallbacks.person_seen(session, person.slack_id, True, person.checked_at)
            await people.save(session, person)
    starts_at = begins(policy, start) if start else None
    new = found.resolve(policy)
    applied = await put_up(database, text, new, by, clock(), why=why, starts_at=starts_at, recount=recount)
    for warning in (*found.warnings, *warnings(policy, text)):
        out.print(f"[yellow]{escape(str(warning))}[/yellow]")
    out.print(_applied(applied, start))
    if recount and applied.state != "unchanged":
        told = await open_clocks.told(database, new, clock())
        out.print(f"Clocks are counted anew once it is in force. As things stand: {told}.")
    await _warn_of_erasures(database, policy, clock(), out)
    return applied


async def _warn_of_erasures(database: Database, policy: Policy, now: datetime, out: Console) -> None:
    """How many leads the retention of this policy would cost at once."""
    async with database.read() as session:
        before = policy.forgets_before(now)
        number = await erasure.count_due(session, now, before) if before else 0
    if number:
        leads = f"{number:,} {'lead was' if number == 1 else 'leads were'} not heard of for {policy.retention}"
        out.print(f"[yellow]{leads}: in force, this policy erases them.[/yellow]")


def _applied(applied: Applied, start: date | None) -> str:
    waits = f"waits for {len(applied.signers)} signatures; each signer has it in a direct message"
    on = f"{day(start)}" if start else ""
    return {
        "in_force": f"Version {applied.version} is in force.",
        "pending": f"Version {applied.version} {waits if applied.signers else f'is in force on {on}'}."
        + (f" It is in force on {on} at the earliest." if on and applied.signers else ""),
        "unchanged": f"Version {applied.version} is in force and says the same; nothing changed.",
    }[applied.state]


async def diff(path: Path, database: Database, now: datetime, out: Console) -> int:
    """Prints the lines that the file would change, and whom it would cost; how many lines there are."""
    text, policy = load(path)
    row = await _in_force(database)
    for told in _told(row.source, policy) if row else ():
        out.print(told, markup=False, highlight=False)
    lines = changed_lines(row.source if row else "", text)
    for line in lines:
        out.print(f"[{'green' if line.startswith('+') else 'red'}]{escape(line)}[/]")
    if not lines:
        out.print("Nothing would change.")
    await open_clocks.show(database, policy, now, out)
    await _warn_of_erasures(database, policy, now, out)
    return len(lines)


def _told(source: str, policy: Policy) -> list[str]:
    """What changes, in words; a file that an older release took may be none to this one."""
    try:
        return told_changes(read(source), policy)
    except PolicyErrors:
        return []


async def show(database: Database, out: Console) -> None:
    """Prints the version in force, and what it says.

    Raises:
        CannotApply: when none is in force.
    """
    row = await _required(database)
    out.print(f"[bold]Version {row.version}[/bold], in force since {row.in_force_at:%Y-%m-%d %H:%M} UTC")
    out.print(row.source, markup=False, highlight=False)


async def export(database: Database, version: int | None = None) -> str:
    """The file of one version, by default of the one in force, as it was applied.

    Raises:
        CannotApply: when there is none.
    """
    if version is None:
        return (await _required(database)).source
    async with database.read() as session:
        row = await policies.get(session, version)
    if row is None:
        raise CannotApply(f"there is no version {version}: `baton policy history` lists them")
    return row.source


async def withdraw(version: int, database: Database, by: str, now: datetime, out: Console) -> None:
    """Takes back a policy that waits for signatures, or for its day.

    Raises:
        CannotApply: when it does not wait.
    """
    refusal = await take_back(database, version, by, now)
    if refusal:
        raise CannotApply(f"version {version}: {refusal.words}")
    out.print(f"Version {version} is withdrawn.")


async def history(database: Database, out: Console) -> None:
    """Prints every version, the newest first: who put it up and why, from when, and who said what."""
    table = Table("Version", "State", "Put up (UTC)", "Why", "In force", "Said")
    async with database.read() as session:
        for row in await policies.every(session):
            verdicts = await policies.signatures(session, row.version or 0)
            names = await people.names(session, [row.applied_by, *(s.person for s in verdicts)])
            said = [
                f"{names.get(s.person, s.person)} {s.verdict} {s.at:%Y-%m-%d %H:%M}"
                + (f": {s.reason}" if s.reason else "")
                for s in verdicts
            ]
            put_up_at = f"{row.applied_at:%Y-%m-%d %H:%M} by {names.get(row.applied_by, row.applied_by)}"
            columns = (STATES[row.state], put_up_at, row.why or "", _since(row), "\n".join(said))
            table.add_row(str(row.version), *map(escape, columns))
    out.print(table if table.row_count else "No policy yet: `baton policy apply FILE` brings the first.")


def _since(row: PolicyRow) -> str:
    if row.in_force_at:
        return f"{row.in_force_at:%Y-%m-%d %H:%M}"
    return f"not before {day_of(policies.parsed(row), row.starts_at)}" if row.starts_at else ""


async def _in_force(database: Database) -> PolicyRow | None:
    async with database.read() as session:
        found = await policies.in_force(session)
        return await policies.get(session, found[0]) if found else None


async def _required(database: Database) -> PolicyRow:
    row = await _in_force(database)
    if row is None:
        raise CannotApply("no policy is in force yet: `baton policy apply FILE` brings the first")
    return row
