"""`baton policy …`: how its commands are called; `bot/commands/policies.py` says what they do."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.command_line import command, err, opened, operator, out
from bot.formats import Format

policy_cli = typer.Typer(help="The policy file: check it, put it up, see what is in force.", no_args_is_help=True)
LONGEST_LOOK = 3650
"""Days."""
OpenClocks = Annotated[
    bool,
    typer.Option("--open-clocks", help="Count the clocks of open leads anew too; without it they stay as they are."),
]
PolicyFile = Annotated[Path, typer.Argument(help="The policy file, such as examples/policy.yml.")]


@command(policy_cli, "check", "baton policy check examples/policy.yml")
async def policy_check(file: PolicyFile) -> None:
    """Read a policy file and tell everything that is wrong with it, with line numbers; needs no network."""
    from bot.commands import policies

    policies.check(file, out)


@command(policy_cli, "diff", "baton policy diff examples/policy.yml")
async def policy_diff(file: PolicyFile) -> None:
    """Show what a policy file would change in the one in force."""
    from bot.commands import policies
    from bot.outside import now

    async with opened() as database:
        await policies.diff(file, database, now(), out)


@command(policy_cli, "apply", 'baton policy apply policy.yml --why "Small ones do not buy" --from 2026-12-01')
async def policy_apply(
    file: PolicyFile,
    why: Annotated[str | None, typer.Option(help="Why; everyone who signs reads it.")] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The day from which it counts.")
    ] = None,
    open_clocks: OpenClocks = False,
) -> None:
    """Put a policy in force, or up for signature in Slack where it names who signs."""
    from bot.commands import policies
    from bot.outside import now, slack_client
    from bot.settings import WithToken, read_settings

    settings = read_settings(WithToken)
    async with opened() as database, slack_client(settings, patient=True) as client:
        day = start.date() if start else None
        await policies.apply(file, database, client, now, operator(), out, why=why, start=day, recount=open_clocks)


@command(policy_cli, "withdraw", "baton policy withdraw 7")
async def policy_withdraw(version: Annotated[int, typer.Argument(help="See `baton policy history`.")]) -> None:
    """Take back a policy that waits for signatures, or for its day."""
    from bot.commands import policies
    from bot.outside import now

    async with opened() as database:
        await policies.withdraw(version, database, operator(), now(), out)


@command(policy_cli, "backtest", "baton policy backtest policy.yml --since 90d --format csv")
async def policy_backtest(
    file: PolicyFile,
    since: Annotated[str, typer.Option(help="How far to look back: 90d, or a date such as 2026-09-01.")] = "90d",
    form: Annotated[Format, typer.Option("--format", help="How to print it; csv and json name every lead.")] = (
        Format.TABLE
    ),
) -> int:
    """Say what a policy file would have done with the leads that really came; writes nothing."""
    from bot.commands.backtesting import backtest
    from bot.outside import now

    async with opened() as database:
        return await backtest(file, since, form, database, now, sys.stdout, err)


@command(policy_cli, "show", "baton policy show")
async def policy_show() -> None:
    """Print the policy in force."""
    from bot.commands import policies

    async with opened() as database:
        await policies.show(database, out)


@command(policy_cli, "export", "baton policy export > policy.yml")
async def policy_export(
    version: Annotated[int | None, typer.Option(help="A version of `baton policy history`.")] = None,
) -> None:
    """Write the policy in force, or an earlier version, to standard output, as it was applied."""
    from bot.commands import policies

    async with opened() as database:
        sys.stdout.write(await policies.export(database, version))


@command(policy_cli, "history", "baton policy history")
async def policy_history() -> None:
    """List every version, who put it up and why, and who signed or objected."""
    from bot.commands import policies

    async with opened() as database:
        await policies.history(database, out)


@command(policy_cli, "questions", "baton policy questions --team sales > sales.yml")
async def policy_questions(
    team: Annotated[Literal["sales", "marketing"], typer.Option(help="Who answers.")] = "sales",
) -> None:
    """Write the questions that each team answers before there is a definition."""
    from bot.commands import agreeing

    sys.stdout.write(agreeing.questions(team))


@command(policy_cli, "draft", "baton policy draft sales.yml marketing.yml > policy.yml")
async def policy_draft(
    sales: Annotated[Path, typer.Argument(help="What sales answered.")],
    marketing: Annotated[Path, typer.Argument(help="What marketing answered.")],
) -> None:
    """Show where the two teams agree and where not, and write a first policy file."""
    from bot.commands import agreeing

    sys.stdout.write(agreeing.agree(sales, marketing, err))


@command(policy_cli, "personas", "baton policy personas --since 365d")
async def policy_personas(
    since: Annotated[str, typer.Option(help="How far to look back.", metavar="DAYS")] = "365d",
) -> None:
    """Learn from customers you won whom to look for, and write it as a section of the policy file."""
    from datetime import timedelta

    from bot.commands import personas
    from bot.domain.durations import Duration
    from bot.outside import now

    days = since.removesuffix("d")
    if not (days.isascii() and days.isdigit() and 0 < int(days) <= LONGEST_LOOK):
        raise typer.BadParameter(f"write a number of days such as 365d, at most {LONGEST_LOOK}")
    length = Duration("wall", int(days) * 86_400)
    async with opened() as database:
        sys.stdout.write(await personas.learn(database, now() - timedelta(days=int(days)), length, err))
