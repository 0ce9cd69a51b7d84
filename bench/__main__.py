"""Measurements that a change may not spoil unseen: each is a ratio of two things timed in the same run.

A ratio moves little from machine to machine; the times beside it, and whether a target was met, say only what this one
did: targets are for two cores that have nothing else to do.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import backtest, clocks, nurture, scoring
from storage import history
from storage.database import Database, DatabaseError, parse_url
from storage.migrate import migrate

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WRITERS = 3
CLICKS = 400
CLICK_EVERY = 0.01
CLICK = 0.1
"""Seconds that a click may wait before a person notices."""
SOME, FULL = 10_000, 100_000
"""Leads that are re-scored: in a few seconds, and with `--full`."""
LIVES, MANY_LIVES = 2_000, 10_000
"""Leads that are looked at in a backtest, and those its target is about."""


@dataclass(frozen=True, slots=True)
class Target:
    """Seconds that something may take on two quiet cores; `of` says what, where it is `times` what was measured."""

    seconds: float
    of: str = ""
    times: float = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of what Baton does, beside seconds of what it is held against."""

    what: str
    ours: float
    target: Target
    against: str
    theirs: float

    def row(self) -> tuple[str, ...]:
        found, target = self.ours * self.target.times, self.target
        verdict = "met" if found < target.seconds else "missed"
        told = f"{target.of}{written(found)}, target {written(target.seconds)}: {verdict}"
        return (
            self.what,
            written(self.ours),
            told,
            self.against,
            written(self.theirs),
            f"{self.ours / self.theirs:.2f} ×",
        )


def written(seconds: float) -> str:
    """Seconds where there are some, else thousandths of one."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def median_seconds(work: Callable[[], object], rounds: int = 200) -> float:
    """The median of many rounds: a pause of the machine in one of them says nothing."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def judging() -> Measured:
    """Judging one lead against reading each of its signals once for each criterion and doing nothing with it."""
    judge, nothing = scoring.works()
    return Measured(
        f"judge {scoring.SIGNALS} signals by {scoring.CRITERIA} criteria, median",
        median_seconds(judge),
        Target(scoring.TARGET),
        "look at each signal once a criterion",
        median_seconds(nothing),
    )


def deadline() -> Measured:
    """One deadline, or the length of one, against a look into a sorted list of a year's openings."""
    ours, floor = clocks.works()
    calls = clocks.PER_CALL
    return Measured(
        "a deadline or its length in business time, median",
        median_seconds(ours) / calls,
        Target(clocks.TARGET),
        "look up one opening",
        median_seconds(floor) / calls,
    )


def agreeing(found: clocks.Agreed) -> Measured:
    """Business time in all zones against looking at the clock once a minute."""
    what = f"{found.agreed:,} of {found.asked:,} answers agree, {found.zones} zones, 20 years"
    target = Target(clocks.LAID_OUT, "a new calendar: ", 1 / found.zones)
    return Measured(what, found.answering, target, "look at the clock each minute", found.looking)


async def click(database: Database) -> None:
    """A small decision: one row, one commit; one that SQLite refuses as locked has waited all the same."""
    with suppress(DatabaseError):
        async with database.write() as session:
            await history.append(session, NOW, "benched", "bench")


async def p99(databases: list[Database], clicking: Database) -> float:
    """The 99th percentile, in seconds, of a click's wait beside writers that never rest, one on each database."""
    stop = asyncio.Event()

    async def write_without_rest(database: Database) -> None:
        while not stop.is_set():
            await click(database)

    writers = [asyncio.create_task(write_without_rest(database)) for database in databases]
    waits = []
    for _ in range(CLICKS):
        began = time.perf_counter()
        await click(clicking)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(CLICK_EVERY)
    stop.set()
    await asyncio.gather(*writers)
    return statistics.quantiles(waits, n=100)[98]


async def queueing(folder: Path) -> Measured:
    """One queue of writers in a process against each waiting for SQLite's own lock, as strangers would."""

    async def with_databases(name: str, count: int, measure: Callable[[list[Database]], Awaitable[float]]) -> float:
        async with AsyncExitStack() as stack:
            opened = [Database(parse_url(f"sqlite:///{folder / name}")) for _ in range(count)]
            for database in opened:
                stack.push_async_callback(database.close)
            await migrate(opened[0])
            return await measure(opened)

    queued = await with_databases("queued.db", 1, lambda opened: p99(opened * WRITERS, opened[0]))
    alone = await with_databases("alone.db", WRITERS + 1, lambda opened: p99(opened[1:], opened[0]))
    what = f"a click beside {WRITERS} busy writers, 99th percentile"
    return Measured(what, queued, Target(CLICK), "the same with busy_timeout alone", alone)


async def rescoring(folder: Path, count: int) -> Measured:
    """Everyone in nurture judged anew against their rows read and written alone."""
    database = Database(parse_url(f"sqlite:///{folder / 'nurture.db'}"))
    await migrate(database)
    ours, theirs = await nurture.measured(database, count)
    await database.close()
    what = f"re-score {count:,} leads in nurture, {nurture.SIGNALS} signals each"
    target = Target(nurture.TARGET, f"{FULL:,} leads: ", FULL / count)
    return Measured(what, ours, target, "read and write them, and judge nothing", theirs)


async def backtesting(folder: Path) -> Measured:
    """What a proposal would have done to leads of the last 90 days, against reading what was recorded of them."""
    database = Database(parse_url(f"sqlite:///{folder / 'backtest.db'}"))
    await migrate(database)
    ours, theirs = await backtest.measured(database, LIVES)
    await database.close()
    what = f"backtest {LIVES:,} leads, {backtest.SIGNALS} signals each"
    target = Target(backtest.TARGET, f"{MANY_LIVES:,} leads: ", MANY_LIVES / LIVES)
    return Measured(what, ours, target, "read them, and ask nothing", theirs)


def shown(measured: list[Measured]) -> Table:
    table = Table("what", "took", "of its target", "against", "took", "ratio", title="Baton, measured in this run")
    for one in measured:
        table.add_row(*one.row())
    return table


def main() -> None:
    at_length = "--full" in sys.argv
    count = FULL if at_length else SOME
    with tempfile.TemporaryDirectory() as folder:
        waits = asyncio.run(queueing(Path(folder)))
        again = asyncio.run(rescoring(Path(folder), count))
        past = asyncio.run(backtesting(Path(folder)))
    agreed = clocks.agreement(every_change=at_length)
    Console().print(shown([judging(), deadline(), agreeing(agreed), waits, again, past]))
    if agreed.agreed < agreed.asked:
        sys.exit("Business time is not what somebody sees who looks at the clock.")


if __name__ == "__main__":
    main()
