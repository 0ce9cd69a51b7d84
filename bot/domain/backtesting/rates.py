"""A share with what chance alone leaves open around it."""

import math
from typing import NamedTuple

from bot.domain.values import Value

ENOUGH = 10
"""Of fewer cases than this nothing can be said."""
Z = 1.959964
"""Standard deviations around the middle within which 95 of 100 lie."""


class Interval(NamedTuple):
    """From and to, as shares between 0 and 1."""

    low: float
    high: float


class Rate(Value):
    """How many of how many."""

    part: int = 0
    of: int = 0

    def plus(self, other: "Rate") -> "Rate":
        return Rate(part=self.part + other.part, of=self.of + other.of)

    @property
    def is_enough(self) -> bool:
        return self.of >= ENOUGH

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there is not enough data."""
        return self.part / self.of if self.is_enough else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval for a share (1927); None where there is not enough data."""
        if not self.is_enough:
            return None
        share, weight = self.part / self.of, Z * Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        half = Z * math.sqrt(share * (1 - share) / self.of + weight / (4 * self.of)) / (1 + weight)
        return Interval(max(0.0, middle - half), min(1.0, middle + half))
