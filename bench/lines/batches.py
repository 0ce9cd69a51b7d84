"""Leads in batches of a hundred: how many a second are accepted, which is to say stored."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from bench import site
from bench.company import Company, someone
from bench.line import Bench, Figure, Line, Round, Sample, Side, Target, Unit
from bench.site import Site

COMPANY = Company(teams=3)
TOGETHER = 100
AT_ONCE = 4
"""Batches under way."""
Opened = Callable[[Bench], AbstractAsyncContextManager[Round]]
Json = dict[str, Any]


async def accepted(one: Site, count: int, make: Callable[[int], Json]) -> float:
    """So many batches as fast as they are taken: leads a second."""
    batches = [{"items": one.leads(TOGETHER, make)} for _ in range(count)]
    began = time.monotonic()
    await one.send_all(batches, AT_ONCE)
    return count * TOGETHER / (time.monotonic() - began)


async def of_both_kinds(one: Site, count: int) -> Sample:
    """Leads that are stored and scored; and fewer that go to sales as well, whose messages are waited out."""
    known = await accepted(one, count, someone)
    await one.forget()
    some = -(-count // 5)
    passed = await accepted(one, some, one.company.lead)
    await one.posted(2 * some * TOGETHER)
    return {"stored": known, "handed over": passed}


async def kept(one: Site, count: int) -> Sample:
    """The same leads of an app that only stores them."""
    stored = await accepted(one, count, someone)
    return {"stored": stored, "handed over": await accepted(one, count, one.company.lead)}


Measure = Callable[[Site, int], Coroutine[Any, Any, Sample]]


def opened(measure: Measure, begin: Callable[[Bench], AbstractAsyncContextManager[Site]]) -> Opened:
    @asynccontextmanager
    async def side(bench: Bench) -> AsyncIterator[Round]:
        count = bench.many(tiny=1, quick=4, usual=30, full=100)
        async with begin(bench) as one:
            yield lambda: measure(one, count)

    return side


PORTIONS = (
    "What a lead takes is reading it, who it may be, and judging it: `make profile OF=intake`. Those of a batch "
    "that are new to Baton could share more statements."
)
LINES = (
    Line(
        "batches",
        f"leads accepted in batches of {TOGETHER}",
        (
            Figure("stored", "that do not qualify", Unit.PER_SECOND, Target(1500, at_least=True), if_missed=PORTIONS),
            Figure("handed over", "that all go to sales", Unit.PER_SECOND),
        ),
        Side("Baton", opened(of_both_kinds, lambda bench: site.baton(bench.folder, COMPANY))),
        (
            Side(
                "one INSERT a batch",
                opened(kept, lambda bench: site.floor(bench.folder, COMPANY, "inserting")),
            ),
        ),
    ),
)
