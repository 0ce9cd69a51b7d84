"""One queue of writers in a process, against each waiting for SQLite's own lock, as strangers would."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

from bench.line import Bench, Figure, Line, Round, Sample, Side, Target, Unit
from bench.runs import percentile
from bench.stores import sqlite
from storage.accounting import history
from storage.database import Database, DatabaseError, parse_url

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WRITERS = 3
EVERY = 0.01
"""Seconds between two clicks."""


async def click(database: Database) -> None:
    """A small decision: one row, one commit; one that SQLite refuses as locked has waited all the same."""
    with suppress(DatabaseError):
        async with database.write() as session:
            await history.append(session, NOW, "benched", "bench")


async def waits(writing: Sequence[Database], clicking: Database, clicks: int) -> Sample:
    """The 99th percentile, in seconds, of a click's wait beside writers that never rest, one on each database."""
    stop = asyncio.Event()

    async def write_without_rest(database: Database) -> None:
        while not stop.is_set():
            await click(database)

    writers = [asyncio.create_task(write_without_rest(database)) for database in writing]
    waited = []
    for _ in range(clicks):
        began = time.perf_counter()
        await click(clicking)
        waited.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)
    stop.set()
    await asyncio.gather(*writers)
    return {"p99": percentile(waited, 0.99)}


@asynccontextmanager
async def queued(bench: Bench) -> AsyncIterator[Round]:
    """All of them on one database of one process."""
    clicks = bench.many(tiny=5, quick=60, usual=150, full=400)
    async with sqlite(bench.folder) as database:
        yield lambda: waits([database] * WRITERS, database, clicks)


@asynccontextmanager
async def strangers(bench: Bench) -> AsyncIterator[Round]:
    """Each with a database of its own on the same file, as other processes would have."""
    clicks = bench.many(tiny=5, quick=60, usual=150, full=400)
    async with AsyncExitStack() as stack, sqlite(bench.folder) as clicking:
        writing = [Database(parse_url(f"sqlite:///{bench.folder / 'bench.db'}")) for _ in range(WRITERS)]
        for database in writing:
            stack.push_async_callback(database.close)
        yield lambda: waits(writing, clicking, clicks)


LINES = (
    Line(
        "queue",
        f"a click beside {WRITERS} writers that never rest",
        (Figure("p99", "99th percentile of its wait", Unit.SECONDS, Target(0.1)),),
        Side("Baton", queued),
        (Side("the same with busy_timeout alone", strangers),),
    ),
)
