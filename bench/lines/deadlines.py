"""Thousands of deadlines that fall due at once: how long until all are written, and what an Accept waits meanwhile."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, func, select

from bench.filling import multiply
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Side, Target, Unit
from bench.lives import Life, arrive, show
from bench.runs import percentile
from bench.stores import sqlite
from bot import ticker
from bot.domain.handoff import Refusal
from bot.policy_file import read
from bot.usecases.deciding.escalations import escalate_one
from bot.usecases.deciding.handoffs import accept
from bot.usecases.operating.chaining import chain_some
from storage.accounting import history
from storage.database import Database, parse_url
from storage.tables import HandoffRow, PolicyRow
from storage.write_queue import pressing

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WAVE = 10_000
"""Deadlines that the target is about; fewer are counted up to them."""
EVERY = 0.1
"""Seconds between two presses."""
REMINDED = 1
"""So many steps have been taken before: the next one tells the manager, in a message that grows."""
Press = Callable[[int], Awaitable[None]]


async def open_life(database: Database) -> Life:
    """A lead that is with a rep who was reminded of it, and whose manager is told next."""
    source = (ROOT / "examples/policy.yml").read_text(encoding="utf-8")
    row = PolicyRow(source=source, body=read(source).stored(), state="in_force", applied_at=NOW, applied_by="bench")
    row.in_force_at = NOW
    async with database.write() as session:
        session.add(row)
    taken = await arrive(database, "nr0000000", "DE", NOW)
    for _ in range(REMINDED):
        await escalate_one(database, await _due(database))
    await show(database)
    while await chain_some(database):
        pass
    return Life("nr0000000", taken.lead_id, taken.handoff_id or "", NOW)


async def _due(database: Database) -> datetime:
    """When all that is open is due."""
    async with database.read() as session:
        due = (await session.exec(select(func.max(HandoffRow.due_at)))).one()
    if due is None:
        raise CannotMeasure("no deadline runs")
    return due


async def _beside(done: Awaitable[object], press: Press, presses: int) -> Sample:
    """Seconds until it is done, how many presses came meanwhile, and the 99th percentile of what each waited.

    A press waits from the moment at which it was to come: what keeps the loop busy keeps a person waiting too.
    """
    waits: list[float] = []
    over, began = asyncio.Event(), time.perf_counter()

    async def pressed() -> None:
        pressing.set(True)
        for number in range(presses):
            at = began + number * EVERY
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            if over.is_set():
                return
            await press(number)
            waits.append(time.perf_counter() - at)

    clicks = asyncio.create_task(pressed())
    await done
    took = time.perf_counter() - began
    over.set()
    await clicks
    return {"wave": took, "presses": len(waits), "p99": percentile(waits, 0.99)}


async def wave(database: Database) -> Sample:
    """Everything that is due is taken as the clock takes it, history chained included, while a rep accepts leads."""
    at = await _due(database) + timedelta(seconds=1)
    async with database.read() as session:
        last = select(HandoffRow.id, HandoffRow.owner).order_by(
            col(HandoffRow.due_at).desc(), col(HandoffRow.id).desc()
        )
        theirs: Sequence[tuple[str, str | None]] = (await session.exec(last)).all()

    async def press(number: int) -> None:
        handoff_id, owner = theirs[number]
        if isinstance(
            refused := await accept(database, handoff_id, owner or "", at, request=f"press {number}"), Refusal
        ):
            raise CannotMeasure(f"a rep could not accept: {refused.words}")

    found = await _beside(ticker.do_due(database, lambda: at), press, len(theirs) // 2)
    async with database.read() as session:
        left = select(func.count()).select_from(HandoffRow).where(col(HandoffRow.due_at) <= at)
        if still := (await session.exec(left)).one():
            raise CannotMeasure(f"{still} deadlines were left")
    return {**found, "wave": found["wave"] / (len(theirs) - found["presses"]) * WAVE}


@asynccontextmanager
async def waves(bench: Bench) -> AsyncIterator[Round]:
    """A fresh copy of the same database for every round."""
    count = bench.many(tiny=30, quick=400, usual=2_000, full=WAVE)
    async with sqlite(bench.folder, "before.db") as database:
        await multiply(database, await open_life(database), count)

    async def ask() -> Sample:
        file = bench.folder / "wave.db"
        for old in bench.folder.glob("wave.db*"):
            old.unlink()
        shutil.copy(bench.folder / "before.db", file)
        database = Database(parse_url(f"sqlite:///{file}"))
        try:
            return await wave(database)
        finally:
            await database.close()

    yield ask


@asynccontextmanager
async def rows(bench: Bench) -> AsyncIterator[Round]:
    """As many transactions of one row each."""
    count = bench.many(tiny=30, quick=400, usual=2_000, full=WAVE)
    async with sqlite(bench.folder) as database:

        async def written(what: str = "benched") -> None:
            async with database.write() as session:
                await history.append(session, NOW, what, "bench")

        async def all_written() -> None:
            for _ in range(count):
                await written()

        async def ask() -> Sample:
            found = await _beside(all_written(), lambda _: written("pressed"), count)
            return {**found, "wave": found["wave"] / count * WAVE}

        yield ask


LINES = (
    Line(
        "deadlines",
        "escalations that fall due in one second, while a rep accepts leads",
        (
            Figure("wave", f"until {WAVE:,} of them are written", Unit.SECONDS, Target(60)),
            Figure("p99", "99th percentile of an Accept meanwhile", Unit.SECONDS, Target(0.05)),
        ),
        Side("Baton", waves),
        (Side("as many transactions of one row", rows),),
        warms_up=False,
    ),
)
