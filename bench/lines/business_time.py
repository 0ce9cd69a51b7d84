"""Business time: how long a deadline takes, and whether it is what somebody sees who looks at the clock each minute."""

import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import available_timezones

from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Scale, Side, Target, Unit
from bench.timing import once_a_round
from bot.domain.business_time import business_seconds, due
from bot.domain.calendars import Calendar, Holidays
from bot.domain.durations import Duration
from tests.support.wall_clock import YEARS, changes, drawn, questions

PER_CALL = 100
"""So many calls are timed at once, for a clock cannot time one."""
OFFICE = Calendar(
    zone="Europe/Berlin",
    hours={"mon-thu": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-15:00",)},
    holidays=Holidays(country="DE", subdivision="BE"),
    closed=(date(2026, 12, 24),),
)
STARTS = tuple(datetime(2026, 1, 5, 7, 30, tzinfo=UTC) + timedelta(hours=83 * n, seconds=n) for n in range(PER_CALL))
PROMISES = tuple(map(Duration.parse, ("4 business hours", "same business day", "2 business days", "30 business hours")))
DAYS, QUESTIONS = 4, 20


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many of all answers were what had been seen; seconds of answering, and of looking."""

    zones: int
    asked: int
    agreed: int
    answering: float
    looking: float


def works() -> tuple[Callable[[], object], Callable[[], object]]:
    """A hundred deadlines, or lengths, over a year; and as many looks into a sorted list of a year's openings."""
    opens = [datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(hours=17 * n) for n in range(512)]

    def ours() -> None:
        for number, start in enumerate(STARTS):
            if number % 2:
                business_seconds(OFFICE, start, start + timedelta(days=9))
            else:
                due(OFFICE, PROMISES[number // 2 % len(PROMISES)], start)

    def floor() -> None:
        for start in STARTS:
            bisect_right(opens, start.astimezone(UTC) + timedelta(hours=4))

    return ours, floor


def agreement(*, every_change: bool, few: bool = False) -> Agreed:
    """Every zone there is, around a change of its clocks, or any day; or around all changes of twenty years."""
    random, zones = Random(20), sorted(available_timezones())  # noqa: S311 -- which days are looked at is no secret
    zones = zones[::40] if few else zones
    asked = agreed = 0
    answering = looking = 0.0
    for zone in zones:
        year = random.choice(YEARS)
        days: list[date | None] = [*changes(zone, YEARS if every_change else (year,)), None]
        for day in days if every_change else days[:1]:
            began = time.perf_counter()
            told = list(questions(drawn(random, zone, day, DAYS), random, QUESTIONS))
            looked = time.perf_counter()
            agreed += sum(question.is_answered() for question in told)
            answering += time.perf_counter() - looked
            looking += looked - began
            asked += len(told)
    return Agreed(len(zones), asked, agreed, answering, looking)


@asynccontextmanager
async def all_zones(bench: Bench) -> AsyncIterator[Round]:
    """Answers of all zones; the looking of the last round, which the answers come with, is the floor's."""

    async def ask() -> Sample:
        seen = agreement(every_change=bench.scale is Scale.FULL, few=bench.scale is Scale.TINY)
        if seen.agreed < seen.asked:
            raise CannotMeasure("business time is not what somebody sees who looks at the clock")
        LOOKED[bench.scale] = seen.looking / seen.zones
        return {"a zone": seen.answering / seen.zones}

    yield ask


@asynccontextmanager
async def looking(bench: Bench) -> AsyncIterator[Round]:
    """What looking at the clock each minute took in that round."""

    async def ask() -> Sample:
        return {"a zone": LOOKED[bench.scale]}

    yield ask


LOOKED: dict[Scale, float] = {}
OURS, FLOOR = works()
LINES = (
    Line(
        "deadline",
        "a deadline or its length in business time",
        (Figure("median", "one call", Unit.SECONDS, Target(0.00002)),),
        Side("Baton", once_a_round(OURS, calls=PER_CALL)),
        (Side("look up one opening", once_a_round(FLOOR, calls=PER_CALL)),),
    ),
    Line(
        "calendars",
        "business time of all zones around a change of their clocks, each answer what a clock shows",
        (Figure("a zone", "a calendar never seen before, with all that is asked of it", Unit.SECONDS, Target(0.02)),),
        Side("Baton", all_zones),
        (Side("look at the clock each minute", looking),),
        warms_up=False,
    ),
)
