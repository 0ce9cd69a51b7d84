"""Baton on PostgreSQL beside Baton on SQLite: a lead on its way, leads in a rush and in batches, and presses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import postgresql, site
from bench.company import Company
from bench.line import Bench, Figure, Line, Of, Round, Sample, Side, Target, Unit
from bench.lines import batches, clicks, posting
from bench.site import UNPACED_BATON, Site
from storage.database import Database, parse_url

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
    database = Database(parse_url(one.settings["DATABASE_URL"]))
    try:
        return {**await clicks.at_rest(one, database, count), **await clicks.in_a_flood(one, database, count, flood)}
    finally:
        await database.close()


@asynccontextmanager
async def on_postgresql(bench: Bench) -> AsyncIterator[Round]:
    async with postgresql.prepared(bench.folder, COMPANY) as one:
        await one.start(*UNPACED_BATON)
        yield lambda: measured(bench, one)


@asynccontextmanager
async def on_sqlite(bench: Bench) -> AsyncIterator[Round]:
    async with site.baton(bench.folder, COMPANY) as one:
        yield lambda: measured(bench, one)


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
)
