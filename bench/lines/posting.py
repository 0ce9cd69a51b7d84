"""A lead on its way: from when it is sent until Slack has its second message, and how many a second get there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bench import site
from bench.company import Company
from bench.line import Bench, Figure, Line, Of, Round, Sample, Side, Target, Unit
from bench.runs import percentile
from bench.site import Site

COMPANY, LARGE = Company(teams=3), Company(teams=100)
"""Slack takes a post a second in a channel: nobody has hundreds of leads a second for three teams."""
EVERY = 0.2
"""Seconds between two leads, where they come at leisure."""
AT_ONCE = 32
"""Requests under way, where they come as fast as they can."""
Opened = Callable[[Bench], AbstractAsyncContextManager[Round]]


async def at_leisure(one: Site, count: int) -> Sample:
    """Five leads a second, each as if it were the only one."""
    await one.forget()
    began, sent = time.monotonic(), {}
    for number, lead in enumerate(one.leads(count, one.company.lead)):
        await asyncio.sleep(max(0.0, began + number * EVERY - time.monotonic()))
        sent[lead["company"]["name"]] = await one.send(lead)
    await one.posted(2 * count)
    waits = site.journeys(sent, await one.posts())
    return {"p50": percentile(waits, 0.5), "p99": percentile(waits, 0.99)}


async def in_a_rush(one: Site, count: int) -> Sample:
    """One lead a request, as fast as they are taken, until Slack has all their messages."""
    await one.forget()
    leads, worked, began = one.leads(count, one.company.lead), one.cpu_seconds(), time.monotonic()
    await one.send_all(leads, AT_ONCE)
    await one.posted(2 * count)
    return {"through": count / (time.monotonic() - began), "cpu": (one.cpu_seconds() - worked) / count}


async def in_a_rush_of_ours(one: Site, count: int) -> Sample:
    """The same, and what the workspace took of a core for each message: as much of this machine is not Baton's."""
    worked = one.slack.cpu_seconds()
    found = await in_a_rush(one, count)
    return {**found, "workspace": (one.slack.cpu_seconds() - worked) / (2 * count)}


async def stored_in_a_rush(one: Site, count: int) -> Sample:
    """The same of an app that posts nothing."""
    leads, worked, began = one.leads(count, one.company.lead), one.cpu_seconds(), time.monotonic()
    await one.send_all(leads, AT_ONCE)
    return {"through": count / (time.monotonic() - began), "cpu": (one.cpu_seconds() - worked) / count}


@dataclass(frozen=True, slots=True)
class Sides:
    """What is measured, of how many leads, and the sides that it is measured of."""

    measure: Callable[[Site, int], Coroutine[Any, Any, Sample]]
    tiny: int
    quick: int
    usual: int
    full: int

    def ours(self, company: Company = COMPANY) -> Side:
        return Side("Baton", self._opened(lambda bench: site.baton(bench.folder, company)))

    def bare(self, client: str, name: str) -> Side:
        where = ("--channel", COMPANY.channels()[0], "--rep", COMPANY.reps()[0])
        return Side(
            name, self._opened(lambda bench: site.floor(bench.folder, COMPANY, "posting", "--client", client, *where))
        )

    def inserting(self) -> Side:
        opened = replace(self, measure=stored_in_a_rush)
        return Side(
            "one INSERT a request", opened._opened(lambda bench: site.floor(bench.folder, COMPANY, "inserting"))
        )

    def _opened(self, begin: Callable[[Bench], AbstractAsyncContextManager[Site]]) -> Opened:
        @asynccontextmanager
        async def opened(bench: Bench) -> AsyncIterator[Round]:
            count = bench.many(tiny=self.tiny, quick=self.quick, usual=self.usual, full=self.full)
            async with begin(bench) as one:
                yield lambda: self.measure(one, count)

        return opened


SHARED, DEFAULT = "bare app, one session", "bare app, slack-sdk's default client"
LEISURE = Sides(at_leisure, tiny=2, quick=10, usual=30, full=300)
RUSH = Sides(in_a_rush, tiny=4, quick=60, usual=400, full=3000)
OURS = replace(RUSH, measure=in_a_rush_of_ours)
DISK = (
    "The disk is waited for when the lead is stored and when its messages are claimed, of which the bare app does "
    "neither; the rest is Python between statements: `make profile OF=intake` shows which. Fewer statements would help."
)
ONE_CORE = (
    "One process has one core, and shares both with the sender and the workspace: what a lead takes of it, at intake "
    "and for two messages, is the limit. `make profile OF=intake` and `OF=courier` show where it goes."
)
THROUGH = Figure("through", "leads a second", Unit.PER_SECOND, Target(300, at_least=True), if_missed=ONE_CORE)
CPU = Figure("cpu", "of a core for each", Unit.SECONDS)
LINES = (
    Line(
        "journey",
        "a lead sent → its second message in Slack, at 5 leads a second",
        (
            Figure("p50", "half of them within", Unit.SECONDS, Target(3, Of.RATIO), if_missed=DISK),
            Figure("p99", "99 % within", Unit.SECONDS, Target(0.030), if_missed=DISK),
        ),
        LEISURE.ours(),
        (LEISURE.bare("shared", SHARED), LEISURE.bare("default", DEFAULT)),
    ),
    Line(
        "through",
        "leads through both messages, one a request, everything durable",
        (
            THROUGH,
            CPU,
            Figure("workspace", "of a core for each message, of the workspace", Unit.SECONDS),
        ),
        OURS.ours(),
        (RUSH.bare("shared", SHARED), RUSH.bare("default", DEFAULT), RUSH.inserting()),
    ),
    Line(
        "through-large",
        f"the same for {LARGE.teams} teams, whose messages do not wait for each other",
        (THROUGH, CPU),
        RUSH.ours(LARGE),
        (RUSH.bare("shared", SHARED),),
    ),
)
