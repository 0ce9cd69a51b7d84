"""Whether a lead that was answered 202 is ever lost: Baton is killed amid them, and started again."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp

from bench import site, stores
from bench.company import Company
from bench.line import Bench, Figure, Line, Round, Sample, Side, Target, Unit
from bench.site import UNPACED_BATON, Site

COMPANY = Company(teams=3)
AT_ONCE = 16
SETTLED = 90.0
"""Seconds after which whatever was in hand when it was killed has been looked for and posted."""
BETWEEN_LOOKS = 0.1


async def killed(one: Site, count: int) -> Sample:
    """Sends until half are answered, kills, starts again, and counts those answered that Slack does not show twice."""
    await one.forget()
    answered: set[str] = set()
    leads = iter(one.leads(count, one.company.lead))
    program = one.app

    async def sender() -> None:
        for lead in leads:
            with suppress(aiohttp.ClientError):
                await one.send(lead)
                answered.add(lead["company"]["name"])
            if program and len(answered) >= count // 2:
                await program.kill()
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(sender())
    began = time.monotonic()
    await one.start(*UNPACED_BATON)
    while time.monotonic() < began + SETTLED:
        if _all_shown(await one.posts(), answered):
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    again = time.monotonic() - began
    async with stores.of(one.settings) as database:
        await stores.shown(database, SETTLED)  # it looks for what was on its way only later
    posts = await one.posts()
    return {
        "lost": sum(len(posts.get(mark, ())) < 2 for mark in answered),
        "twice": sum(max(0, len(found) - 2) for found in posts.values()),
        "again": again,
    }


def _all_shown(posts: Mapping[str, Sequence[float]], leads: Collection[str]) -> bool:
    return all(len(posts.get(mark, ())) >= 2 for mark in leads)


@asynccontextmanager
async def baton(bench: Bench) -> AsyncIterator[Round]:
    count = bench.many(tiny=8, quick=60, usual=300, full=1000)
    async with site.baton(bench.folder, COMPANY) as one:
        yield lambda: killed(one, count)


LINES = (
    Line(
        "killed",
        "SIGKILL amid leads, and a new start: of those answered 202",
        (
            Figure("lost", "that lack a message in Slack", Unit.COUNT, Target(0)),
            Figure("twice", "messages that Slack has twice", Unit.COUNT, Target(0)),
            Figure("again", "from the start until Slack shows them all", Unit.SECONDS),
        ),
        Side("Baton", baton),
        rounds=2,  # each waits for leases to end
        warms_up=False,
    ),
)
