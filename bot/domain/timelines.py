"""The instants at which a calendar opens and closes, laid out a year at a time and ready to be searched.

Local times become instants by one rule: the first instant at which the clock on the wall shows that time or a later
one. So an edge inside the hour that is skipped in spring falls on the change, and an edge inside the hour that comes
twice in autumn falls on its first coming.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars import Calendar

CENTURY = 100
NOTHING = timedelta()
A_DAY = timedelta(days=1)
A_SHIFT_AND_A_ZONE = timedelta(days=3)
"""No shift is still on so long after the UTC date on which its local day began."""


class Stretch(NamedTuple):
    """Unbroken open time of one working day; `closes` is the first instant after it."""

    day: date
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Year:
    """All stretches of the working days of one year, in order, and how much open time there is up to each closing."""

    stretches: tuple[Stretch, ...]
    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    through: tuple[timedelta, ...]
    days: tuple[date, ...]
    off: Mapping[date, str]
    """Holidays and closed days by name."""

    @property
    def open_time(self) -> timedelta:
        return self.through[-1] if self.through else NOTHING

    def passed(self, at: datetime) -> timedelta:
        """How much of the year's open time is over at an instant."""
        begun = bisect_right(self.opens, at) - 1
        if begun < 0:
            return NOTHING
        closes, through = self.closes[begun], self.through[begun]
        return through if at >= closes else through - (closes - at)

    def when_passed(self, open_time: timedelta) -> datetime:
        """The first instant at which so much of it is over; there must be so much."""
        found = bisect_left(self.through, open_time)
        return self.closes[found] - (self.through[found] - open_time)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A calendar's years, each laid out when it is first asked for."""

    calendar: Calendar
    zone: ZoneInfo
    cut_offs: tuple[int | None, ...]
    years: dict[int, Year] = field(default_factory=dict)

    def year(self, number: int) -> Year:
        found = self.years.get(number)
        if found is None:
            found = self.years[number] = _laid_out(self.calendar, self.zone, number)
        return found

    def onwards(self, at: datetime) -> Iterator[Year]:
        """The years, for a century, that have any time at or after a UTC instant."""
        first = (at - A_SHIFT_AND_A_ZONE).year
        return map(self.year, range(first, first + CENTURY))

    def stretches(self, at: datetime) -> Iterator[Stretch]:
        """Every stretch that ends after an instant, in order, for a century."""
        for year in self.onwards(at):
            yield from year.stretches[bisect_right(year.closes, at) :]

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two UTC instants."""
        if end <= start:
            return NOTHING
        years = map(self.year, range((start - A_SHIFT_AND_A_ZONE).year, (end + A_DAY).year + 1))
        return sum((year.passed(end) - year.passed(start) for year in years), NOTHING)

    def when_passed(self, start: datetime, open_time: timedelta) -> datetime | None:
        """The first instant by which so much open time has passed since a UTC instant; None within a century."""
        left = open_time
        for year in self.onwards(start):
            before = year.passed(start)
            here = year.open_time - before
            if year.stretches and here >= left:
                return max(start, year.when_passed(before + left))
            left -= here
        return None

    def cut_off(self, day: date) -> datetime | None:
        """From when what is promised for a working day is promised for the next one."""
        minute = self.cut_offs[day.weekday()]
        return None if minute is None else edge(self.zone, day, minute)

    def working_day(self, after: date, count: int) -> date | None:
        """The working day that comes so many after a day; None where a century has not as many."""
        for year in map(self.year, range(after.year, after.year + CENTURY)):
            found = bisect_right(year.days, after) + count - 1
            if found < len(year.days):
                return year.days[found]
            count = found - len(year.days) + 1
        return None


@lru_cache(maxsize=512)
def timeline(calendar: Calendar) -> Timeline:
    """The timeline of a calendar; equal calendars share one."""
    return Timeline(calendar, ZoneInfo(calendar.zone), calendar.cut_offs)


def _laid_out(calendar: Calendar, zone: ZoneInfo, year: int) -> Year:
    off, week, first = calendar.days_off(year), calendar.week, date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    planned = (
        Stretch(day, edge(zone, day, start), edge(zone, day, end))
        for day in days
        if day not in off
        for start, end in week[day.weekday()]
    )
    stretches = tuple(stretch for stretch in planned if stretch.opens < stretch.closes)
    return Year(
        stretches,
        tuple(stretch.opens for stretch in stretches),
        tuple(stretch.closes for stretch in stretches),
        tuple(accumulate(stretch.closes - stretch.opens for stretch in stretches)),
        tuple(dict.fromkeys(stretch.day for stretch in stretches)),
        off,
    )


def edge(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The instant of a local minute of a day; those after 1440 are of the days that follow."""
    return instant(datetime.combine(day, time(), zone) + timedelta(minutes=minute))


def instant(local: datetime) -> datetime:
    """The first instant at which the clock of a local time's zone shows that time or a later one."""
    at = local.astimezone(UTC)
    shown = local.replace(tzinfo=None)
    if at.astimezone(local.tzinfo).replace(tzinfo=None) == shown:
        return at
    before_change = local.replace(fold=1, microsecond=0).astimezone(UTC)

    def has_come(second: int) -> bool:
        return (before_change + timedelta(seconds=second)).astimezone(local.tzinfo).replace(tzinfo=None) >= shown

    skipped = int((at - before_change).total_seconds())
    return before_change + timedelta(seconds=bisect_left(range(skipped), True, key=has_come))
