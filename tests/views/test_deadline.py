"""The window behind a deadline: what counted, what did not, and that Slack takes it however long it is."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.calendars import Calendar
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.policy import Policy
from bot.domain.reckoning import Event, reckoned
from bot.views.cards import deadline
from sandbox.blocks import accept_view
from tests.domain.test_reckoning import BERLIN, berlin, offered, rules
from tests.views.reading import Json, read
from tests.views.samples import MARTA, NOW, RITA, story


def opened(handoff: Handoff, policy: Policy, *events: Event) -> Json:
    found = reckoned(handoff, Agreement(policy, policy), events)
    assert found
    view = deadline.window(handoff, found)
    accept_view(view, "modal", set())
    return view


def lines(view: Json) -> list[str]:
    return read(view).split("\n")


def test_a_deadline_is_the_sum_of_its_parts_and_says_what_did_not_count() -> None:
    shown = opened(offered("2026-11-20 14:00", "2026-11-23 14:00"), rules("5 business hours"))
    assert lines(shown) == [
        "An answer by {23 Nov 13:00 UTC}.",
        "Counted: 5 business hours from Fri 20 Nov 14:00.",
        "• Fri 20 Nov 14:00–15:00: 1 h",
        "• Mon 23 Nov 09:00–12:30: 3 h 30 min",
        "• Mon 23 Nov 13:30–14:00: 30 min",
        "Together 5 h.",
        "Not counted",
        "• Sat 21 Nov–Sun 22 Nov: no working day",
        "• Breaks: 12:30–13:30",
        "Only the team's working hours count. Times are those of Europe/Berlin.",
    ]


def test_holidays_are_named_and_one_part_needs_no_sum() -> None:
    shown = lines(opened(offered("2026-12-24 14:00", "2026-12-28 11:00"), rules("2 business hours")))
    assert "• Thu 24 Dec: closed" in shown
    assert "• Fri 25 Dec: Christmas Day" in shown
    assert "• Mon 28 Dec 09:00–11:00: 2 h" in shown
    assert not any(one.startswith("Together") for one in shown)


def test_a_stopped_clock_says_so_and_an_extension_says_by_whom() -> None:
    paused = Event(berlin("2026-11-20 11:00"), "paused", RITA, {})
    until = berlin("2026-11-20 14:30")
    extended = Event(berlin("2026-11-20 10:30"), "extended", MARTA, {"until": until.isoformat()})
    still = offered(
        "2026-11-20 10:00",
        "2026-11-20 14:30",
        state=State.ACCEPTED,
        accepted_at=berlin("2026-11-20 10:00"),
        paused_at=paused.at,
        paused_until=berlin("2026-11-23 10:00"),
    )
    shown = lines(opened(still, rules("4 business hours"), extended, paused))
    assert shown[0] == "Follow-up by {20 Nov 13:30 UTC}."
    assert "Counted: 4 business hours from Fri 20 Nov 10:00, and the time given since." in shown
    assert "The clock stands still until {23 Nov 09:00 UTC}. What is left then moves the deadline." in shown
    assert "• Paused from Fri 20 Nov 11:00 on, waiting for the lead" in shown
    assert f"@{MARTA} moved the deadline from Fri 20 Nov 14:00 to Fri 20 Nov 14:30." in shown


def test_a_promise_after_the_cut_off_says_which_day_is_meant() -> None:
    early = BERLIN.model_copy(update={"cut_off": "14:00"})
    shown = lines(opened(offered("2026-11-20 14:30", "2026-11-23 18:00"), rules("same business day", early)))
    assert "Counted: same business day from Fri 20 Nov 14:30, after 14:00, so Mon 23 Nov is meant." in shown


def test_hours_that_have_changed_are_said() -> None:
    shown = lines(opened(offered("2026-11-20 14:00", "2026-11-23 12:00"), rules("4 business hours", Calendar())))
    told = "The hours have changed since. Counted by those of today, it would be {20 Nov 17:00 UTC}."
    assert told in shown


@pytest.mark.parametrize(
    ("hours", "within", "told"),
    [
        ("team", "4 business hours", "Only the team's working hours count. Times are those of Europe/Berlin."),
        ("rep", "4 business hours", f"Only the working hours of @{RITA} count. Times are those of Europe/Berlin."),
        (
            "lead",
            "4 business hours",
            "Only the team's working hours count, by the lead's clock. Times are those of America/New_York.",
        ),
        ("team", "15 minutes", "Every hour counts, by day and night. Times are those of Europe/Berlin."),
        ("always", "4 business hours", "Every hour counts, by day and night. Times are those of UTC."),
    ],
)
def test_whose_hours_count_and_in_which_zone_is_said(hours: str, within: str, told: str) -> None:
    handoff = offered("2026-11-20 14:00", "2026-11-20 15:00", zone="America/New_York")
    assert lines(opened(handoff, rules(within, hours=hours)))[-1] == told


def test_the_team_s_hours_count_for_what_is_open_to_all_of_it() -> None:
    asked = {"state": State.WAITING, "pooled_at": berlin("2026-11-20 14:30"), "owner": MARTA}
    pooled = offered("2026-11-20 14:00", "2026-11-20 15:00").model_copy(update=asked)
    told = "Only the team's working hours count. Times are those of Europe/Berlin."
    assert lines(opened(pooled, rules("4 business hours", hours="rep")))[-1] == told


def test_midnight_ends_a_day_and_a_night_has_two_dates() -> None:
    late = Calendar(zone="Europe/Berlin", hours={"mon-thu": ("18:00-24:00",), "fri": ("22:00-06:00",)})
    shown = lines(opened(offered("2026-11-19 20:00", "2026-11-21 02:00"), rules("8 business hours", late)))
    assert "• Thu 19 Nov 20:00–24:00: 4 h" in shown
    assert "• Fri 20 Nov 22:00–Sat 21 Nov 02:00: 4 h" in shown


def test_slack_takes_the_longest_sum_there_can_be() -> None:
    far = offered("2026-11-20 10:00", "2026-11-20 14:00", deadline_at=NOW + timedelta(days=3653))
    shown = lines(opened(far, rules("4 business hours")))
    assert sum(one.startswith("• ") for one in shown) < 90
    assert any(one.startswith("• and ") for one in shown)


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"state": State.OFFERED}, ["Deadline"]),
        ({"state": State.ACCEPTED}, ["Deadline"]),
        ({"state": State.ACCEPTED, "followed_up_at": NOW}, []),
        ({"state": State.OFFERED, "deadline_at": None}, []),
        ({"state": State.RECYCLED}, []),
    ],
)
def test_the_button_is_there_while_a_clock_runs(changes: dict[str, Any], labels: list[str]) -> None:
    state = changes.pop("state")
    shown = deadline.deadline_button(story(state, **changes))
    assert [one["text"]["text"] for one in shown] == labels
