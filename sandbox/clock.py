"""The workspace's time: real until somebody sets it."""

from __future__ import annotations

import time

MICROSECONDS = 1_000_000


class Clock:
    """The workspace's time in unix seconds; its stamps are never equal and never out of order."""

    def __init__(self, at: float | None = None) -> None:
        self._standing_at = at
        self._ahead = 0.0
        self._last_stamp = 0

    @property
    def standing(self) -> bool:
        return self._standing_at is not None

    def now(self) -> float:
        return time.time() + self._ahead if self._standing_at is None else self._standing_at

    def set(self, at: float | None) -> None:
        """Stands still at `at`, or runs with real time again when it is None."""
        self._standing_at = at
        self._ahead = 0.0

    def advance(self, seconds: float) -> None:
        """Moves on by `seconds`: a running clock keeps running, a standing one keeps standing."""
        if self._standing_at is None:
            self._ahead += seconds
        else:
            self._standing_at += seconds

    def stamp(self) -> str:
        """A Slack `ts` for this moment, greater than every one before it."""
        self._last_stamp = max(round(self.now() * MICROSECONDS), self._last_stamp + 1)
        seconds, micros = divmod(self._last_stamp, MICROSECONDS)
        return f"{seconds}.{micros:06d}"

    def forget_stamps(self) -> None:
        """Lets stamps start over, for a workspace that holds no messages any more."""
        self._last_stamp = 0
