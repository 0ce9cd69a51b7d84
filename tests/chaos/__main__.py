"""`python -m tests.chaos`: thousands of faults, and a count of what was lost, doubled or stuck."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import randbelow
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.chaos.campaign import WHOLE, Points, Report, Run, campaign, kill_some, runs
from tests.chaos.invariants import Harm
from tests.chaos.stories import STORIES

SHOWN = 5
"""Harmed stories of a database that are told in full, as soon as they are."""


@dataclass(slots=True)
class Tally:
    """What a campaign on one database came to."""

    database: str
    began: float
    seconds: float = 0.0
    stories: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    harm: Counter[str] = field(default_factory=Counter)
    harmed: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.stories += 1
        self.faults += report.faults
        self.harm.update({harm for harm, _ in report.harm})
        if report.harm:
            self.harmed.append(report)
        self.seconds = time.monotonic() - self.began


def main(
    faults: Annotated[
        int, typer.Option(help="How many faults a database at least; fewer crash at part of the points.")
    ] = WHOLE,
    seed: Annotated[int, typer.Option(help="What the die is seeded with; by default any number.")] = -1,
    database: Annotated[str, typer.Option(help="sqlite, postgres or both.")] = "both",
    jobs: Annotated[int, typer.Option(help="How many processes play at once.")] = os.cpu_count() or 1,
    kills: Annotated[int, typer.Option(help="How often a real process gets a SIGKILL.")] = 8,
    story: Annotated[str | None, typer.Option(help="Only this story.")] = None,
    point: Annotated[int, typer.Option(help="Only a crash at this point of each of its steps.")] = 0,
    storm: Annotated[int, typer.Option(help="Only its storm of this number.")] = 0,
) -> None:
    """Plays stories while everything fails, and looks whether a lead was lost, doubled or stuck."""
    if story and story not in STORIES:
        raise typer.BadParameter(f"one of {', '.join(STORIES)}", param_hint="--story")
    seed = randbelow(1_000_000) if seed < 0 else seed
    console = Console(highlight=False)
    console.print(f"seed {seed}")

    def choose(points: Points) -> list[Run]:
        if story and (point or storm):
            return [Run(story, point, len(points[story]), storm)]
        return runs({name: points[name] for name in points if story in (None, name)}, faults, seed)

    names = ("sqlite", "postgres") if database == "both" else (database,)
    tallies = [_played(name, seed, 1 if point or storm else jobs, choose, console) for name in names]
    for tally in tallies if kills and not story else ():
        tally.add(killed := kill_some(tally.database, seed, kills))
        if killed.harm:
            _tell(console, killed, tally.database, seed)
    console.print(_summary(tallies))
    sys.exit(1 if any(tally.harmed for tally in tallies) else 0)


def _played(database: str, seed: int, jobs: int, choose: Callable[[Points], list[Run]], console: Console) -> Tally:
    tally, columns = Tally(database, time.monotonic()), (TextColumn("{task.description}"), BarColumn())
    milestones: set[int] = set()
    with Progress(*columns, MofNCompleteColumn(), TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(f"{database}: looking for points", total=None)
        for report in campaign(database, seed, jobs, choose):
            if isinstance(report, int):
                progress.update(task, total=report)
                milestones = {report * tenth // 10 for tenth in range(1, 10)}
                continue
            tally.add(report)
            if report.harm and len(tally.harmed) <= SHOWN:
                _tell(progress.console, report, database, seed)
            said = f"{database}: {tally.faults.total():,} faults, {len(tally.harmed)} stories harmed"
            progress.update(task, completed=tally.stories, description=said)
            if tally.stories in milestones and not console.is_terminal:
                console.print(f"{said}, {tally.stories:,} stories")
    return tally


def _summary(tallies: list[Tally]) -> Table:
    table = Table("", *(tally.database for tally in tallies))
    table.columns[0].no_wrap = True
    table.add_row("stories played", *(f"{tally.stories:,}" for tally in tallies))
    for fault in sorted({fault for tally in tallies for fault in tally.faults}):
        table.add_row(fault, *(f"{tally.faults[fault]:,}" for tally in tallies))
    table.add_row("faults in all", *(f"{tally.faults.total():,}" for tally in tallies), end_section=True)
    for harm in Harm:
        table.add_row(harm, *(f"{tally.harm[harm]:,}" for tally in tallies))
    table.add_row("minutes", *(f"{tally.seconds / 60:.1f}" for tally in tallies))
    return table


def _tell(console: Console, report: Report, database: str, seed: int) -> None:
    again = f"--database {database} --seed {seed}{report.run.flags()}"
    console.print(
        f"\n{report.run.story}, {database}; again: python -m tests.chaos {again}", markup=False, soft_wrap=True
    )
    for harm, words in report.harm:
        console.print(f"  {harm}: {words}", markup=False)
    for met in report.trail:
        console.print(f"    {met}", markup=False)


if __name__ == "__main__":
    typer.run(main)
