"""How soon Slack can have so many messages."""

import pytest

from bench.lines.pacing import A_MINUTE, soonest


@pytest.mark.parametrize(
    ("posts", "seconds"),
    [(1, 0), (A_MINUTE, 0), (A_MINUTE + 1, 60), (2 * A_MINUTE, 60), (2 * A_MINUTE + 1, 120), (500, 120)],
)
def test_a_minutes_share_goes_at_once_and_what_is_more_waits_for_the_minute_to_end(posts: int, seconds: int) -> None:
    assert soonest(posts) == seconds
