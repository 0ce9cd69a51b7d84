"""When the week of near misses begins, and who is nearest."""

from datetime import UTC, datetime

import pytest

from bot.domain.calendars import Calendar
from bot.domain.judging.near_misses import shortness, week_begun
from bot.domain.lead import Near

BERLIN = Calendar.model_validate(
    {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": {"country": "DE"}}
)
AUCKLAND = Calendar.model_validate({"zone": "Pacific/Auckland", "hours": {"mon-fri": ["09:00-17:00"]}})
SHIFTS = Calendar.model_validate({"zone": "UTC", "hours": {"sun-mon": ["00:00-24:00"]}})
AWAY = Calendar.model_validate(
    {"zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}, "closed": [f"2026-11-{day}" for day in range(23, 28)]}
)


@pytest.mark.parametrize(
    ("calendar", "now", "week"),
    [
        (BERLIN, (2026, 11, 23, 7, 59), None),
        (BERLIN, (2026, 11, 23, 8, 0), "2026-W48"),
        (BERLIN, (2026, 11, 29, 22, 59), "2026-W48"),
        (BERLIN, (2026, 11, 29, 23, 0), None),
        (BERLIN, (2027, 3, 29, 12, 0), None),  # Easter Monday
        (BERLIN, (2027, 3, 30, 7, 0), "2027-W13"),
        (BERLIN, (2027, 1, 1, 12, 0), "2026-W53"),
        (AUCKLAND, (2026, 11, 22, 19, 59), None),
        (AUCKLAND, (2026, 11, 22, 20, 0), "2026-W48"),  # Monday there, Sunday in London
        (SHIFTS, (2026, 11, 23, 0, 0), "2026-W48"),  # open since Sunday: every day opens anew
        (AWAY, (2026, 11, 25, 12, 0), None),
        (AWAY, (2026, 11, 30, 9, 0), "2026-W49"),
    ],
)
def test_the_week_begins_when_the_team_first_opens_in_it(
    calendar: Calendar, now: tuple[int, int, int, int, int], week: str | None
) -> None:
    assert week_begun(calendar, datetime(*now, tzinfo=UTC)) == week


def test_a_missing_criterion_is_further_than_any_points() -> None:
    near = [Near(path="a", criteria=("x",)), Near(path="b", fit=9, engagement=1), Near(path="c", fit=2)]
    assert [one.path for one in sorted(near, key=shortness)] == ["c", "b", "a"]
