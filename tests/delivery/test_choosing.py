"""What is claimed together: one message a recipient, as many as Slack's pace takes, and room for what presses."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.choosing import choose, without_posts_over
from bot.delivery.pace import KEPT_FOR_REPS, KEPT_FREE, PER_MINUTE, Lane, Pace
from storage.delivery.sending import Ready

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def new(key: str, recipient: str = "") -> Ready:
    return Ready(key, recipient or f"U{key}", "dm", is_new=True, is_news=False)


def shown(key: str, kind: str, *, is_news: bool = False) -> Ready:
    return Ready(key, f"U{key}", kind, is_new=False, is_news=is_news)


def pace_after(lane: Lane, calls: int) -> Pace:
    pace = Pace(lambda: NOW)
    for _ in range(calls):
        pace.take(lane)
    return pace


def keys(chosen: list[Ready]) -> list[str]:
    return [one.key for one in chosen]


def test_of_several_for_one_recipient_the_first_is_chosen() -> None:
    waiting = [new("a", "C1"), new("b", "C1"), new("c", "C2")]
    assert keys(choose(waiting, Pace(lambda: NOW), 0, 10)) == ["a", "c"]


def test_no_more_are_chosen_than_are_asked_for() -> None:
    assert keys(choose([new(f"{n}") for n in range(9)], Pace(lambda: NOW), 0, 3)) == ["0", "1", "2"]


def test_what_is_in_hand_may_take_the_last_calls_of_a_minute() -> None:
    pace = pace_after(Lane.POST, PER_MINUTE[Lane.POST] - 5)
    assert len(choose([new(f"{n}") for n in range(9)], pace, 0, 10)) == 5
    assert len(choose([new(f"{n}") for n in range(9)], pace, 3, 10)) == 2


@pytest.mark.parametrize(
    ("left", "chosen"),
    [
        (0, []),
        (1, ["own"]),
        (KEPT_FOR_REPS, ["own"]),
        (KEPT_FOR_REPS + 2, ["own", "escalation"]),
        (KEPT_FREE, ["own", "escalation"]),
        (KEPT_FREE + 3, ["own", "escalation", "news"]),
    ],
)
def test_the_last_updates_of_a_minute_are_kept_for_what_presses(left: int, chosen: list[str]) -> None:
    waiting = [shown("own", "dm"), shown("escalation", "escalation"), shown("news", "channel", is_news=True)]
    pace = pace_after(Lane.UPDATE, PER_MINUTE[Lane.UPDATE] - left)
    assert keys(choose(waiting, pace, 0, 10)) == chosen


def test_only_what_takes_a_call_of_a_full_lane_waits_for_it() -> None:
    waiting = [
        Ready(key, f"U{key}", "dm", True, False, key == "first", key == "unsure")
        for key in ("first", "known", "unsure")
    ]
    full = {lane: pace_after(lane, PER_MINUTE[lane]) for lane in (Lane.OPEN, Lane.LOOK)}
    assert keys(choose(waiting, full[Lane.OPEN], 0, 10)) == ["known", "unsure"]
    assert keys(choose(waiting, full[Lane.LOOK], 0, 10)) == ["first", "known"]


def test_no_update_waits_for_the_limit_of_posts() -> None:
    full = pace_after(Lane.POST, PER_MINUTE[Lane.POST])
    assert keys(choose([new("a"), shown("b", "dm")], full, 0, 10)) == ["b"]


def test_posts_of_other_processes_leave_only_so_many() -> None:
    waiting = [new("a"), shown("b", "dm"), new("c"), new("d")]
    assert keys(without_posts_over(waiting, 1)) == ["a", "b"]
    assert keys(without_posts_over(waiting, 0)) == ["b"]


def test_updates_of_others_open_again_when_enough_of_the_minute_is_over() -> None:
    at = [NOW]
    pace = Pace(lambda: at[0])
    for second in range(PER_MINUTE[Lane.UPDATE] - KEPT_FOR_REPS):
        at[0] = NOW + timedelta(seconds=second)
        pace.take(Lane.UPDATE)
    assert pace.closed(()).others
    assert not pace.closed(()).shown
    assert pace.opens_at() == NOW + timedelta(seconds=60)
