"""Who can take a lead now, and when the others can."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.availability import Absence, Standing, next_shift, standing, standings
from bot.domain.business_time import is_open
from bot.domain.calendars import Calendar
from bot.domain.policy import Policy
from tests.domain.test_authority import POLICY

BERLIN = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}})
FRIDAY_10 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def absent(starts: float, ends: float | None, source: str = "self", person: str = "URITA") -> Absence:
    """Away between so many hours from ten o'clock on Friday."""
    return Absence.model_validate(
        {
            "person": person,
            "starts_at": FRIDAY_10 + timedelta(hours=starts),
            "ends_at": None if ends is None else FRIDAY_10 + timedelta(hours=ends),
            "source": source,
            "by": person,
        }
    )


def after(hours: float) -> datetime:
    return FRIDAY_10 + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("at", "absences", "why", "until"),
    [
        (0, [], "on shift", after(3)),  # the next shift begins after lunch
        (2, [], "off shift", after(3)),  # twelve o'clock is lunch
        (8, [], "off shift", MONDAY_9),
        (0, [absent(-1, 1)], "away", after(1)),
        (1, [absent(-1, 1)], "on shift", after(3)),  # back at the end of it
        (0, [absent(0, 0.5)], "away", after(0.5)),  # away from its very beginning
        (0, [absent(-1, 2.5)], "away", after(3)),  # which is in the break
        (0, [absent(-1, 8)], "away", MONDAY_9),
        (0, [absent(-1, None)], "away", None),
        (0, [absent(1, 5)], "on shift", after(5)),
        (0, [absent(-1, 3), absent(3, 4), absent(3.5, 6)], "away", after(6)),
        (0, [absent(-1, 3), absent(3, None)], "away", None),
        (0, [absent(-9, -1)], "on shift", after(3)),
        (0, [absent(-1, 3, "status")], "away", after(3)),
        (0, [absent(-1, 3, "manager")], "away", after(3)),
        (0, [absent(-1, 1, "dnd")], "do not disturb", after(1)),
        (8, [absent(7, 12, "dnd")], "off shift", MONDAY_9),
        (8, [absent(7, 12)], "away", MONDAY_9),
        (0, [absent(-1, None, "baton")], "off duty", None),
        (0, [absent(-1, None, "baton"), absent(-1, 3), absent(-1, 2, "dnd")], "off duty", None),
        (0, [absent(-1, 3, "dnd"), absent(-1, 1)], "away", after(3)),
    ],
)
def test_hours_and_absences_say_who_can_take_a_lead_and_when_the_next_shift_begins(
    at: float, absences: list[Absence], why: str, until: datetime | None
) -> None:
    found = standing(BERLIN, absences, after(at))
    assert found == Standing(why == "on shift", why, until)  # type: ignore[arg-type]


MOMENTS = st.integers(-72, 400).map(lambda half_hours: half_hours / 2)


@given(
    at=MOMENTS,
    spans=st.lists(st.tuples(MOMENTS, st.one_of(st.none(), st.integers(1, 200).map(lambda n: n / 2))), max_size=5),
)
def test_the_next_shift_is_the_first_half_hour_of_working_time_that_begins_one(
    at: float, spans: list[tuple[float, float | None]]
) -> None:
    """Against a walk in half hours, for everything here begins and ends on one."""
    away = [absent(start, None if length is None else start + length) for start, length in spans]

    def works(when: datetime) -> bool:
        return is_open(BERLIN, when) and not any(one.covers(when) for one in away)

    found = standing(BERLIN, away, after(at))
    assert found.on_shift == works(after(at))
    half = timedelta(minutes=30)
    begins = (
        when for when in (after(at) + half * n for n in range(1, 48 * 14)) if works(when) and not works(when - half)
    )
    assert found.until == next(begins, None)


def rules(**changes: Any) -> Policy:
    """Two reps in Berlin's hours, one of whom has a calendar of her own."""
    written = POLICY.model_dump(mode="json", exclude_none=True)
    team = {
        "id": "emea",
        "manager": "UMARTA",
        "calendar": "berlin",
        "reps": [{"email": "URITA", "calendar": "night"}, {"email": "URAVI"}],
    }
    night = {"zone": "UTC", "hours": {"mon-sun": ["00:00-08:00"]}}
    calendars = {"berlin": BERLIN.model_dump(mode="json"), "night": night}
    return Policy.model_validate(written | {"teams": [team], "calendars": calendars} | changes)


def stand(policy: Policy, absences: list[Absence], gone: set[str], at: datetime) -> Mapping[str, Standing]:
    return standings(policy, policy.teams[0], absences, gone, at)


def test_a_rep_has_the_hours_of_their_own_calendar_else_those_of_the_team() -> None:
    found = stand(rules(), [], set(), FRIDAY_10)
    assert {rep: one.why for rep, one in found.items()} == {"URITA": "off shift", "URAVI": "on shift"}
    by_night = stand(rules(), [], set(), FRIDAY_10.replace(hour=2))
    assert {rep: one.why for rep, one in by_night.items()} == {"URITA": "on shift", "URAVI": "off shift"}


def test_whoever_has_no_account_is_never_on_shift_again_and_is_no_next_shift() -> None:
    found = stand(rules(), [], {"URAVI"}, FRIDAY_10)
    assert found["URAVI"] == Standing(False, "deactivated", None)
    assert next_shift(found) == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert next_shift(stand(rules(), [], {"URAVI", "URITA"}, FRIDAY_10)) is None


@pytest.mark.parametrize(("source", "setting"), [("status", "slack_status"), ("dnd", "do_not_disturb")])
def test_what_slack_says_counts_only_where_the_policy_lets_it(source: str, setting: str) -> None:
    away = [absent(-1, 1, source, "URAVI")]
    assert not stand(rules(), away, set(), FRIDAY_10)["URAVI"].on_shift
    assert stand(rules(assignment={setting: False}), away, set(), FRIDAY_10)["URAVI"].on_shift


def test_absences_of_others_are_passed_over() -> None:
    assert stand(rules(), [absent(-1, None, person="USOMEBODY")], set(), FRIDAY_10)["URAVI"].on_shift
