"""Business time against an oracle that looks at the clock on the wall once a minute.

The oracle walks UTC minutes and remembers the latest time that the wall clock has shown so far. A minute is open when
that time lies in an interval of its day; so times that a change of the clocks skips, or brings twice, need no rule.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.business_time import business_seconds, due, is_open, opening_after
from bot.domain.calendars import WEEKDAYS, Calendar
from bot.domain.durations import Duration

MINUTE = timedelta(minutes=1)
DAYS = 16
CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/Los_Angeles": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "Asia/Kolkata": ("2026-12-31",),
}


@dataclass(frozen=True)
class Watched:
    """What somebody saw who looked at the clock every minute: the working day that was on, or None."""

    calendar: Calendar
    first: datetime
    days: tuple[date | None, ...]

    def minute(self, number: int) -> datetime:
        return self.first + number * MINUTE

    def number(self, at: datetime) -> int:
        return (at - self.first) // MINUTE


def watch(calendar: Calendar, hours: dict[str, list[tuple[int, int]]], first: datetime) -> Watched:
    zone = ZoneInfo(calendar.zone)
    latest = first.astimezone(zone).replace(tzinfo=None)
    days: list[date | None] = []
    for number in range(DAYS * 1440):
        latest = max(latest, (first + number * MINUTE).astimezone(zone).replace(tzinfo=None))
        minute, weekday = latest.hour * 60 + latest.minute, WEEKDAYS[latest.weekday()]
        is_on = any(start <= minute < end for start, end in hours[weekday])
        days.append(latest.date() if is_on and latest.date() not in calendar.closed else None)
    return Watched(calendar, first, tuple(days))


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def watched(draw: st.DrawFn) -> Watched:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    first = change - timedelta(days=5)
    edges = st.lists(st.integers(0, 96).map(lambda quarter: quarter * 15), max_size=6, unique=True).map(sorted)
    hours = {day: list(pairwise(draw(edges | st.just([120, 150]))))[::2] for day in WEEKDAYS}
    assume(any(hours.values()))
    closed = draw(st.lists(st.integers(0, DAYS), max_size=3))
    calendar = Calendar(
        zone=zone,
        hours={day: tuple(f"{clock(start)}-{clock(end)}" for start, end in spans) for day, spans in hours.items()},
        closed=tuple((first + timedelta(days=offset)).date() for offset in closed),
    )
    return watch(calendar, hours, first)


a_minute = st.integers(0, 7 * 1440)
seen = settings(max_examples=40)


@seen
@given(watched(), st.lists(a_minute, min_size=1, max_size=50))
def test_open_when_the_watcher_saw_it_open(week: Watched, minutes: list[int]) -> None:
    for number in minutes:
        assert is_open(week.calendar, week.minute(number)) is (week.days[number] is not None)


@seen
@given(watched(), a_minute, st.integers(0, DAYS * 1440))
def test_business_seconds_are_the_open_minutes_between(week: Watched, start: int, end: int) -> None:
    minutes = sum(day is not None for day in week.days[start:end])
    assert business_seconds(week.calendar, week.minute(start), week.minute(end)) == minutes * 60


@seen
@given(watched(), a_minute, st.integers(1, 3000), st.integers(1, 400))
def test_business_time_is_due_when_that_many_open_minutes_have_passed(
    week: Watched, start: int, minutes: int, share: int
) -> None:
    seconds = minutes * 60 * share / 100
    passed, number = 0, start
    while passed * 60 < seconds and number < len(week.days):
        passed += week.days[number] is not None
        number += 1
    assume(passed * 60 >= seconds)
    expected = week.minute(number) - timedelta(seconds=passed * 60 - seconds)
    assert due(week.calendar, Duration("business", minutes * 60), week.minute(start), share) == expected


@seen
@given(watched(), a_minute)
def test_an_opening_is_when_the_watcher_saw_it_open_after_closed_or_on_a_new_day(week: Watched, start: int) -> None:
    days = week.days
    openings = (number for number in range(start + 1, len(days)) if days[number] not in (None, days[number - 1]))
    expected = next(openings, None)
    assume(expected is not None)
    assert opening_after(week.calendar, week.minute(start)) == week.minute(expected or 0)


@seen
@given(watched(), a_minute)
def test_the_same_business_day_ends_with_the_last_open_minute_of_the_day_it_starts_in(
    week: Watched, start: int
) -> None:
    day = next((day for day in week.days[start:] if day), None)
    assume(day is not None)
    last = max(number for number, seen_day in enumerate(week.days) if seen_day == day)
    assume(last + 1 < len(week.days))
    assert due(week.calendar, Duration.parse("same business day"), week.minute(start)) == week.minute(last + 1)


@seen
@given(watched(), a_minute, st.sampled_from(["same business day", "1 business day", "2 business days"]))
def test_shares_multiply_the_open_minutes_and_keep_the_promised_instant_between_them(
    week: Watched, start: int, written: str
) -> None:
    duration = Duration.parse(written)
    at = week.minute(start)
    whole = due(week.calendar, duration, at)
    assume(week.number(whole) < len(week.days))
    minutes = max(sum(day is not None for day in week.days[start : week.number(whole)]), 60)
    for share in (1, 50, 99, 101, 150):
        partly = due(week.calendar, duration, at, share)
        assert partly <= whole if share < 100 else partly > whole
        if partly != whole:
            assert business_seconds(week.calendar, at, partly) == minutes * 60 * share / 100


@seen
@given(watched(), a_minute, st.integers(1, 3))
def test_business_days_are_counted_from_the_day_on_the_wall(week: Watched, start: int, count: int) -> None:
    wall = week.minute(start).astimezone(ZoneInfo(week.calendar.zone))
    working = sorted({day for day in week.days if day and day > wall.date()})
    assume(len(working) > count)
    target = due(week.calendar, Duration("business days", count), week.minute(start))
    shown = target.astimezone(ZoneInfo(week.calendar.zone)).replace(tzinfo=None)
    promised = datetime.combine(working[count - 1], wall.time())
    assert shown >= promised
    assert (target - timedelta(seconds=1)).astimezone(ZoneInfo(week.calendar.zone)).replace(tzinfo=None) < promised
