"""Somebody who looks at the clock on the wall once a minute, and knows nothing else about business time.

They remember the latest time the clock has shown so far. A minute is open when that time lies in a shift of its day, or
in one of the day before that runs past midnight; so times that a change of the clocks skips, or brings twice, need no
rule.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.business_time import business_seconds, due
from bot.domain.calendars import WEEKDAYS, Calendar
from bot.domain.durations import Duration

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = 1440
YEARS = range(2016, 2036)

Hours = Mapping[str, Sequence[tuple[int, int]]]
"""Shifts of each weekday in minutes of the day on which they start."""


@dataclass(frozen=True)
class Watched:
    """What they saw, minute by minute: the working day that was on, or None, and the latest time shown so far."""

    calendar: Calendar
    first: datetime
    days: tuple[date | None, ...]
    walls: tuple[datetime, ...]

    def minute(self, number: int) -> datetime:
        return self.first + number * MINUTE

    def number(self, at: datetime) -> int:
        return (at - self.first) // MINUTE


def watch(calendar: Calendar, hours: Hours, first: datetime, days: int) -> Watched:
    """Looks at the clock of the calendar's zone for so many days from a UTC instant on."""
    zone = ZoneInfo(calendar.zone)
    shown = ((first + number * MINUTE).astimezone(zone).replace(tzinfo=None) for number in range(days * MIDNIGHT))
    walls = tuple(accumulate(shown, max))
    plan = {day: _shifts_on(day, hours, calendar.closed) for day in {wall.date() for wall in walls}}
    return Watched(calendar, first, tuple(_working_day(wall, plan[wall.date()]) for wall in walls), walls)


def _shifts_on(today: date, hours: Hours, closed: Sequence[date]) -> list[tuple[date, int, int]]:
    """Those that begin today, and those of yesterday, in minutes of today."""
    return [
        (day, start - later, end - later)
        for day, later in ((today, 0), (today - DAY, MIDNIGHT))
        if day not in closed
        for start, end in hours[WEEKDAYS[day.weekday()]]
    ]


def _working_day(wall: datetime, shifts: Sequence[tuple[date, int, int]]) -> date | None:
    minute = wall.hour * 60 + wall.minute
    for day, start, end in shifts:
        if start <= minute < end:
            return day
    return None


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def written(shift: tuple[int, int]) -> str:
    """As a policy has it: a shift past midnight ends at a time of the day after."""
    start, end = shift
    return f"{clock(start)}-{clock(end if end <= MIDNIGHT else end - MIDNIGHT)}"


def changes(zone: str, years: Sequence[int] = YEARS) -> list[date]:
    """The UTC days of some years in a row on which the clocks of a zone change."""
    begun = datetime(years[0], 1, 1, tzinfo=UTC)
    looked = [begun + number * DAY for number in range(len(years) * 365 + 5)]
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in looked]
    return [at.date() for at, (before, after) in zip(looked, pairwise(offsets), strict=False) if before != after]


def drawn(random: Random, zone: str, change: date | None, days: int) -> Watched:
    """A calendar of that zone with any hours, nights too, watched around a change, or else around any day."""
    shifts = {name: _shifts(random) for name in WEEKDAYS}
    hours = {name: _with_night(random, shifts, number) for number, name in enumerate(WEEKDAYS)}
    if not any(hours.values()):
        hours["wed"] = [(9 * 60, 17 * 60)]
    day = change or date(random.choice(YEARS), random.choice((1, 12, 6)), random.randint(1, 31 - 1))
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - random.randint(0, 2) * DAY
    closed = tuple((first + random.randint(0, days) * DAY).date() for _ in range(random.randint(0, 1)))
    calendar = Calendar(
        zone=zone, hours={name: tuple(map(written, one)) for name, one in hours.items() if one}, closed=closed
    )
    return watch(calendar, hours, first, days)


def _shifts(random: Random) -> list[tuple[int, int]]:
    edges = sorted(random.sample(range(0, MIDNIGHT + 1, 15), random.choice((2, 2, 4, 4, 6))))
    return list(pairwise(edges))[::2]


def _with_night(random: Random, shifts: Mapping[str, list[tuple[int, int]]], number: int) -> list[tuple[int, int]]:
    """The shifts of a day, the last of them sometimes until so late that the next day has just not begun."""
    own, following = shifts[WEEKDAYS[number]], shifts[WEEKDAYS[(number + 1) % 7]]
    start, _ = own[-1]
    latest = min(start - 15, following[0][0])
    if latest > 0 and random.random() < 1 / 2:
        return [*own[:-1], (start, MIDNIGHT + random.randrange(15, latest + 15, 15))]
    return own


@dataclass(frozen=True)
class Question:
    """What was seen: so many minutes open between two minutes, and when so many had passed since the first."""

    calendar: Calendar
    start: datetime
    end: datetime
    open_minutes: int
    promised: int
    due: datetime

    def is_answered(self) -> bool:
        """Whether `due` and `business_seconds` say what was seen, and the same as each other."""
        at = due(self.calendar, Duration("business", self.promised * 60), self.start)
        return (
            business_seconds(self.calendar, self.start, self.end) == self.open_minutes * 60
            and at == self.due
            and business_seconds(self.calendar, self.start, at) == self.promised * 60
        )


def questions(watched: Watched, random: Random, count: int) -> Iterator[Question]:
    """Any two minutes, and any promise that ends while somebody looked."""
    open_minutes = [number for number, day in enumerate(watched.days) if day]
    for _ in range(count if open_minutes else 0):
        start = random.randint(0, open_minutes[-1])
        end = random.randint(start, len(watched.days))
        ahead = open_minutes[bisect_left(open_minutes, start) :]
        promised = random.randint(1, len(ahead))
        yield Question(
            watched.calendar,
            watched.minute(start),
            watched.minute(end),
            bisect_left(ahead, end),
            promised,
            watched.minute(ahead[promised - 1] + 1),
        )
