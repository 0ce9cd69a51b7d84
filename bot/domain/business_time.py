"""Deadlines in business time: arithmetic on the UTC instants at which a calendar opens and closes.

Local times become instants by one rule: the first instant at which the clock on the wall shows that time or a later
one. So an edge inside the hour that is skipped in spring falls on the change, and an edge inside the hour that comes
twice in autumn falls on its first coming.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars import Calendar
from bot.domain.durations import Duration

SHORTEST = timedelta(hours=1)
"""Shares of a promised day multiply at least this much business time, however late in the day it was promised."""
CENTURY = 100
FARTHEST = timedelta(days=36_525)
"""No deadline lies further ahead: what a calendar cannot deliver within a century is due then."""


class Stretch(NamedTuple):
    """Unbroken open time of one working day; `closes` is the first instant after it."""

    day: date
    opens: datetime
    closes: datetime


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar is open: an interval includes its opening instant and excludes its closing one."""
    return _first(calendar, at).opens <= at


def opening_after(calendar: Calendar, at: datetime) -> datetime:
    """The first opening instant strictly after `at`, in UTC.

    Every working day opens, even where it follows the day before without a break.

    Raises:
        ValueError: when the calendar never opens.
    """
    for stretch in _stretches(calendar, at):
        if stretch.opens > at:
            return stretch.opens
    raise ValueError("this calendar never opens")


def opened_or_opens(calendar: Calendar, at: datetime) -> datetime:
    """The instant itself while the calendar is open, else its next opening, in UTC."""
    return max(_first(calendar, at).opens, at.astimezone(UTC))


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Real seconds of open time between two instants; 0 when `end` is not after `start`."""
    return _business_time(calendar, start, end).total_seconds()


def due(calendar: Calendar, duration: Duration, start: datetime, share: int = 100) -> datetime:
    """The UTC instant at which `share` percent of the promised time has passed.

    Below 100 % never later, and above it never earlier, than the 100 % instant.
    """
    start = start.astimezone(UTC)
    promised = timedelta(seconds=duration.amount) * share / 100
    if duration.kind == "wall":
        return start + min(promised, FARTHEST)
    begins = opened_or_opens(calendar, start)
    if duration.kind == "business":
        return _advanced(calendar, begins, promised)
    days = duration.kind == "business days"
    whole = _same_time_on_working_day(calendar, start, duration.amount) if days else _closing(calendar, begins)
    if share == 100:
        return whole
    partly = _advanced(calendar, begins, max(_business_time(calendar, begins, whole), SHORTEST) * share / 100)
    return min(partly, whole) if share < 100 else partly


def _advanced(calendar: Calendar, start: datetime, left: timedelta) -> datetime:
    for _, opens, closes in _stretches(calendar, start):
        begins = max(start, opens)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return start + FARTHEST


def _business_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    passed = timedelta()
    for _, opens, closes in _stretches(calendar, start):
        if opens >= end:
            break
        passed += max(min(closes, end) - max(opens, start), timedelta())
    return passed


def _closing(calendar: Calendar, at: datetime) -> datetime:
    day = _first(calendar, at).day
    return next(reversed([stretch.closes for stretch in _year(calendar, day.year) if stretch.day == day]))


def _same_time_on_working_day(calendar: Calendar, start: datetime, days_on: int) -> datetime:
    local = start.astimezone(ZoneInfo(calendar.zone))
    working = (day for day, _ in groupby(_stretches(calendar, start), attrgetter("day")) if day > local.date())
    day = next(islice(working, days_on - 1, None), None)
    if day is None:
        return start + FARTHEST
    return _instant(datetime.combine(day, local.timetz()).replace(fold=0))


def _first(calendar: Calendar, at: datetime) -> Stretch:
    stretch = next(_stretches(calendar, at), None)
    if stretch is None:
        raise ValueError("this calendar never opens")
    return stretch


def _stretches(calendar: Calendar, at: datetime) -> Iterator[Stretch]:
    """Every stretch that ends after an instant, in order, for a century."""
    year = at.astimezone(ZoneInfo(calendar.zone)).year
    this_year = _year(calendar, year)
    rest = islice(this_year, bisect_right(this_year, at, key=attrgetter("closes")), None)
    later = (_year(calendar, year + ahead) for ahead in range(1, CENTURY))
    return chain(rest, chain.from_iterable(later))


@lru_cache(maxsize=512)
def _year(calendar: Calendar, year: int) -> tuple[Stretch, ...]:
    zone, week = ZoneInfo(calendar.zone), calendar.week
    off = frozenset(calendar.closed) | (calendar.holidays.of(year) if calendar.holidays else frozenset())
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    stretches = (
        Stretch(day, _edge(zone, day, start), _edge(zone, day, end))
        for day in days
        if day not in off
        for start, end in week[day.weekday()]
    )
    return tuple(stretch for stretch in stretches if stretch.opens < stretch.closes)


def _edge(zone: ZoneInfo, day: date, minute: int) -> datetime:
    return _instant(datetime.combine(day, time(), zone) + timedelta(minutes=minute))


def _instant(local: datetime) -> datetime:
    """The first instant at which the clock of a local time's zone shows that time or a later one."""
    instant = local.astimezone(UTC)
    shown = local.replace(tzinfo=None)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == shown:
        return instant
    before_change = local.replace(fold=1, microsecond=0).astimezone(UTC)

    def has_come(second: int) -> bool:
        return (before_change + timedelta(seconds=second)).astimezone(local.tzinfo).replace(tzinfo=None) >= shown

    skipped = int((instant - before_change).total_seconds())
    return before_change + timedelta(seconds=bisect_left(range(skipped), True, key=has_come))
