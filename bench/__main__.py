"""Measurements that a change may not spoil unseen: each is a ratio of two things timed in the same run.

A ratio moves little from machine to machine; the times beside it say only what this one did.
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

from bench import nurture, scoring
from storage import history
from storage.database import Database, DatabaseError, parse_url
from storage.migrate import migrate

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WRITERS = 3
CLICKS = 400
CLICK_EVERY = 0.01
SOME, FULL = 10_000, 100_000
"""Leads that are re-scored: in a few seconds, and with `--full`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of what Baton does, beside seconds of what it is held against."""

    what: str
    ours: float
    against: str
    theirs: float

    @property
    def ratio(self) -> str:
        return f"{self.ours / self.theirs:.2f} ×"


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
        f"judge {scoring.SIGNALS} signals by {scoring.CRITERIA} criteria (target: {scoring.TARGET * 1000:.0f} ms)",
        median_seconds(judge),
        "look at each signal once a criterion",
        median_seconds(nothing),
    )


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
    return Measured(
        f"a click beside {WRITERS} busy writers, 99th percentile", queued, "the same with busy_timeout alone", alone
    )


async def rescoring(folder: Path, count: int) -> Measured:
    """Everyone in nurture judged anew against their rows read and written alone."""
    database = Database(parse_url(f"sqlite:///{folder / 'nurture.db'}"))
    await migrate(database)
    ours, theirs = await nurture.measured(database, count)
    await database.close()
    what = f"re-score {count:,} leads in nurture, {nurture.SIGNALS} signals each"
    return Measured(what, ours, "read and write them, and judge nothing", theirs)


def shown(measured: list[Measured]) -> Table:
    table = Table("what", "ms", "against", "ms", "ratio", title="Baton, measured in this run")
    for one in measured:
        table.add_row(one.what, f"{one.ours * 1000:.3f}", one.against, f"{one.theirs * 1000:.3f}", one.ratio)
    return table


def main() -> None:
    count = FULL if "--full" in sys.argv else SOME
    with tempfile.TemporaryDirectory() as folder:
        waits = asyncio.run(queueing(Path(folder)))
        again = asyncio.run(rescoring(Path(folder), count))
    console = Console()
    console.print(shown([judging(), waits, again]))
    told = f"{count:,} leads were re-scored in {again.ours:.1f} s"
    console.print(told if count == FULL else f"{told}; at that pace {FULL:,} take {again.ours * FULL / count:.0f} s")


if __name__ == "__main__":
    main()
