"""The command line: every command reads its settings, does one thing, and says in a line what is wrong.

Nothing heavy is imported before a command needs it: `baton --help` and the like answer at once.
"""

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.markup import escape

from bot.command_line import command, err, opened, operator, out
from bot.domain.numbers.dividing import By
from bot.exit_codes import FOUND_A_PROBLEM
from bot.formats import Format
from bot.policy_cli import policy_cli

if TYPE_CHECKING:
    from bot.commands.importing import Options
    from handlers.intake.incoming import SheetKind

cli = typer.Typer(
    help="Baton carries leads from marketing to sales, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
import_cli = typer.Typer(help="Spreadsheets in: leads, signals, outcomes, accounts.", no_args_is_help=True)
audit_cli = typer.Typer(help="History, and whether it is still what it was.", no_args_is_help=True)
cli.add_typer(policy_cli, name="policy")
cli.add_typer(import_cli, name="import")
cli.add_typer(audit_cli, name="audit")


@cli.callback(invoke_without_command=True)
def _version(
    shown: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    if shown:
        from importlib.metadata import version

        out.print(f"baton {version('baton')}", highlight=False)
        raise typer.Exit


@command(cli, "run", "PORT=8080 baton run")
async def run() -> None:
    """Serve HTTP, show cards and keep the clocks, until stopped. Several may share one PostgreSQL."""
    gc.disable()  # nothing of what is read in to serve is garbage; whoever serves enables it

    from bot.app import run as serve
    from bot.logs import configure
    from bot.settings import ToServe, read_settings

    settings = read_settings(ToServe)
    configure(settings.baton_log)
    await serve(settings)


@command(cli, "migrate", "DATABASE_URL=postgresql://localhost/baton baton migrate")
async def migrate() -> None:
    """Bring the database to the newest schema; safe to repeat, and from several machines at once."""
    from bot.settings import Settings, read_settings
    from storage.database import Database, parse_url
    from storage.migrate import migrate as bring_up_to_date

    def waiting(attempt: int) -> None:
        if attempt == 1:
            out.print("The database is in use. Waiting for a free moment…")

    database = Database(parse_url(read_settings(Settings).database_url))
    try:
        await bring_up_to_date(database, waiting=waiting)
    finally:
        await database.close()
    out.print("The database has the newest schema.")


@command(cli, "doctor", "baton doctor")
async def examine() -> int:
    """Check settings, database, token, scopes, clock, people and channels; say what to do about each."""
    from bot.commands import doctor
    from bot.outside import now, slack_client
    from bot.settings import Settings, read_settings
    from storage.database import Database, parse_url

    settings = read_settings(Settings)
    database = Database(parse_url(settings.database_url))
    well = True
    try:
        async with slack_client(settings, patient=True) as client:
            async for check in doctor.examine(settings, database, client, now):
                well = well and check.well
                mark = "[green]ok  [/green]" if check.well else "[red]FAIL[/red]"
                remedy = "" if check.well else f": {check.remedy}"
                out.print(
                    f"{mark} {escape(check.name)}: {escape(check.found + remedy)}", soft_wrap=True, highlight=False
                )
    finally:
        await database.close()
    return 0 if well else FOUND_A_PROBLEM


Spreadsheet = Annotated[Path, typer.Argument(help="A CSV file with a line of headers.")]
Mapped = Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field.")]
Fixed = Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="The same value in every row.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and store nothing.")]
AllOrNothing = Annotated[bool, typer.Option("--all-or-nothing", help="Store nothing when any row is bad.")]
History = Annotated[bool, typer.Option("--history", help="The past: stored, never handed over for it.")]
PerHour = Annotated[int | None, typer.Option("--per-hour", min=1, help="Hand over at most so many leads an hour.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Time zone of dates without one, such as Europe/Berlin.")]


@command(import_cli, "leads", "baton import leads fair.csv --set source=fair --map company.name=Firma --dry-run")
async def import_leads(
    file: Spreadsheet,
    mapped: Mapped = None,
    fixed: Fixed = None,
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
    history: History = False,
    per_hour: PerHour = None,
    zone: Zone = None,
) -> int:
    """Bring leads in from a spreadsheet; every bad row is reported with its line, the rest is stored."""
    from bot.commands.importing import Options

    return await _import(
        "leads", file, Options(mapped or (), fixed or (), dry_run, all_or_nothing, history, per_hour, zone)
    )


