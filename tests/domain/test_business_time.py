"""Deadlines by the rules of docs/policy.md, worked out by hand. 2026-11-20 is a Friday."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.business_time import business_seconds, due, is_open, opened_or_opens, opening_after
from bot.domain.calendars import Calendar, Holidays
from bot.domain.durations import Duration

BERLIN = Calendar(
    zone="Europe/Berlin",
    hours={"mon-thu": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-15:00",)},
    holidays=Holidays(country="DE", subdivision="BE"),
    closed=(date(2026, 12, 24),),
)
ALWAYS = Calendar(zone="Europe/Berlin", hours={"mon-sun": ("00:00-24:00",)})


def berlin(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "share", "start", "end"),
    [
        ("12 hours", 100, "2026-11-20 20:00", "2026-11-21 08:00"),
        ("12 hours", 50, "2026-11-20 20:00", "2026-11-21 02:00"),
        ("90 seconds", 150, "2026-11-20 20:00:00", "2026-11-20 20:02:15"),
        ("4 business hours", 100, "2026-11-20 14:00", "2026-11-23 12:00"),
        ("4 business hours", 50, "2026-11-20 14:00", "2026-11-23 10:00"),
        ("4 business hours", 300, "2026-11-20 14:00", "2026-11-24 12:00"),
        ("4 business hours", 100, "2026-11-23 11:00", "2026-11-23 16:00"),
        ("1 business hour", 100, "2026-11-20 14:00", "2026-11-20 15:00"),
        ("90 business minutes", 100, "2026-11-23 11:00", "2026-11-23 12:30"),
        ("91 business minutes", 100, "2026-11-23 11:00", "2026-11-23 13:31"),
        ("1 business hour", 100, "2026-11-20 15:00", "2026-11-23 10:00"),
        ("1 business hour", 100, "2026-11-23 09:00", "2026-11-23 10:00"),
        ("1 business hour", 100, "2026-11-23 07:00", "2026-11-23 10:00"),
        ("1 business hour", 100, "2026-11-23 13:00", "2026-11-23 14:30"),
        ("1 business hour", 100, "2026-11-20 14:59:59.999999", "2026-11-23 09:59:59.999999"),
        ("1 business hour", 100, "2026-12-23 17:30", "2026-12-28 09:30"),
        ("1 business hour", 100, "2027-03-05 14:30", "2027-03-09 09:30"),
        ("same business day", 100, "2026-11-20 10:00", "2026-11-20 15:00"),
        ("same business day", 100, "2026-11-23 10:00", "2026-11-23 18:00"),
        ("same business day", 100, "2026-11-23 13:00", "2026-11-23 18:00"),
        ("same business day", 100, "2026-11-23 06:00", "2026-11-23 18:00"),
        ("same business day", 100, "2026-11-20 15:00", "2026-11-23 18:00"),
        ("same business day", 100, "2026-11-21 11:00", "2026-11-23 18:00"),
        ("same business day", 100, "2026-12-24 11:00", "2026-12-28 18:00"),
        ("same business day", 50, "2026-11-23 09:00", "2026-11-23 14:00"),
        ("same business day", 150, "2026-11-23 09:00", "2026-11-24 14:00"),
        ("same business day", 50, "2026-11-21 11:00", "2026-11-23 14:00"),
        ("same business day", 10, "2026-11-20 14:30", "2026-11-20 14:36"),
        ("same business day", 50, "2026-11-20 14:50", "2026-11-20 15:00"),
        ("same business day", 150, "2026-11-20 14:30", "2026-11-23 10:00"),
        ("1 business day", 100, "2026-11-20 14:30", "2026-11-23 14:30"),
        ("1 business day", 100, "2026-11-19 17:00", "2026-11-20 17:00"),
        ("1 business day", 100, "2026-11-20 20:00", "2026-11-23 20:00"),
        ("1 business day", 100, "2026-11-21 11:00", "2026-11-23 11:00"),
        ("3 business days", 100, "2026-11-19 10:00", "2026-11-24 10:00"),
        ("1 business day", 100, "2026-12-23 10:00", "2026-12-28 10:00"),
        ("1 business day", 50, "2026-11-23 10:00", "2026-11-23 15:00"),
        ("1 business day", 200, "2026-11-23 10:00", "2026-11-25 10:00"),
        ("1 business day", 50, "2026-11-21 09:10", "2026-11-23 09:10"),
        ("1 business day", 150, "2026-11-21 09:10", "2026-11-23 10:30"),
    ],
)
def test_deadlines_of_an_office_in_berlin(duration: str, share: int, start: str, end: str) -> None:
    assert due(BERLIN, Duration.parse(duration), berlin(start), share) == berlin(end)


NIGHTS_IN_BERLIN = Calendar(
    zone="Europe/Berlin",
    hours={"mon-fri": ("22:00-06:00",)},
    holidays=Holidays(country="DE", subdivision="BE"),
    cut_off="02:00",
)
CUT_OFF = Calendar(zone="Europe/Berlin", hours=BERLIN.hours, closed=BERLIN.closed, cut_off="15:00")


@pytest.mark.parametrize(
    ("duration", "start", "end"),
    [
        ("4 business hours", "2026-11-20 21:00", "2026-11-21 02:00"),
        ("4 business hours", "2026-11-21 03:00", "2026-11-23 23:00"),
        ("8 business hours", "2026-11-20 22:00", "2026-11-21 06:00"),
        ("1 business hour", "2026-11-22 03:00", "2026-11-23 23:00"),
        ("1 business hour", "2026-12-25 01:00", "2026-12-25 02:00"),
        ("1 business hour", "2026-12-25 22:30", "2026-12-28 23:00"),
        ("4 business hours", "2026-12-31 23:00", "2027-01-01 03:00"),
        ("4 business hours", "2027-01-01 05:00", "2027-01-05 01:00"),
        ("7 business hours", "2026-03-27 23:00", "2026-03-28 06:00"),
        ("same business day", "2026-11-20 23:00", "2026-11-21 06:00"),
        ("same business day", "2026-11-21 01:59", "2026-11-21 06:00"),
        ("same business day", "2026-11-21 02:00", "2026-11-24 06:00"),
        ("same business day", "2026-11-19 12:00", "2026-11-20 06:00"),
        ("1 business day", "2026-11-20 23:00", "2026-11-23 23:00"),
        ("1 business day", "2026-11-21 02:00", "2026-11-24 02:00"),
        ("2 business days", "2026-11-18 02:00", "2026-11-20 02:00"),
        ("1 business day", "2026-11-18 12:00", "2026-11-19 12:00"),
    ],
)
def test_a_night_shift_is_of_the_day_on_which_it_starts(duration: str, start: str, end: str) -> None:
    assert due(NIGHTS_IN_BERLIN, Duration.parse(duration), berlin(start)) == berlin(end)


@pytest.mark.parametrize(
    ("share", "start", "end"),
    [
        (100, "2026-11-19 14:59:59", "2026-11-19 18:00"),
        (100, "2026-11-19 15:00", "2026-11-20 15:00"),
        (100, "2026-11-19 20:00", "2026-11-20 15:00"),
        (100, "2026-11-20 14:59", "2026-11-20 15:00"),
        (100, "2026-11-20 15:00", "2026-11-23 18:00"),
        (100, "2026-12-23 16:00", "2026-12-25 15:00"),
        (50, "2026-11-19 16:00", "2026-11-20 11:00"),
        (150, "2026-11-19 16:00", "2026-11-23 14:00"),
    ],
)
def test_from_the_cut_off_on_the_same_business_day_is_the_next_one(share: int, start: str, end: str) -> None:
    assert due(CUT_OFF, Duration.parse("same business day"), berlin(start), share) == berlin(end)


def test_a_day_off_in_one_state_is_a_working_day_in_another() -> None:
    everywhere = Calendar(zone="Europe/Berlin", hours=BERLIN.hours, holidays=Holidays(country="DE"))
    start = berlin("2027-03-05 14:30")
    assert due(everywhere, Duration.parse("1 business hour"), start) == berlin("2027-03-08 09:30")


NIGHTS = [
    ("Europe/Berlin", "2026-03-29", 5),
    ("Europe/Berlin", "2026-10-25", 7),
    ("America/Los_Angeles", "2026-03-08", 5),
    ("America/Los_Angeles", "2026-11-01", 7),
    ("Australia/Lord_Howe", "2026-10-04", 5.5),
    ("Australia/Lord_Howe", "2026-04-05", 6.5),
    ("Asia/Kolkata", "2026-03-29", 6),
]


@pytest.mark.parametrize(("zone", "sunday", "hours"), NIGHTS)
def test_an_interval_across_a_change_of_the_clocks_has_the_seconds_that_really_pass(
    zone: str, sunday: str, hours: float
) -> None:
    calendar = Calendar(zone=zone, hours={"sun": ("00:00-06:00",)})
    opens = datetime.fromisoformat(sunday).replace(tzinfo=ZoneInfo(zone))
    closes = opens.replace(hour=6)
    assert business_seconds(calendar, opens, closes) == hours * 3600
    assert due(calendar, Duration.parse("same business day"), opens) == closes
    assert due(calendar, Duration("business", int(hours * 3600)), opens) == closes
    assert due(calendar, Duration.parse("4 business hours"), opens) == opens.astimezone(UTC) + timedelta(hours=4)


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        ("02:30-06:00", "2026-03-29 01:00", "2026-03-29 04:00"),
        ("01:00-02:30", "2026-03-29 00:00", "2026-03-29 01:00"),
        ("02:30-06:00", "2026-10-25 00:30", "2026-10-25 05:00"),
        ("01:00-02:30", "2026-10-24 23:00", "2026-10-25 00:30"),
    ],
)
def test_edges_inside_the_changed_hour_fall_on_the_change_or_on_its_first_coming(
    hours: str, opens: str, closes: str
) -> None:
    calendar = Calendar(zone="Europe/Berlin", hours={"sun": (hours,)})
    hour = timedelta(hours=1)
    assert opening_after(calendar, utc(opens) - hour) == utc(opens)
    passed = utc(closes) - utc(opens)
    assert business_seconds(calendar, utc(opens) - hour, utc(closes) + hour) == passed.total_seconds()
    second = timedelta(seconds=1)
    around = [utc(opens) - second, utc(opens), utc(closes) - second, utc(closes)]
    assert [is_open(calendar, at) for at in around] == [False, True, True, False]


def test_an_interval_that_lies_in_the_skipped_hour_does_not_happen() -> None:
    calendar = Calendar(zone="Europe/Berlin", hours={"sun": ("02:15-02:45",)})
    assert opening_after(calendar, utc("2026-03-28 12:00")) == utc("2026-04-05 00:15")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-28 01:30", "2026-03-29 01:00"),
        ("2026-10-24 00:30", "2026-10-25 00:30"),
        ("2026-03-27 08:00", "2026-03-28 08:00"),
        ("2026-03-28 08:00", "2026-03-29 07:00"),
        ("2026-10-24 07:00", "2026-10-25 08:00"),
    ],
)
def test_a_business_day_is_the_same_time_on_the_wall(start: str, end: str) -> None:
    assert due(ALWAYS, Duration.parse("1 business day"), utc(start)) == utc(end)


def test_wall_time_does_not_care_about_the_clocks() -> None:
    assert due(BERLIN, Duration.parse("1 day"), utc("2026-03-28 12:00")) == utc("2026-03-29 12:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 08:59:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:29:59", True),
        ("2026-11-23 12:30", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-24 10:00", False),
        ("2026-12-25 10:00", False),
    ],
)
def test_open_includes_the_opening_and_excludes_the_closing(at: str, expected: bool) -> None:
    assert is_open(BERLIN, berlin(at)) is expected


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 13:30"),
        ("2026-11-23 13:30", "2026-11-24 09:00"),
        ("2026-11-20 10:00", "2026-11-23 09:00"),
        ("2026-12-23 15:00", "2026-12-28 09:00"),
    ],
)
def test_the_opening_after_an_instant_is_strictly_after(at: str, opening: str) -> None:
    assert opening_after(BERLIN, berlin(at)) == berlin(opening)


def test_opened_or_opens() -> None:
    assert opened_or_opens(BERLIN, berlin("2026-11-23 10:00")) == berlin("2026-11-23 10:00")
    assert opened_or_opens(BERLIN, berlin("2026-11-23 13:00")) == berlin("2026-11-23 13:30")
    assert opened_or_opens(BERLIN, berlin("2026-11-23 18:00")) == berlin("2026-11-24 09:00")


def test_a_calendar_that_never_closes_still_has_days() -> None:
    at = berlin("2026-11-20 22:00")
    assert due(ALWAYS, Duration.parse("48 business hours"), at) == at + timedelta(hours=48)
    assert due(ALWAYS, Duration.parse("same business day"), at) == berlin("2026-11-21 00:00")
    assert opening_after(ALWAYS, at) == berlin("2026-11-21 00:00")


def test_a_calendar_whose_every_day_is_off_never_opens() -> None:
    mondays = tuple(date(2026, 1, 5) + timedelta(weeks=week) for week in range(5300))
    never = Calendar(hours={"mon": ("09:00-17:00",)}, closed=mondays)
    at = utc("2026-11-20 10:00")
    with pytest.raises(ValueError, match="never opens"):
        opening_after(never, at)
    for duration in ("1 business hour", "1 business day", "same business day"):
        with pytest.raises(ValueError, match="never opens"):
            due(never, Duration.parse(duration), at)


def test_no_deadline_lies_further_ahead_than_a_century() -> None:
    scarce = Calendar(hours={"mon": ("09:00-09:01",)})
    at = utc("2026-11-23 09:00")
    assert due(scarce, Duration.parse("87600 business hours"), at) == at + timedelta(days=36_525)
    assert due(scarce, Duration.parse("3650 days"), at, 10_000) == at + timedelta(days=36_525)


def test_business_time_between_instants_in_the_wrong_order_is_none() -> None:
    assert business_seconds(BERLIN, berlin("2026-11-23 11:00"), berlin("2026-11-23 10:00")) == 0
