"""What a line of the bench is: something measured round by round beside its floors, and what should come of it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROUNDS = 5
"""The fewest that a median and a spread are taken from."""


class CannotMeasure(Exception):
    """What was to be measured did not do its work: a number of it would say nothing."""


class Scale(StrEnum):
    """How much of everything: a try of the bench itself, minutes, half an hour, or hours."""

    TINY = "tiny"
    QUICK = "quick"
    USUAL = "usual"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Bench:
    """What one side of a line may use: a folder of its own, and how much it is to do."""

    folder: Path
    scale: Scale

    def many(self, *, tiny: int, quick: int, usual: int, full: int | None = None) -> int:
        """The number for this scale; `full` is `usual` where it is not given."""
        chosen = {Scale.TINY: tiny, Scale.QUICK: quick, Scale.USUAL: usual}
        return chosen.get(self.scale, usual if full is None else full)


class Unit(StrEnum):
    """What a number counts; seconds are kept as seconds, megabytes as bytes, and shares as 1 for the whole."""

    SECONDS = "seconds"
    PER_SECOND = "per second"
    BYTES = "bytes"
    SHARE = "share"
    COUNT = "count"

    def written(self, number: float) -> str:
        """The number for people, in three digits."""
        times, suffix = self._for_people(number)
        return f"{_short(number * times)}{suffix}"

    def spread(self, median: float, least: float, most: float) -> str:
        """The median, and the least and the most of what it is the median of."""
        times, _ = self._for_people(median)
        return f"{self.written(median)} ({_short(least * times)}–{_short(most * times)})"

    def _for_people(self, number: float) -> tuple[float, str]:
        if self is Unit.SECONDS and abs(number) >= 1:
            return 1, " s"
        return FOR_PEOPLE[self]


FOR_PEOPLE: Mapping[Unit, tuple[float, str]] = {
    Unit.SECONDS: (1000, " ms"),
    Unit.PER_SECOND: (1, "/s"),
    Unit.BYTES: (1 / 1_000_000, " MB"),
    Unit.SHARE: (100, " %"),
    Unit.COUNT: (1, ""),
}


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


class Of(StrEnum):
    """What a target is about: the number itself, or how many times its floor's it is."""

    NUMBER = "number"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Target:
    """A limit that a figure should stay under, or reach where `at_least`."""

    limit: float
    of: Of = Of.NUMBER
    at_least: bool = False

    def missed_by(self, found: float) -> float | None:
        """By what share of the limit it is missed; None where it is met."""
        over = (self.limit - found) if self.at_least else (found - self.limit)
        if over <= 0:
            return None
        return over / self.limit if self.limit else over


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that each round of a line gives, and what it should be."""

    name: str
    what: str
    unit: Unit
    target: Target | None = None
    if_missed: str = ""
    """Why, and what would be needed: printed where the target is missed."""


Sample = Mapping[str, float]
"""What one round found: numbers by the names of their figures; a floor may have fewer."""
Round = Callable[[], Awaitable[Sample]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are measured in turn: opened once for all rounds, asked once in each."""

    name: str
    opened: Callable[[Bench], AbstractAsyncContextManager[Round]]


@dataclass(frozen=True, slots=True)
class Line:
    """Something of ours measured in turn with its floors, A B A B; ratios are to the first floor."""

    name: str
    what: str
    figures: tuple[Figure, ...]
    ours: Side
    floors: tuple[Side, ...] = ()
    rounds: int = ROUNDS
    warms_up: bool = True
    """Whether a round comes first that counts for nothing."""
    at: tuple[Scale, ...] = tuple(Scale)
    """The scales at which it is measured."""
