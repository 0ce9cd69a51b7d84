"""Business time against somebody who looks at the clock on the wall once a minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.business_time import business_seconds, due, is_open, opening_after
from bot.domain.calendars import WEEKDAYS, Calendar
from bot.domain.durations import Duration
from tests.support.wall_clock import MIDNIGHT, YEARS, Hours, Watched, changes, drawn, questions, watch, written

DAYS = 16
CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/Los_Angeles": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "Asia/Kolkata": ("2026-12-31",),
    "Pacific/Apia": ("2011-12-30",),
}


@st.composite
def a_week(draw: st.DrawFn) -> Hours:
    """Up to three shifts a day, on quarters of an hour; the last may run past midnight, up to the next day's first."""
    edges = st.lists(st.integers(0, 96).map(lambda quarter: quarter * 15), max_size=6, unique=True).map(sorted)
    week: list[list[tuple[int, int]]] = [list(pairwise(draw(edges | st.just([120, 150]))))[::2] for _ in WEEKDAYS]
    for number, shifts in enumerate(week):
        runs_on: bool = draw(st.booleans())
        if shifts and runs_on:
            start = shifts[-1][0]
            next_starts = [at for at, _ in week[(number + 1) % 7]]
            latest = min(start - 15, *next_starts, MIDNIGHT)
            if latest > 0:
                shifts[-1] = (start, MIDNIGHT + draw(st.integers(1, latest // 15)) * 15)
    assume(any(week))
    return dict(zip(WEEKDAYS, week, strict=True))


@st.composite
def watched(draw: st.DrawFn) -> Watched:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    first = change - timedelta(days=5)
    hours = draw(a_week())
    closed = draw(st.lists(st.integers(0, DAYS), max_size=3))
    calendar = Calendar(
        zone=zone,
        hours={day: tuple(map(written, shifts)) for day, shifts in hours.items()},
        closed=tuple((first + timedelta(days=offset)).date() for offset in closed),
    )
    return watch(calendar, hours, first, DAYS)


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
    on = week.days[start]
    begun = on if on and on < wall.date() else wall.date()
    working = sorted({day for day in week.days if day and day > begun})
    assume(len(working) > count)
    target = due(week.calendar, Duration("business days", count), week.minute(start))
    shown = target.astimezone(ZoneInfo(week.calendar.zone)).replace(tzinfo=None)
    promised = datetime.combine(working[count - 1] + (wall.date() - begun), wall.time())
    assert shown >= promised
    assert (target - timedelta(seconds=1)).astimezone(ZoneInfo(week.calendar.zone)).replace(tzinfo=None) < promised


@settings(max_examples=15)
@given(watched(), a_minute, st.sampled_from([0, 1]))
def test_from_the_cut_off_on_the_next_working_day_is_meant(week: Watched, start: int, after: int) -> None:
    hours = {day: [(18 * 60, 26 * 60)] for day in WEEKDAYS}
    calendar = Calendar(
        zone=week.calendar.zone,
        hours={day: tuple(map(written, shifts)) for day, shifts in hours.items()},
        closed=week.calendar.closed,
        cut_off=("22:30", "01:00")[after],
    )
    seen_days = watch(calendar, hours, week.first, DAYS)
    day = next(day for day in seen_days.days[start:] if day)
    too_late = datetime.combine(day, datetime.min.time()) + timedelta(minutes=(22 * 60 + 30, 25 * 60)[after])
    if seen_days.walls[start] >= too_late:
        day = min(later for later in seen_days.days if later and later > day)
    last = max(number for number, one in enumerate(seen_days.days) if one == day)
    assert due(calendar, Duration.parse("same business day"), seen_days.minute(start)) == seen_days.minute(last + 1)


@pytest.mark.parametrize("part", range(4))
def test_any_zone_at_any_time_of_twenty_years(part: int) -> None:
    random = Random(part)
    for zone in random.sample(sorted(available_timezones()), 25):
        around = random.choice([*changes(zone, (random.choice(YEARS),)), None])
        for question in questions(drawn(random, zone, around, 5), random, 10):
            assert question.is_answered(), question
