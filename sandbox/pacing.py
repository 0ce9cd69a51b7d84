"""Slack's pace: how many calls a minute of each method, and how many posts a second in one channel."""

from __future__ import annotations

import math
from collections import deque

from sandbox.clock import Clock
from sandbox.errors import SlackError
from sandbox.limits import CALLS_A_MINUTE, POST_BURST_A_CHANNEL, POSTS_A_SECOND_A_CHANNEL

MINUTE = 60.0


class Unpaced:
    """Admits everything at once, as no Slack does: for measuring what an app could do."""

    def admit_call(self, method: str) -> None:
        """Every call."""

    def admit_post(self, channel: str) -> None:
        """Every post."""


class Pacing:
    """Admits a call, or raises SlackError `ratelimited` with the whole seconds to wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def admit_call(self, method: str) -> None:
        """Counts one call of the method within the last minute."""
        now = self._clock.now()
        seen = self._calls.setdefault(method, deque())
        while seen and (seen[0] <= now - MINUTE or seen[0] > now):
            seen.popleft()
        if len(seen) >= CALLS_A_MINUTE[method]:
            raise SlackError("ratelimited", retry_after=_whole_seconds(seen[0] + MINUTE - now))
        seen.append(now)

    def admit_post(self, channel: str) -> None:
        """Takes one post from the channel's bucket, which fills by one each second; a refused one counts nowhere."""
        now = self._clock.now()
        level, at = self._buckets.get(channel, (float(POST_BURST_A_CHANNEL), now))
        level = min(float(POST_BURST_A_CHANNEL), level + max(0.0, now - at) * POSTS_A_SECOND_A_CHANNEL)
        if level < 1:
            self._buckets[channel] = (level, now)
            self._calls["chat.postMessage"].pop()
            raise SlackError("ratelimited", retry_after=_whole_seconds((1 - level) / POSTS_A_SECOND_A_CHANNEL))
        self._buckets[channel] = (level - 1, now)


def _whole_seconds(seconds: float) -> int:
    return max(1, math.ceil(seconds))
