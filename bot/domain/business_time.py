"""Deadlines in business time, counted on the instants at which a calendar opens and closes."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter

from bot.domain.calendars import Calendar
from bot.domain.durations import Duration
from bot.domain.timelines import A_DAY, Stretch, Timeline, instant, timeline

SHORTEST = timedelta(hours=1)
"""Shares of a promised day multiply at least this much business time, however late in the day it was promised."""
FARTHEST = timedelta(days=36_525)
"""No deadline lies further ahead: what a calendar cannot deliver within a century is due then."""


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar is open: an interval includes its opening instant and excludes its closing one."""
    at = at.astimezone(UTC)
    return _first(timeline(calendar), at).opens <= at


def opening_after(calendar: Calendar, at: datetime) -> datetime:
    """The first opening instant strictly after `at`, in UTC.

    Every working day opens, even where it follows the day before without a break.

    Raises:
        ValueError: when the calendar never opens.
    """
    at = at.astimezone(UTC)
    for stretch in timeline(calendar).stretches(at):
        if stretch.opens > at:
            return stretch.opens
    raise ValueError("this calendar never opens")


def next_day_opens(calendar: Calendar, at: datetime) -> datetime:
    """When the first working day opens that begins after `at`, in UTC: once a day, breaks or not.

    Raises:
        ValueError: when the calendar never opens.
    """
    at = at.astimezone(UTC)
    before: date | None = None
    for stretch in timeline(calendar).stretches(at - 2 * A_DAY):
        if stretch.opens > at and stretch.day != before:
            return stretch.opens
        before = stretch.day
    raise ValueError("this calendar never opens")


def opening_of(calendar: Calendar, day: date) -> datetime:
    """When the work of a day begins, in UTC; where nobody works on it, that of the next working day.

    Raises:
        ValueError: when the calendar never opens.
    """
    line = timeline(calendar)
    for stretch in line.stretches(instant(datetime.combine(day, time(), line.zone)) - A_DAY):
        if stretch.day >= day:
            return stretch.opens
    raise ValueError("this calendar never opens")


def opened_or_opens(calendar: Calendar, at: datetime) -> datetime:
    """The instant itself while the calendar is open, else its next opening, in UTC."""
    at = at.astimezone(UTC)
    return max(_first(timeline(calendar), at).opens, at)


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Real seconds of open time between two instants; 0 when `end` is not after `start`."""
    return timeline(calendar).open_time(start.astimezone(UTC), end.astimezone(UTC)).total_seconds()


def due(calendar: Calendar, duration: Duration, start: datetime, share: int = 100) -> datetime:
    """The UTC instant at which `share` percent of the promised time has passed.

    Below 100 % never later, and above it never earlier, than the 100 % instant.
    """
    start = start.astimezone(UTC)
    promised = timedelta(seconds=duration.amount) * share / 100
    if duration.kind == "wall":
        return start + min(promised, FARTHEST)
    line = timeline(calendar)
    first = _first(line, start)
    begins = max(first.opens, start)
    if duration.kind == "business":
        return _advanced(line, begins, promised)
    days = duration.kind == "business days"
    whole = _same_time_on_working_day(line, first, start, duration.amount) if days else _closing(line, first, start)
    if share == 100:
        return whole
    partly = _advanced(line, begins, max(line.open_time(begins, whole), SHORTEST) * share / 100)
    return min(partly, whole) if share < 100 else partly


def _advanced(line: Timeline, start: datetime, open_time: timedelta) -> datetime:
    return line.when_passed(start, open_time) or start + FARTHEST


def _closing(line: Timeline, first: Stretch, start: datetime) -> datetime:
    """Of the working day that is on or comes next; of the one after that where its cut-off has passed."""
    day: date | None = first.day
    cut_off = line.cut_off(first.day)
    if cut_off and start >= cut_off:
        day = line.working_day(first.day, 1)
    if day is None:
        return start + FARTHEST
    stretches = line.year(day.year).stretches
    return stretches[bisect_right(stretches, day, key=attrgetter("day")) - 1].closes


def _same_time_on_working_day(line: Timeline, first: Stretch, start: datetime, count: int) -> datetime:
    """The time on the wall, so many working days on; in a shift that runs past midnight, days count as they began."""
    local = start.astimezone(line.zone)
    past_midnight = first.opens <= start and first.day < local.date()
    day = line.working_day(first.day if past_midnight else local.date(), count)
    if day is None:
        return start + FARTHEST
    return instant(datetime.combine(day + past_midnight * A_DAY, local.timetz()).replace(fold=0))


def _first(line: Timeline, at: datetime) -> Stretch:
    stretch = next(line.stretches(at), None)
    if stretch is None:
        raise ValueError("this calendar never opens")
    return stretch
