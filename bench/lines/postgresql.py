"""Baton on PostgreSQL beside Baton on SQLite: leads on their way, in a rush and in batches, presses, and deadlines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import postgresql, site, stores
from bench.company import Company
from bench.filling import multiply
from bench.line import Bench, Figure, Line, Of, Round, Sample, Side, Target, Unit
from bench.lines import batches, clicks, deadlines, posting
from bench.site import UNPACED_BATON, Site
from storage.migrate import migrate

COMPANY = Company(teams=3)


async def measured(bench: Bench, one: Site) -> Sample:
    """A round of everything, of fewer leads than the lines that are about each."""
    journey = await posting.at_leisure(one, bench.many(tiny=2, quick=10, usual=40, full=150))
    rush = await posting.in_a_rush(one, bench.many(tiny=4, quick=60, usual=200, full=1_000))
    batch = await batches.of_both_kinds(one, bench.many(tiny=1, quick=4, usual=10, full=50))
    press = await pressed(bench, one)
    return {
        **{f"journey {name}": found for name, found in journey.items()},
        **rush,
        **batch,
        **{f"press {name}": found for name, found in press.items()},
    }


async def pressed(bench: Bench, one: Site) -> Sample:
    """Presses with nothing else to do, and amid a flood."""
    count = bench.many(tiny=2, quick=20, usual=50, full=200)
    flood = bench.many(tiny=4, quick=60, usual=200, full=2_000)
    async with stores.of(one.settings) as database:
        return {**await clicks.at_rest(one, database, count), **await clicks.in_a_flood(one, database, count, flood)}


@asynccontextmanager
async def on_postgresql(bench: Bench) -> AsyncIterator[Round]:
    async with postgresql.prepared(bench.folder, COMPANY) as one:
        await one.start(*UNPACED_BATON)
        yield lambda: measured(bench, one)


@asynccontextmanager
async def on_sqlite(bench: Bench) -> AsyncIterator[Round]:
    async with site.baton(bench.folder, COMPANY) as one:
        yield lambda: measured(bench, one)


@asynccontextmanager
async def waves(bench: Bench) -> AsyncIterator[Round]:
    """Deadlines that fall due in one second, in a fresh copy of the same database for every round."""
    count = bench.many(tiny=30, quick=200, usual=1_000, full=deadlines.WAVE)
    async with postgresql.postgresql() as address:
        async with stores.of({"DATABASE_URL": address}) as database:
            await migrate(database)
            await multiply(database, await deadlines.open_life(database), count)

        async def ask() -> Sample:
            async with postgresql.copied(address) as copy, stores.of({"DATABASE_URL": copy}) as database:
                return await deadlines.wave(database)

        yield ask


AS_LONG, AS_MANY = Target(2, Of.RATIO), Target(0.5, Of.RATIO, at_least=True)
JOURNEYS = (
    "Each statement is a journey to another process, which shares the cores with Baton, the workspace and the sender: "
    "fewer statements in turn would help, and a machine of its own for PostgreSQL."
)
LINES = (
    Line(
        "postgresql",
        "Baton on PostgreSQL, beside Baton on SQLite",
        (
            Figure("journey p50", "a lead → its second message, half within", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("journey p99", "a lead → its second message, 99 % within", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("through", "leads through both messages", Unit.PER_SECOND, AS_MANY, JOURNEYS),
            Figure("cpu", "of a core for each, of Baton's process", Unit.SECONDS),
            Figure("stored", "leads in batches, that do not qualify", Unit.PER_SECOND, AS_MANY, JOURNEYS),
            Figure("handed over", "leads in batches, that all go to sales", Unit.PER_SECOND, AS_MANY, JOURNEYS),
            Figure("press p50", "a press → its answer, half within", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("press p99", "a press → its answer, 99 % within", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("press flood p50", "in a flood, half within", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("press flood p99", "in a flood, 99 % within", Unit.SECONDS, AS_LONG, JOURNEYS),
        ),
        Side("Baton on PostgreSQL", on_postgresql),
        (Side("Baton on SQLite", on_sqlite),),
    ),
    Line(
        "postgresql-deadlines",
        "escalations that fall due in one second, on PostgreSQL, while a rep accepts leads",
        (
            Figure("wave", f"until {deadlines.WAVE:,} of them are written", Unit.SECONDS, AS_LONG, JOURNEYS),
            Figure("p99", "99th percentile of an Accept meanwhile", Unit.SECONDS, AS_LONG, JOURNEYS),
        ),
        Side("Baton on PostgreSQL", waves),
        (Side("Baton on SQLite", deadlines.waves),),
        warms_up=False,
    ),
)
