"""The memory of a Baton that leads come to all the time: it should stay what it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import site
from bench.company import Company, someone
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Side, Target, Unit
from bench.site import Site

COMPANY = Company(teams=3)
TOGETHER, AT_ONCE = 50, 4
TO_SALES = 5
"""One lead of so many is handed over, and shown in Slack."""
MEGABYTES = 1_000_000


@asynccontextmanager
async def opened(bench: Bench) -> AsyncIterator[Round]:
    """Its first round fills what Baton keeps in memory on purpose; the next one says how much more there is of it."""
    batches = bench.many(tiny=2, quick=20, usual=200, full=2_000)
    async with site.baton(bench.folder, COMPANY) as one:

        async def ask() -> Sample:
            before = _memory(one)
            await _take(one, batches)
            return {"more": _memory(one) - before}

        yield ask


async def _take(one: Site, batches: int) -> None:
    handed_over = -(-batches // TO_SALES)
    await one.forget()
    await one.send_all([{"items": one.leads(TOGETHER, someone)} for _ in range(batches - handed_over)], AT_ONCE)
    await one.send_all([{"items": one.leads(TOGETHER, COMPANY.lead)} for _ in range(handed_over)], AT_ONCE)
    await one.posted(2 * handed_over * TOGETHER)


def _memory(one: Site) -> float:
    if one.app is None:
        raise CannotMeasure("no app was started")
    return one.app.resident_bytes()


LINES = (
    Line(
        "memory",
        f"after 10,000 more leads (100,000 when full), one of {TO_SALES} of them handed over",
        (Figure("more", "memory that it did not have before", Unit.BYTES, Target(10 * MEGABYTES)),),
        Side("Baton", opened),
        rounds=1,
    ),
)
