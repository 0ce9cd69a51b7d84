"""The sum behind a deadline, worked out by hand. 2026-11-20 is a Friday."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.business_time import due
from bot.domain.calendars import Calendar, Holidays
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.policy import Policy
from bot.domain.reckoning import DaysOff, Event, Reckoning, reckoned
from tests.views.samples import MARTA, RITA, RULES

BERLIN = Calendar(
    zone="Europe/Berlin",
    hours={"mon-thu": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-15:00",)},
    holidays=Holidays(country="DE", subdivision="BE"),
    closed=(date(2026, 12, 24),),
)
LADDER = [{"at": "100%", "do": "remind"}]


def berlin(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def rules(within: str, calendar: Calendar = BERLIN, hours: str = "team") -> Policy:
    clock = {"within": within, "ladder": LADDER, "hours": hours}
    written = RULES.model_dump(mode="json") | {
        "calendars": {"default": calendar.model_dump(mode="json")},
        "sla": {"default": {"acceptance": clock, "follow_up": clock}},
    }
    return Policy.model_validate(written)


def offered(start: str, deadline: str, **changes: Any) -> Handoff:
    at = berlin(start)
    return Handoff(
        id="h",
        lead_id="l",
        number=1,
        state=State.OFFERED,
        policy_version=1,
        path="scored",
        sla="default",
        team="emea",
        owner=RITA,
        created_at=at,
        offered_at=at,
        clock_from=at,
        deadline_at=berlin(deadline),
        due_at=berlin(deadline),
    ).model_copy(update=changes)


def sum_of(handoff: Handoff, policy: Policy, *events: Event) -> Reckoning:
    found = reckoned(handoff, Agreement(policy, policy), events)
    assert found
    return found


def parts(found: Reckoning) -> list[str]:
    zone = ZoneInfo(found.calendar.zone)
    return [
        f"{one.since.astimezone(zone):%d %H:%M}-{one.until.astimezone(zone):%d %H:%M} {one.length}"
        for one in found.parts
    ]


@pytest.mark.parametrize(
    ("within", "start", "deadline", "counted", "off"),
    [
        ("1 business hour", "2026-11-20 10:00", "2026-11-20 11:00", ["20 10:00-20 11:00 1:00:00"], []),
        (
            "4 business hours",
            "2026-11-20 14:00",
            "2026-11-23 12:00",
            ["20 14:00-20 15:00 1:00:00", "23 09:00-23 12:00 3:00:00"],
            [(21, 22, None)],
        ),
        (
            "4 business hours",
            "2026-11-21 11:00",
            "2026-11-23 14:00",
            ["23 09:00-23 12:30 3:30:00", "23 13:30-23 14:00 0:30:00"],
            [(21, 22, None)],
        ),
        (
            "2 business hours",
            "2026-12-23 17:00",
            "2026-12-28 10:00",
            ["23 17:00-23 18:00 1:00:00", "28 09:00-28 10:00 1:00:00"],
            [(24, 24, "closed"), (25, 25, "Christmas Day"), (26, 27, None)],
        ),
        ("12 hours", "2026-11-20 20:00", "2026-11-21 08:00", ["20 20:00-21 08:00 12:00:00"], []),
        (
            "same business day",
            "2026-11-20 16:00",
            "2026-11-23 18:00",
            ["23 09:00-23 12:30 3:30:00", "23 13:30-23 18:00 4:30:00"],
            [(21, 22, None)],
        ),
    ],
)
def test_what_counted_and_which_days_did_not(
    within: str, start: str, deadline: str, counted: list[str], off: list[tuple[int, int, str | None]]
) -> None:
    found = sum_of(offered(start, deadline), rules(within))
    assert parts(found) == counted
    month = date.fromisoformat(start[:10])
    expected = [DaysOff(month.replace(day=first), month.replace(day=last), name) for first, last, name in off]
    assert list(found.days_off) == expected
    assert found.still_holds


def test_a_night_shift_counts_on_the_morning_after_and_that_day_is_not_off() -> None:
    nights = Calendar(zone="Europe/Berlin", hours={"mon-fri": ("22:00-06:00",)})
    found = sum_of(offered("2026-11-20 23:00", "2026-11-23 23:00"), rules("8 business hours", nights))
    assert parts(found) == ["20 23:00-21 06:00 7:00:00", "23 22:00-23 23:00 1:00:00"]
    assert found.days_off == (DaysOff(date(2026, 11, 22), date(2026, 11, 22), None),)


def test_a_clock_that_stood_still_did_not_count_and_its_deadline_moved() -> None:
    events = [
        Event(berlin("2026-11-20 09:30"), "paused", RITA, {}),
        Event(berlin("2026-11-20 10:30"), "paused", RITA, {}),
        Event(berlin("2026-11-20 11:30"), "resumed", RITA, {}),
    ]
    accepted = offered("2026-11-20 09:00", "2026-11-20 15:00", state=State.ACCEPTED)
    handoff = accepted.model_copy(update={"accepted_at": berlin("2026-11-20 10:00")})
    found = sum_of(handoff, rules("4 business hours"), *events)
    assert parts(found) == ["20 10:00-20 10:30 0:30:00", "20 11:30-20 15:00 3:30:00"]
    assert found.counted == timedelta(hours=4)
    assert found.still_holds


def test_a_clock_that_stands_still_counts_up_to_when_it_was_stopped() -> None:
    paused = Event(berlin("2026-11-20 11:00"), "paused", RITA, {})
    handoff = offered("2026-11-20 10:00", "2026-11-20 14:00", paused_at=paused.at)
    found = sum_of(handoff, rules("4 business hours"), paused)
    assert parts(found) == ["20 10:00-20 11:00 1:00:00"]
    assert [(one.since, one.until) for one in found.pauses] == [(paused.at, None)]


def test_an_extension_is_part_of_the_sum() -> None:
    until = berlin("2026-11-23 11:00")
    extended = Event(berlin("2026-11-20 13:00"), "extended", MARTA, {"until": until.isoformat(), "more": "3 hours"})
    found = sum_of(offered("2026-11-20 10:00", "2026-11-23 11:00"), rules("4 business hours"), extended)
    assert found.counted == timedelta(hours=7)
    assert [(one.by, one.was, one.until) for one in found.extensions] == [(MARTA, berlin("2026-11-20 14:00"), until)]
    assert found.still_holds


def test_from_the_cut_off_on_the_next_working_day_is_named() -> None:
    early = BERLIN.model_copy(update={"cut_off": "14:00"})
    found = sum_of(offered("2026-11-20 14:30", "2026-11-23 18:00"), rules("same business day", early))
    assert found.next_day == date(2026, 11, 23)
    assert found.still_holds
    before = sum_of(offered("2026-11-20 13:30", "2026-11-20 15:00"), rules("same business day", early))
    assert before.next_day is None


def test_hours_that_changed_since_are_no_longer_those_of_the_deadline() -> None:
    found = sum_of(offered("2026-11-20 14:00", "2026-11-23 12:00"), rules("4 business hours", Calendar()))
    assert not found.still_holds
    assert found.as_counted_now == berlin("2026-11-20 18:00")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.RECYCLED},
        {"state": State.WITHDRAWN},
        {"state": State.WAITING, "deadline_at": None},
        {"state": State.ACCEPTED, "followed_up_at": berlin("2026-11-20 11:00")},
    ],
)
def test_where_no_clock_runs_there_is_no_sum(changes: dict[str, Any]) -> None:
    handoff, policy = offered("2026-11-20 10:00", "2026-11-20 14:00", **changes), rules("4 business hours")
    assert reckoned(handoff, Agreement(policy, policy), []) is None


def test_the_longest_promise_there_is_has_a_sum() -> None:
    start = berlin("2026-11-20 10:00")
    handoff = offered("2026-11-20 10:00", "2026-11-20 14:00", deadline_at=start + timedelta(days=3653))
    assert len(sum_of(handoff, rules("4 business hours")).parts) > 4_000


def test_no_sum_is_ever_more_or_less_than_was_promised_across_a_change_of_the_clocks() -> None:
    always = Calendar(zone="Europe/Berlin", hours={"mon-sun": ("00:00-24:00",)})
    for start in ("2026-03-28 12:00", "2026-10-24 12:00"):
        policy = rules("48 business hours", always)
        at = due(always, policy.clock("default", "acceptance").within, berlin(start))
        found = sum_of(offered(start, "2026-01-01 00:00", deadline_at=at), policy)
        assert found.counted == timedelta(hours=48) == at - berlin(start)
        assert found.days_off == ()
