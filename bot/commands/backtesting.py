"""`baton policy backtest`: what a policy file would have done with the leads that really came."""

import csv
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.commands.policies import load
from bot.commands.stats import harmless
from bot.domain.backtesting.backtest import Case, Kind
from bot.domain.backtesting.rates import Rate
from bot.exit_codes import WRONG_USE
from bot.formats import Format
from bot.usecases.governing import backtests
from bot.usecases.governing.backtests import Result
from bot.views.governing.backtest import (
    GROUPS,
    UNKNOWN_VERDICT,
    Names,
    apart,
    checked,
    rates,
    short_lines,
    why,
)
from bot.views.text import clean
from storage.database import Database

DAYS = re.compile(r"([1-9][0-9]{0,3}) ?d(?:ays?)?")
LONGEST = timedelta(days=3650)


async def backtest(
    path: Path, since: str, form: Format, database: Database, clock: Callable[[], datetime], out: TextIO, err: Console
) -> int:
    """Writes the result to `out`, with a progress bar on `err` where that is a terminal; the exit code.

    Raises:
        CannotApply: when the file cannot be used.
    """
    _, proposal = load(path)
    now, start = clock(), monotonic()
    began = _since(since, now)
    if began is None:
        err.print("--since: write a number of days such as 90d (at most 3650d), or a date such as 2026-09-01.")
        return WRONG_USE
    with _progress(err) as bar:
        task = bar.add_task(path.name, total=None)
        result = await backtests.run(
            database, proposal, began, now, lambda done, number: bar.update(task, completed=done, total=number)
        )
    names = Names(*await backtests.names(database, result.effect, proposal))
    {Format.TABLE: _table, Format.CSV: _csv, Format.JSON: _json}[form](result, names, out)
    err.print(f"Looked at {result.effect.leads:,} leads in {monotonic() - start:.1f} s; nothing was written.")
    return 0


def _since(written: str, now: datetime) -> datetime | None:
    if days := DAYS.fullmatch(written.strip()):
        length = timedelta(days=int(days[1]))
        return now - length if length <= LONGEST else None
    try:
        date = datetime.strptime(written.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return date if now - LONGEST <= date < now else None


def _progress(err: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _table(result: Result, names: Names, out: TextIO) -> None:
    effect, console = result.effect, Console(file=out, highlight=False, soft_wrap=True)
    for said in (*short_lines(effect), *apart(effect), checked(effect)):
        console.print(Text(said))
    groups = [(GROUPS[group], told) for group, told in rates(effect)]
    _print(console, ("What sales made of them", ""), groups)
    if effect.enters:
        console.print(Text(UNKNOWN_VERDICT))
    paths = [(names.label(line.key), f"{line.before:,}", f"{line.after:,}") for line in effect.paths]
    teams = [(line.key or "–", f"{line.before:,}", f"{line.after:,}") for line in effect.teams]
    _print(console, ("Path", "MQLs", "Would be"), paths)
    _print(console, ("Team", "MQLs", "Would be"), teams)
    for title, cases, count in (
        ("Would enter", effect.entering, effect.enters),
        ("Would leave", effect.leaving, effect.leaves),
    ):
        rows = [(names.lead(case.lead_id), _day(case.when), why(case, names)) for case in cases]
        _print(console, (f"{title}: {count:,}", "When", "Why"), rows)
        if count > len(cases):
            console.print(Text(f"and {count - len(cases):,} more: --format csv lists them all."))
    if effect.unexplained:
        console.print(Text(f"Not explained: {', '.join(effect.unexplained_leads)}"))


def _print(console: Console, titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for index, title in enumerate(titles):
        table.add_column(title, justify="right" if index and title in {"MQLs", "Would be"} else "left")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    console.print(table)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _json(result: Result, _names: Names, out: TextIO) -> None:
    told = result.effect.model_dump(mode="json", exclude={"entering", "leaving", "rates"})
    told["rates"] = {
        group: {"accepted": _rate(found.accepted), "won": _rate(found.won)}
        for group, found in result.effect.rates.items()
    }
    told["changes"] = [case.model_dump(mode="json") for case in _in_order(result)]
    json.dump(told, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _rate(rate: Rate) -> dict[str, Any]:
    """Share and 95 % interval between 0 and 1; null where there is not enough data."""
    interval = rate.interval
    return {
        "n": rate.of,
        "count": rate.part,
        "share": rate.share,
        "low": interval and interval.low,
        "high": interval and interval.high,
    }


COLUMNS = (
    "kind", "lead_id", "number", "at", "path", "team", "really_at", "really_path", "really_team", "origin", "verdict",
    "outcome", "fit", "engagement",
)  # fmt: skip


def _csv(result: Result, names: Names, out: TextIO) -> None:
    """A line for each lead that enters or leaves; a cell a spreadsheet would run begins with an apostrophe."""
    writer = csv.DictWriter(out, [*COLUMNS, "why"], lineterminator="\n")
    writer.writeheader()
    for case in _in_order(result):
        told = case.model_dump(mode="json", include=set(COLUMNS))
        writer.writerow({**told, "why": harmless(why(case, names))})


def _in_order(result: Result) -> list[Case]:
    """Who enters before who leaves, the newest first."""
    order = {Kind.ENTERS: 0, Kind.LEAVES: 1}
    return sorted(
        result.changes,
        key=lambda case: (order[case.kind], -(case.when.timestamp() if case.when else 0), case.lead_id),
    )
