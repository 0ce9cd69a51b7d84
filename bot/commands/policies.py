"""`baton policy …`: from a file to the rules in force."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.directory import look_up
from bot.domain.policy import Policy
from bot.domain.policy_diff import changed_lines
from bot.policy_file import PolicyErrors, read, warnings
from bot.usecases import fallbacks
from bot.usecases.policies import Applied, put_up
from storage import erasure, people, policies
from storage.database import Database
from storage.tables import PolicyRow

STATES = {
    "in_force": "in force",
    "pending": "waits for signatures",
    "replaced": "replaced",
    "withdrawn": "withdrawn, a later one was put up",
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
    reps = sum(len(team.reps) for team in policy.teams)
    paths, criteria = len(policy.definition.paths), len(policy.definition.criteria)
    out.print(f"{path} is fine: {criteria} criteria, {paths} paths, {len(policy.teams)} teams, {reps} reps.")


async def apply(
    path: Path, database: Database, client: AsyncWebClient, clock: Callable[[], datetime], by: str, out: Console
) -> Applied:
    """Puts the policy up, or in force, once everyone and every channel it names is found in Slack.

    Raises:
        CannotApply: naming everyone and everything that is not found; nothing is stored then.
    """
    text, policy = load(path)
    found = await look_up(client, policy, clock())
    if found.problems:
        raise CannotApply("\n".join(f"{path}: {problem}" for problem in found.problems))
    async with database.write() as session:
        for person in found.people.values():
            await fallbacks.person_seen(session, person.slack_id, True, person.checked_at)
            await people.save(session, person)
    applied = await put_up(database, text, found.resolve(policy), by, clock())
    for warning in (*found.warnings, *warnings(policy, text)):
        out.print(f"[yellow]{escape(str(warning))}[/yellow]")
    out.print(_applied(applied))
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


def _applied(applied: Applied) -> str:
    return {
        "in_force": f"Version {applied.version} is in force.",
        "pending": f"Version {applied.version} waits for {len(applied.signers)} signatures; "
        "each signer has it in a direct message.",
        "unchanged": f"Version {applied.version} is in force and says the same; nothing changed.",
    }[applied.state]


async def diff(path: Path, database: Database, now: datetime, out: Console) -> int:
    """Prints the lines that the file would change, and whom it would cost; how many lines there are."""
    text, policy = load(path)
    row = await _in_force(database)
    lines = changed_lines(row.source if row else "", text)
    for line in lines:
        out.print(f"[{'green' if line.startswith('+') else 'red'}]{escape(line)}[/]")
    if not lines:
        out.print("Nothing would change.")
    await _warn_of_erasures(database, policy, now, out)
    return len(lines)


async def show(database: Database, out: Console) -> None:
    """Prints the version in force, and what it says.

    Raises:
        CannotApply: when none is in force.
    """
    row = await _required(database)
    out.print(f"[bold]Version {row.version}[/bold], in force since {row.in_force_at:%Y-%m-%d %H:%M} UTC")
    out.print(row.source, markup=False, highlight=False)


async def export(database: Database) -> str:
    """The file in force, as it was applied.

    Raises:
        CannotApply: when none is in force.
    """
    return (await _required(database)).source


async def history(database: Database, out: Console) -> None:
    """Prints every version, the newest first, with who put it up and who said what."""
    table = Table("Version", "State", "Put up", "In force", "Said")
    async with database.read() as session:
        for row in await policies.every(session):
            names = await people.names(
                session, [s.person for s in await policies.signatures(session, row.version or 0)]
            )
            said = [
                f"{names.get(s.person, s.person)} {s.verdict}" + (f": {s.reason}" if s.reason else "")
                for s in await policies.signatures(session, row.version or 0)
            ]
            put_up_at = f"{row.applied_at:%Y-%m-%d %H:%M} by {row.applied_by}"
            since = f"{row.in_force_at:%Y-%m-%d %H:%M}" if row.in_force_at else ""
            table.add_row(str(row.version), STATES[row.state], escape(put_up_at), since, escape("\n".join(said)))
    out.print(table if table.row_count else "No policy yet: `baton policy apply FILE` brings the first.")


async def _in_force(database: Database) -> PolicyRow | None:
    async with database.read() as session:
        found = await policies.in_force(session)
        return await policies.get(session, found[0]) if found else None


async def _required(database: Database) -> PolicyRow:
    row = await _in_force(database)
    if row is None:
        raise CannotApply("no policy is in force yet: `baton policy apply FILE` brings the first")
    return row
