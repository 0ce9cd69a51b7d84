"""Days of leads before Slack's limits, added up and not timed: how long messages, and changes of them, wait."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from random import Random

from bench.line import Bench, Figure, Line, Round, Sample, Scale, Side, Target, Unit
from bench.runs import percentile
from bench.simulation import POSTS, UPDATES, Day, posts, updates, waits

POSTED = Figure(
    "posted",
    "a message waits, 99th percentile",
    Unit.SECONDS,
    Target(60),
    if_missed="Slack takes one post a second in a channel and some hundred a minute in a workspace: several channels, "
    "a digest, or another workspace; see docs/scale.md.",
)
CHANGED = Figure(
    "changed",
    "a change of one waits, 99th percentile",
    Unit.SECONDS,
    Target(60),
    if_missed="Slack takes some fifty changes of messages a minute in a workspace, and a lead that is worked on needs "
    "five; answers are kept at once, cards show them late; see docs/scale.md.",
)
LAST = Figure("last", "its last message after", Unit.SECONDS)


def simulated(day: Day) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """A side that lives another such day each round."""

    @asynccontextmanager
    async def opened(_: Bench) -> AsyncIterator[Round]:
        seeds = count(1)

        async def live() -> Sample:
            random = Random(next(seeds))  # noqa: S311 -- which minute a lead comes in is no secret
            posted, changed = waits(posts(day, random), POSTS), waits(updates(day, random), UPDATES)
            return {"posted": percentile(posted, 0.99), "changed": percentile(changed, 0.99), "last": max(posted)}

        yield live

    return opened


def line(name: str, leads: str, day: Day, at: tuple[Scale, ...] = tuple(Scale)) -> Line:
    what = f"{leads} leads a day in Slack, {day.handed_over:,} handed over to {day.reps:,} reps"
    return Line(name, what, (POSTED, CHANGED), Side("simulated", simulated(day)), warms_up=False, at=at)


FAIR = Day(500, teams=1, reps=25, together=1)
SPREAD = Day(500, teams=10, reps=25, together=1)
DIGEST = Day(500, teams=1, reps=25, together=1, digest=60)
LINES = (
    line("slack_1_000", "1,000", Day(100, teams=1, reps=5)),
    line("slack_100_000", "100,000", Day(2_000, teams=8, reps=100)),
    line("slack_10_000_000", "10,000,000", Day(10_000, teams=50, reps=500), at=(Scale.USUAL, Scale.FULL)),
    Line(
        "slack_fair",
        f"{FAIR.handed_over} leads of a fair in one minute, to one channel",
        (LAST,),
        Side("simulated", simulated(FAIR)),
        (Side("to ten channels", simulated(SPREAD)), Side("with a digest a minute", simulated(DIGEST))),
        warms_up=False,
    ),
)
