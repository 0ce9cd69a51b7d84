"""The simulated queue before Slack: it waits no longer than it must, and never so little that Slack would refuse."""

from random import Random

import pytest

from bench.simulation import POSTS, UPDATES, Call, Day, Limit, made, posts, updates, waits
from sandbox.clock import Clock
from sandbox.pacing import Pacing


@pytest.mark.parametrize(
    ("wanted", "limit", "waited"),
    [
        ([], Limit(60), []),
        ([(0, "a"), (0, "a"), (0, "a")], Limit(60, 1), [0, 1, 2]),
        ([(0, "a"), (0, "b"), (0, "c")], Limit(60, 1), [0, 0, 0]),
        ([(0, "a"), (0.25, "a"), (0.5, "b")], Limit(60, 1), [0, 0, 0.75]),
        ([(0, "a"), (0.25, "a"), (5, "a")], Limit(60, 1), [0, 0.75, 0]),
        ([(0, "a"), (1, "b"), (2, "c"), (2, "d"), (70, "e")], Limit(2), [0, 0, 58, 59, 50]),
        ([(0, "a"), (1, "b"), (2, "c"), (3, "c"), (4, "d")], Limit(2, merges=True), [0, 0, 58, 57, 57]),
    ],
    ids=["none", "one-channel", "channels", "open-first", "rested", "a-minute", "merged"],
)
def test_the_oldest_that_may_be_shown_is_shown_first(
    wanted: list[tuple[float, str]], limit: Limit, waited: list[float]
) -> None:
    assert waits([Call(at, recipient) for at, recipient in wanted], limit) == waited


def test_a_wave_ends_when_its_channel_or_the_workspace_can_end_it() -> None:
    one = waits([Call(0, "channel")] * 500, POSTS)
    assert max(one) == 499
    many = waits([Call(0, f"channel {number % 50}") for number in range(1000)], POSTS)
    assert max(many) == pytest.approx(1000 / POSTS.a_minute * 60, rel=0.05)


@pytest.mark.parametrize(("limit", "method"), [(POSTS, "chat.postMessage"), (UPDATES, "chat.update")])
def test_a_workspace_with_slacks_limits_refuses_nothing_of_it(limit: Limit, method: str) -> None:
    day = Day(600, teams=3, reps=30, together=0.5)
    wanted = (posts if limit is POSTS else updates)(day, Random(7))
    clock = Clock(0.0)
    slack = Pacing(clock)
    calls = 0
    for one in made(wanted, limit):
        clock.set(one.at)
        slack.admit_call(method)
        if limit is POSTS:
            slack.admit_post(one.recipient)
        calls += 1
    assert calls > 1000


def test_a_digest_asks_slack_for_less_and_reps_wait_no_longer() -> None:
    wave = Day(600, teams=1, reps=60, together=1)
    told = waits(posts(wave, Random(7)), POSTS)
    digested = Day(600, teams=1, reps=60, together=1, digest=60)
    gathered = waits(posts(digested, Random(7)), POSTS)
    assert len(told) == 1800
    assert len(gathered) < 1000
    assert max(gathered) < max(told) / 2
