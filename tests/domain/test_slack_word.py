"""What a status and a pause of notifications say of whether somebody can take leads."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.slack_word import Window, of_do_not_disturb, of_status

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def seconds(hours: float) -> int:
    return int((NOW + timedelta(hours=hours)).timestamp())


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("Vacationing", ":palm_tree:"),
        ("Out sick", ":face_with_thermometer:"),
        ("", ":palm_tree:"),
        ("Lisbon!", ":palm_tree:"),
        ("On vacation until Monday", ":spiral_calendar_pad:"),
        ("OOO", ""),
        ("out of office", ":house:"),
        ("Annual leave, ask Ravi", ""),
        ("Im Urlaub", ""),
        ("krank", ":bed:"),
        ("En vacances", ""),
        ("De férias", ""),
        ("休暇中", ""),
        ("PTO", ""),
    ],
)
def test_words_and_signs_of_whoever_is_away(text: str, emoji: str) -> None:
    assert of_status(text, emoji, 0, NOW) == Window(NOW, None, "no end")


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("", ""),
        ("In a meeting", ":spiral_calendar_pad:"),
        ("Commuting", ":bus:"),
        ("Working remotely", ":house_with_garden:"),
        ("Lunch", ":hamburger:"),
        ("Back from vacation", ":palm_tree:"),
        ("Planning my vacation", ""),
        ("Stillness", ""),
        ("I'll be late", ""),
        ("Semester plans", ":books:"),
        ("", ":airplane:"),
    ],
)
def test_words_and_signs_of_whoever_works(text: str, emoji: str) -> None:
    assert of_status(text, emoji, 0, NOW) is None


def test_a_status_lasts_until_it_expires() -> None:
    until = NOW + timedelta(hours=2)
    assert of_status("OOO", "", seconds(2), NOW) == Window(NOW, until, f"until {seconds(2)}")
    assert of_status("OOO", "", seconds(-1), NOW) is None
    assert of_status("OOO", "", seconds(24 * 400), NOW) is None
    assert of_status("OOO", "", 10**15, NOW) is None


def test_a_pause_is_the_one_that_runs_or_the_next() -> None:
    running = of_do_not_disturb(True, seconds(-1), seconds(1), NOW)
    assert running == Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1), f"{seconds(-1)} to {seconds(1)}")
    tonight = of_do_not_disturb(True, seconds(12), seconds(22), NOW)
    assert tonight == Window(NOW + timedelta(hours=12), NOW + timedelta(hours=22), f"{seconds(12)} to {seconds(22)}")


@pytest.mark.parametrize(
    ("enabled", "starts", "ends"),
    [(False, 1, 1), (False, -1, 1), (True, 1, 1), (True, 0, 0), (True, -3, -1), (True, 10**15, 10**15)],
)
def test_no_pause(enabled: bool, starts: int, ends: int) -> None:
    at = [one if abs(one) > 10**9 or one in {0, 1} else seconds(one) for one in (starts, ends)]
    assert of_do_not_disturb(enabled, at[0], at[1], NOW) is None
