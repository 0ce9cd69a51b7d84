"""The busiest hour of a large day, a little of it: what it takes of one process."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench import site
from bench.company import Company, someone
from bench.line import Bench, Figure, Line, Round, Sample, Scale, Side, Unit
from bench.lines.batches import TOGETHER
from bench.simulation import BUSIEST, HOUR
from bench.site import Site

COMPANY = Company(teams=8)


@dataclass(frozen=True, slots=True)
class Size:
    """A day of so many leads, of which one of so many is handed over."""

    leads: int
    to_sales: int

    @property
    def a_second(self) -> float:
        return self.leads * BUSIEST / HOUR

    def lead(self, number: int) -> dict[str, Any]:
        return someone(number) if number % self.to_sales else COMPANY.lead(number)


LARGE, HUGE = Size(100_000, to_sales=50), Size(10_000_000, to_sales=1_000)
SIZES = {"large": LARGE, "huge": HUGE}


async def busy(one: Site, size: Size, seconds: int) -> float:
    """What share of a core it takes; the leads of a second come together, in batches as large as they may be."""
    began, worked = time.monotonic(), one.cpu_seconds()
    for second in range(seconds):
        leads = one.leads(int((second + 1) * size.a_second) - int(second * size.a_second), size.lead)
        for at in range(0, len(leads), TOGETHER):
            await one.send({"items": leads[at : at + TOGETHER]})
        await asyncio.sleep(max(0.0, began + second + 1 - time.monotonic()))
    return (one.cpu_seconds() - worked) / (time.monotonic() - began)


@asynccontextmanager
async def opened(bench: Bench) -> AsyncIterator[Round]:
    seconds = bench.many(tiny=1, quick=5, usual=10, full=60)
    async with site.baton(bench.folder, COMPANY) as one:

        async def ask() -> Sample:
            return {name: await busy(one, size, seconds) for name, size in SIZES.items()}

        yield ask


LINES = (
    Line(
        "busy-hour",
        "the busiest hour of a day, in one process",
        tuple(
            Figure(
                name, f"{size.leads:,} leads a day, {size.leads // size.to_sales:,} to sales: of one core", Unit.SHARE
            )
            for name, size in SIZES.items()
        ),
        Side("Baton", opened),
        rounds=3,
        warms_up=False,
        at=(Scale.TINY, Scale.USUAL, Scale.FULL),
    ),
)
