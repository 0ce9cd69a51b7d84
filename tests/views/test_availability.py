"""What people read of when they and their colleagues work."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.availability import Absence, Standing
from bot.domain.calendars import Calendar
from bot.domain.shifts import Colleague, OwnTime, TeamNow, next_holiday
from bot.views.assigning import availability
from bot.views.home import home
from tests.views.reading import buttons, read
from tests.views.samples import MARTA, NOW, OLA, RAVI, RITA, RULES, story

BERLIN = Calendar.model_validate(
    {
        "zone": "Europe/Berlin",
        "hours": {"mon-thu": ["09:00-12:30", "13:30-18:00"], "fri": ["09:00-15:00"]},
        "holidays": {"country": "DE", "subdivision": "BE"},
    }
)
SINCE_NOON = Absence(
    id=1, person=RITA, starts_at=NOW - timedelta(hours=4), source="self", by=RITA, why="At the <!here>"
)
NEXT_WEEK = Absence(
    id=2,
    person=RITA,
    starts_at=NOW + timedelta(days=7),
    ends_at=NOW + timedelta(days=9),
    source="manager",
    by=MARTA,
)
AWAY_TWICE = OwnTime(RITA, BERLIN, (SINCE_NOON, NEXT_WEEK), (date(2026, 12, 25), "Christmas Day"))
TEAMS = (
    TeamNow(
        "emea",
        (
            Colleague(RITA, Standing(False, "away", NOW + timedelta(days=3)), open=2, late=1, why="Ill"),
            Colleague(RAVI, Standing(True, "on shift", NOW + timedelta(days=3))),
            Colleague(OLA, Standing(False, "deactivated", None)),
        ),
        waiting=1,
    ),
)


def test_home_has_room_for_all_that_may_stand_on_it() -> None:
    ahead = [
        Absence(
            id=n,
            person=RITA,
            starts_at=NOW + timedelta(days=n),
            ends_at=NOW + timedelta(days=n, hours=8),
            source="self",
            by=RITA,
        )
        for n in range(1, 30)
    ]
    own = OwnTime(RITA, BERLIN, tuple(ahead), None)
    shown = home(RITA, [story()] * 21, NOW, RULES, own=own, teams=TEAMS * 20)
    assert len(shown["blocks"]) <= 100
    assert buttons(shown).count("Remove") == 5
    assert "and 24 more" in read(shown).split("\n")


def test_home_says_when_one_works_and_what_keeps_one_away() -> None:
    shown = home(RITA, [], NOW, RULES, own=AWAY_TWICE)
    assert read(shown).split("\n")[2:8] == [
        "Your hours",
        "Mon–Thu 09:00–12:30 and 13:30–18:00, Fri 09:00–15:00 (Berlin)",
        "Next public holiday: Christmas Day, Fri 25 Dec",
        "You are away until you say that you are back: “At the <!here>”.",
        "Away from {27 Nov 16:10 UTC} until {29 Nov 16:10 UTC}, as @U0MARTA says.",
        "Remove",
    ]
    assert buttons(shown) == ["Remove", "I'm back", "I'm away…"]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"mon-fri": ["09:00-17:00"]}, "Mon–Fri 09:00–17:00 (UTC)"),
        ({"sat": ["10:00-14:00"]}, "Sat 10:00–14:00 (UTC)"),
        ({"mon-fri": ["22:00-06:00"]}, "Mon–Fri 22:00–06:00 (UTC)"),
        ({"mon": ["18:00-24:00"]}, "Mon 18:00–24:00 (UTC)"),
        ({"mon-sun": ["00:00-24:00"]}, "Mon–Sun all day (UTC)"),
        ({"mon": ["09:00-12:00"], "tue": ["09:00-13:00"], "wed": ["09:00-13:00"]},
         "Mon 09:00–12:00, Tue–Wed 09:00–13:00 (UTC)"),
        ({"mon": ["09:00-12:00"], "wed": ["09:00-12:00"]}, "Mon 09:00–12:00, Wed 09:00–12:00 (UTC)"),
    ],
)  # fmt: skip
def test_hours_are_told_in_short(hours: dict[str, list[str]], told: str) -> None:
    assert availability.hours_in_short(Calendar.model_validate({"hours": hours})) == told


def test_the_next_holiday_is_one_on_a_day_with_hours() -> None:
    assert next_holiday(BERLIN, date(2026, 11, 20)) == (date(2026, 12, 25), "Christmas Day")
    assert next_holiday(BERLIN, date(2026, 12, 25)) == (date(2026, 12, 25), "Christmas Day")
    assert next_holiday(BERLIN, date(2026, 12, 26)) == (date(2027, 1, 1), "New Year's Day")  # the 26th is a Saturday
    assert next_holiday(Calendar(), date(2026, 12, 24)) is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("self", "You are away until you say that you are back."),
        ("status", "You are away until you say that you are back, as your status in Slack says."),
        ("dnd", "You are away until you say that you are back, as you are not to be disturbed."),
        ("baton", "You are away until you say that you are back, because you missed several leads in a row."),
    ],
)
def test_an_absence_says_by_whose_word_it_is_and_repeats_no_status(source: str, said: str) -> None:
    absence = SINCE_NOON.model_copy(update={"source": source, "why": None if source == "self" else "until 1795"})
    assert said in read(home(RITA, [], NOW, RULES, own=replace(AWAY_TWICE, absences=(absence,)))).split("\n")


def test_a_manager_sees_who_is_on_shift_who_is_away_until_when_and_who_is_late() -> None:
    assert read(home(MARTA, [], NOW, RULES, teams=TEAMS)).split("\n")[2:7] == [
        "Your team",
        "emea: 1 of 3 on shift, 1 lead waiting",
        "• @U0RITA: away until {23 Nov 16:10 UTC}, “Ill”, 2 open, 1 late",
        "• @U0RAVI: on shift",
        "• @U0OLA: account deactivated",
    ]


def test_managers_are_told_how_to_help_and_reps_how_to_answer() -> None:
    for_managers, for_reps = read(home(MARTA, [], NOW, RULES)), read(home(RITA, [], NOW, RULES))
    assert "Accept and the lead is yours" not in for_managers
    assert "Type /lead away @name until fri for them." in for_managers
    assert "Accept and the lead is yours" in for_reps
    assert "Accept and the lead is yours" in read(home("U0SOMEBODY", [], NOW, RULES))


def test_going_away_says_what_was_noted_and_what_can_be_given_away() -> None:
    said = availability.left(SINCE_NOON, RITA, 2, 1, NOW)
    assert read(said).split("\n")[:2] == [
        "You are away until you say that you are back. New leads go to colleagues.",
        "You hold 3 leads: 2 not answered yet, 1 accepted and not followed up yet. Their clocks go on.",
    ]
    assert buttons(said) == ["Give 2 leads to colleagues", "Give the 1 lead accepted too", "I'm back"]
    assert buttons(availability.left(NEXT_WEEK, RITA, 0, 0, NOW)) == ["Undo"]


def test_for_somebody_else_it_is_said_of_them() -> None:
    shown = availability.left(SINCE_NOON, MARTA, 1, 0, NOW)
    said = read(shown).split("\n")
    assert buttons(shown) == ["Give 1 lead to colleagues", "Back on duty"]
    assert said[0] == "@U0RITA is away until somebody says that they are back. New leads go to colleagues."
    assert said[1].startswith("They hold 1 lead: 1 not answered yet.")
    later = read(availability.left(NEXT_WEEK, MARTA, 0, 0, NOW)).split("\n")[0]
    assert later == "@U0RITA is away from {27 Nov 16:10 UTC} until {29 Nov 16:10 UTC}. New leads go to colleagues."


@pytest.mark.parametrize(
    ("by", "released", "still", "said"),
    [
        (RITA, 0, False, "Welcome back. New leads come in your working hours."),
        (RITA, 2, False, "Welcome back. 2 leads that waited are on the way."),
        (MARTA, 1, False, "<@U0RITA> is back. 1 lead that waited is on the way."),
        (RITA, 0, True, "Noted. You are away for another reason still."),
    ],
)
def test_coming_back_says_what_follows(by: str, released: int, still: bool, said: str) -> None:
    assert availability.back(RITA, by, released, still) == said


def test_whoever_is_switched_off_duty_reads_why_and_how_to_come_back_and_so_does_their_manager() -> None:
    absence = SINCE_NOON.model_copy(update={"source": "baton"})
    own, managers = availability.off_duty(absence, 3, RITA), availability.off_duty(absence, 3, MARTA)
    assert read(own).split("\n")[0] == "You did not answer 3 leads in a row, so new ones go to colleagues for now."
    assert read(managers).split("\n")[0].startswith("@U0RITA did not answer 3 leads in a row")
    assert (buttons(own), buttons(managers)) == (["I'm back"], ["Back on duty"])
    over = availability.off_duty(absence.model_copy(update={"ends_at": NOW}), 3, RITA)
    assert (read(over), buttons(over)) == ("You are back since {20 Nov 16:10 UTC}.", [])
