"""One, two and four processes of Baton on one PostgreSQL: what they carry together, and how evenly."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench import processes
from bench.company import Company
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Scale, Side, Unit
from bench.postgresql import prepared
from bench.site import UNPACED_BATON, Site

COMPANY = Company(8)
AT_ONCE = 32
"""Requests on their way at any time, however many processes answer them."""
SHOWN = re.compile(r'^baton_deliveries_total\{.*verdict="shown".*\} (\S+)', re.MULTILINE)


async def carry(one: Site, leads: int) -> Sample:
    """How many leads a second went through both posts, how even each process's part was, and who was busy."""
    shown, used, asked = await by_each(one), cpu(one), one.slack.cpu_seconds()
    bodies = iter(one.leads(leads, COMPANY.lead))
    await one.forget()
    began = time.perf_counter()

    async def sender(number: int) -> None:
        to = one.started[number % len(one.started)].address
        for body in bodies:
            async with one.http.post(f"{to}/v1/leads", json=body) as answer:
                if answer.status != 202:
                    raise CannotMeasure(f"a lead was answered {answer.status}: {await answer.text()}")

    await asyncio.gather(*map(sender, range(AT_ONCE)))
    accepted = time.perf_counter() - began
    await one.posted(2 * leads)
    took = time.perf_counter() - began
    cores = os.cpu_count() or 1
    busy, theirs = (cpu(one) - used) / took, (one.slack.cpu_seconds() - asked) / took
    parts = [now - then for now, then in zip(await by_each(one), shown, strict=True)]
    return {
        "accepted": leads / accepted,
        "through": leads / took,
        "evenness": min(parts) * len(parts) / sum(parts),
        "cpu": busy * took / leads,
        "busy": busy / cores,
        "workspace": theirs / cores,
    }


async def by_each(one: Site) -> list[float]:
    """How many messages each process has brought to Slack."""

    async def by(process: processes.Program) -> float:
        async with one.http.get(f"{process.address}/metrics") as answer:
            return sum(map(float, SHOWN.findall(await answer.text())))

    return [await by(process) for process in one.started]


def cpu(one: Site) -> float:
    return sum(process.cpu_seconds() for process in one.started)


def replicas(number: int) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """A side with so many processes."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        leads = bench.many(tiny=6, quick=100, usual=300, full=2_000)
        async with prepared(bench.folder, COMPANY) as one:
            for _ in range(number):
                await one.start(*UNPACED_BATON)
            yield lambda: carry(one, leads)

    return opened


LINES = (
    Line(
        "replicas",
        f"leads through both posts, on one PostgreSQL, {AT_ONCE} requests at a time",
        (
            Figure("accepted", "leads accepted", Unit.PER_SECOND),
            Figure("through", "leads through both posts", Unit.PER_SECOND),
            Figure("evenness", "part of the least busy process, of an equal part", Unit.SHARE),
            Figure("cpu", "processor a lead, of Baton", Unit.SECONDS),
            Figure("busy", "processors kept busy by Baton", Unit.SHARE),
            Figure("workspace", "processors kept busy by the workspace", Unit.SHARE),
        ),
        Side("4 processes", replicas(4)),
        (Side("1 process", replicas(1)), Side("2 processes", replicas(2))),
        at=(Scale.USUAL, Scale.FULL),
    ),
)