@command(import_cli, "signals", "baton import signals visits.csv --set kind=page_view --zone Europe/Berlin")
async def import_signals(
    file: Spreadsheet,
    mapped: Mapped = None,
    fixed: Fixed = None,
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
    history: History = False,
    zone: Zone = None,
) -> int:
    """Bring in what known leads did."""
    from bot.commands.importing import Options

    return await _import(
        "signals", file, Options(mapped or (), fixed or (), dry_run, all_or_nothing, history, zone=zone)
    )


@command(import_cli, "outcomes", "baton import outcomes deals.csv --history")
async def import_outcomes(
    file: Spreadsheet,
    mapped: Mapped = None,
    fixed: Fixed = None,
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
    history: History = False,
    zone: Zone = None,
) -> int:
    """Bring in what became of known leads."""
    from bot.commands.importing import Options

    return await _import(
        "outcomes", file, Options(mapped or (), fixed or (), dry_run, all_or_nothing, history, zone=zone)
    )


@command(import_cli, "accounts", "baton import accounts customers.csv --map owner='Account manager' --dry-run")
async def import_accounts(
    file: Spreadsheet,
    mapped: Mapped = None,
    fixed: Fixed = None,
    dry_run: DryRun = False,
    all_or_nothing: AllOrNothing = False,
) -> int:
    """Bring in the companies that sales knows, and whose they are: their leads go to that rep."""
    from bot.commands.importing import Options

    return await _import("accounts", file, Options(mapped or (), fixed or (), dry_run, all_or_nothing))


async def _import(kind: "SheetKind", file: Path, options: "Options") -> int:
    from bot.commands.importing import import_file
    from bot.outside import now

    async with opened() as database:
        return await import_file(kind, file, options, database, now, out, err)


@command(cli, "stats", "baton stats --days 90 --by campaign --format csv")
async def stats(
    days: Annotated[int, typer.Option(help="How far to look back.")] = 30,
    by: Annotated[By | None, typer.Option(help="Divide the numbers by this.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TABLE,
) -> int:
    """Print the numbers behind /leadstats."""
    from bot.commands import stats
    from bot.outside import now

    async with opened() as database:
        return await stats.show(database, sys.stdout, now(), days=days, by=by, form=form)


@command(cli, "erase", "baton erase ana.silva@acme.example --dry-run")
async def erase(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and erase nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Forget a person everywhere, messages in Slack included, and say what was removed and what people must do."""
    from bot.app import assemble
    from bot.commands import erasing
    from bot.logs import configure
    from bot.outside import now, slack_client
    from bot.settings import ToServe, read_settings

    settings = read_settings(ToServe)
    configure(settings.baton_log)
    async with opened() as database, slack_client(settings) as client, slack_client(settings, patient=True) as reader:
        courier = assemble(settings, database, client, now).courier
        desk = erasing.Desk(
            database, courier, reader, now, operator(), out, err, lambda words: yes or typer.confirm(words)
        )
        return await erasing.erase(desk, email, dry_run=dry_run)


@command(audit_cli, "verify", "baton audit verify --head 1234:5f3a09c2")
async def audit_verify(
    head: Annotated[
        str | None, typer.Option(metavar="N:HASH", help="An end printed earlier: is it still in the chain?")
    ] = None,
) -> int:
    """Check that nothing in history was changed, removed or inserted since it was written."""
    from bot.commands import auditing

    async with opened() as database:
        return await auditing.verify(database, head, out)


@cli.command("sandbox", epilog="Example:  baton sandbox --port 8910", context_settings={"ignore_unknown_options": True})
def sandbox(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on; see `baton sandbox --help`.")] = None,
) -> None:
    """Start the stand-in Slack workspace alone."""
    _become("sandbox", arguments or [])


@cli.command("demo", epilog="Example:  baton demo --tour")
def demo(tour: Annotated[bool, typer.Option("--tour", help="Play one scripted story and stop.")] = False) -> None:
    """Start the stand-in workspace and Baton, and hand over the example leads."""
    _become("demo", ["--tour"] if tour else [])


def _become(name: str, arguments: list[str]) -> NoReturn:
    """Goes on as another module, so that a signal reaches it alone and it can end what it started."""
    os.execv(sys.executable, [sys.executable, "-m", name, *arguments])  # noqa: S606 - our own module


def main() -> None:
    """The `baton` script."""
    cli()
