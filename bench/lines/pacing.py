"""Slack's own pace, held by the stand-in workspace: as fast as it lets, and never told to wait."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bench import site, stores
from bench.company import Company
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Scale, Side, Target, Unit
from bench.site import BATON, Site
from bot.delivery.pace import PER_MINUTE, Lane
from storage.assigning.people import remember_dms

ONE, MANY = Company(teams=1), Company(teams=50)
A_MINUTE = PER_MINUTE[Lane.POST]
"""Posts that Baton makes at most, in a workspace that takes 300."""


def soonest(posts: int) -> int:
    """Seconds in which so many can be posted: a minute's share at once, and as many after each minute."""
    return (posts - 1) // A_MINUTE * 60


@asynccontextmanager
async def one_channel(bench: Bench) -> AsyncIterator[Round]:
    """A wave of leads for one team: seconds for each message of its channel, the first included."""
    count = bench.many(tiny=3, quick=8, usual=30, full=60)
    async with site.baton(bench.folder, ONE, paced=True) as baton:

        async def ask() -> Sample:
            await baton.forget()
            began = time.time()
            await baton.send({"items": baton.leads(count, ONE.lead)})
            await baton.posted(2 * count)
            return {"a message": (await _last(baton, ONE.channels()[0]) - began) / count, **await _refused(baton)}

        yield ask


@asynccontextmanager
async def many_channels(bench: Bench) -> AsyncIterator[Round]:
    """A wave of leads for fifty teams, more than a minute takes: how long until Slack has all their messages."""
    count = bench.many(tiny=125, quick=125, usual=125, full=500)
    async with site.prepared(bench.folder, MANY) as baton:
        await open_messages(baton)
        await baton.start(*BATON, "run")

        async def ask() -> Sample:
            await baton.forget()
            began = time.time()
            leads = baton.leads(count, MANY.lead)
            for at in range(0, count, 100):
                await baton.send({"items": leads[at : at + 100]})
            await baton.posted(2 * count)
            seconds = time.time() - began
            return {"wave": seconds, "of soonest": seconds / soonest(2 * count), **await _refused(baton)}

        yield ask


async def open_messages(one: Site) -> None:
    """Every rep's direct message is open, and known to Baton: it opens them once for all, 46 a minute."""
    async with stores.of(one.settings) as database:
        opened = {rep: await _open_message(one, rep) for rep in one.company.reps()}
        async with database.write() as session:
            await remember_dms(session, opened, datetime.now(UTC))
    await one.set_clock(now=None)


async def _open_message(one: Site, person: str) -> str:
    """Where Slack has had enough for a minute, its clock moves on by one."""
    for _ in range(2):
        said = await one.call("conversations.open", users=person)
        if said["ok"]:
            return str(said["channel"]["id"])
        await one.set_clock(advance=60)
    raise CannotMeasure(f"no direct message with {person} can be opened: {said}")


async def _last(baton: site.Site, channel: str) -> float:
    calls = (await baton.look("calls", method="chat.postMessage", params="channel"))["calls"]
    return max(float(call["at"]) for call in calls if call["params"]["channel"] == channel)


async def _refused(baton: site.Site) -> Sample:
    tally = (await baton.look("tally"))["tally"]
    return {"refused": sum(answers.get("ratelimited", 0) for answers in tally.values())}


FEW = 2
"""Rounds: what a clock decides is the same each time."""
NONE_REFUSED = Figure("refused", "calls that Slack answered with 429", Unit.COUNT, Target(0))
LINES = (
    Line(
        "channel",
        "messages to one channel at Slack's pace",
        (Figure("a message", "seconds for each", Unit.SECONDS, Target(1.02)), NONE_REFUSED),
        Side("Baton", one_channel),
        rounds=FEW,
        warms_up=False,
    ),
    Line(
        "channels",
        f"messages to fifty channels and their reps, {A_MINUTE} a minute at most",
        (
            Figure("wave", "the whole wave", Unit.SECONDS),
            Figure("of soonest", "of the time that the limit a minute takes", Unit.SHARE, Target(1.05)),
            NONE_REFUSED,
        ),
        Side("Baton", many_channels),
        rounds=FEW,
        warms_up=False,
        at=(Scale.USUAL, Scale.FULL),
    ),
)
