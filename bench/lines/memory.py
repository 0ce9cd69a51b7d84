"""The memory of a Baton that leads come to all the time: it should stay what it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench import site
from bench.company import Company, someone
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Side, Target, Unit
from bench.lines.batches import AT_ONCE, TOGETHER
from bench.site import DATABASE, Site

COMPANY = Company(teams=3)
TO_SALES = 50
"""One lead of so many is handed over, and shown in Slack, as in docs/scale.md of a hundred thousand a day."""
MEGABYTES = 1_000_000


@asynccontextmanager
async def opened(bench: Bench) -> AsyncIterator[Round]:
    """A tenth as many leads come first, and fill what Baton keeps in memory on purpose."""
    batches = bench.many(tiny=1, quick=20, usual=1_000)
    async with site.baton(bench.folder, COMPANY) as one:
        await _take(one, -(-batches // 10))

        async def ask() -> Sample:
            before, full = _memory(one), _room(one)
            await _take(one, batches)
            return {"more": _memory(one) - before, "room": _room(one) - full}

        yield ask


async def _take(one: Site, batches: int) -> None:
    await one.forget()
    await one.send_all(({"items": one.leads(TOGETHER, _some)} for _ in range(batches)), AT_ONCE)
    await one.posted(2 * batches * TOGETHER // TO_SALES)


def _some(number: int) -> dict[str, Any]:
    return someone(number) if number % TO_SALES else COMPANY.lead(number)


def _room(one: Site) -> float:
    return float((one.folder / DATABASE).stat().st_size)


def _memory(one: Site) -> float:
    if one.app is None:
        raise CannotMeasure("no app was started")
    return one.app.resident_bytes()


LINES = (
    Line(
        "memory",
        f"after 100,000 more leads (2,000 when quick), one of {TO_SALES} of them handed over",
        (
            Figure("more", "memory that it did not have before", Unit.BYTES, Target(10 * MEGABYTES)),
            Figure("room", "room on the disk for them", Unit.BYTES),
        ),
        Side("Baton", opened),
        rounds=1,
        warms_up=False,
    ),
)
