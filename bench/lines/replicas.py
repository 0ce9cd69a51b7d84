"""One, two and four processes of Baton on one PostgreSQL: what they carry together, and how evenly."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench import processes
from bench.company import Company
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Scale, Side, Unit
from bench.postgresql import prepared, server_of
from bench.site import UNPACED_BATON, Site

COMPANY = Company(8)
AT_ONCE = 32
"""Requests on their way at any time, however many processes answer them."""
CORES = os.cpu_count() or 1
BUSY = {"busy": "Baton", "postgresql": "PostgreSQL", "workspace": "the workspace", "sender": "the sender"}
"""Where they leave none to each other, more processes bring nothing."""
SHOWN = re.compile(r'^baton_deliveries_total\{.*verdict="shown".*\} (\S+)', re.MULTILINE)


async def carry(one: Site, leads: int, server: int) -> Sample:
    """How many leads a second went through both posts, how even each process's part was, and who was busy."""
    shown, used = await by_each(one), worked(one, server)
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
    busy = {who: seconds - used[who] for who, seconds in worked(one, server).items()}
    parts = [now - then for now, then in zip(await by_each(one), shown, strict=True)]
    return {
        "accepted": leads / accepted,
        "through": leads / took,
        "evenness": min(parts) * len(parts) / sum(parts),
        "cpu": busy["busy"] / leads,
        **{who: seconds / took / CORES for who, seconds in busy.items()},
    }


async def by_each(one: Site) -> list[float]:
    """How many messages each process has brought to Slack."""

    async def by(process: processes.Program) -> float:
        async with one.http.get(f"{process.address}/metrics") as answer:
            return sum(map(float, SHOWN.findall(await answer.text())))

    return [await by(process) for process in one.started]


def worked(one: Site, server: int) -> Mapping[str, float]:
    """Seconds of a processor that each of those has used so far who share this machine."""
    return {
        "busy": sum(process.cpu_seconds() for process in one.started),
        "postgresql": processes.family_cpu_seconds(server),
        "workspace": one.slack.cpu_seconds(),
        "sender": time.process_time(),
    }


def replicas(number: int) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """A side with so many processes."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        leads = bench.many(tiny=6, quick=100, usual=200, full=2_000)
        async with prepared(bench.folder, COMPANY) as one:
            for _ in range(number):
                await one.start(*UNPACED_BATON)
            server = await server_of(one)
            yield lambda: carry(one, leads, server)

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
            *(Figure(name, f"of all {CORES} processors, {who}", Unit.SHARE) for name, who in BUSY.items()),
        ),
        Side("4 processes", replicas(4)),
        (Side("1 process", replicas(1)), Side("2 processes", replicas(2))),
        at=(Scale.USUAL, Scale.FULL),
    ),
)
