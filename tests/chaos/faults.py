"""What can go wrong, where, and the plans that say when it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Protocol


class Where(StrEnum):
    """A moment of a process at which the world outside may be about to change, or just has.

    Between one such moment and the next nothing leaves the process: what is true after a statement is true before the
    next one.
    """

    STATEMENT = "before the statement"
    COMMIT = "before the commit"
    COMMITTED = "after the commit"
    REQUEST = "before the request"
    WORDS = "before the words to one person"
    REPLY = "after the reply"
    ANSWER = "before the answer"
    ANSWERED = "after the answer"


class Fault(StrEnum):
    CRASH = "crash"
    LOCKED = "database locked"
    GONE = "database gone"
    UNHEARD_COMMIT = "commit not heard of"
    DROPPED_REQUEST = "request dropped"
    DROPPED_REPLY = "reply dropped"
    DELAY = "delay"
    LIMIT = "429"
    BROKEN = "500"
    INTERNAL = "internal error"


OF_SLACK = (
    Fault.DROPPED_REQUEST,
    Fault.DROPPED_REPLY,
    Fault.DELAY,
    Fault.LIMIT,
    Fault.BROKEN,
    Fault.INTERNAL,
)
POSSIBLE: Mapping[Where, tuple[Fault, ...]] = {
    Where.STATEMENT: (Fault.LOCKED, Fault.GONE),
    Where.COMMIT: (Fault.LOCKED, Fault.GONE),
    Where.COMMITTED: (Fault.UNHEARD_COMMIT,),
    Where.REQUEST: OF_SLACK,
}
"""Beside a crash, which is possible everywhere."""


@dataclass(frozen=True, slots=True)
class Met:
    """One fault as it was injected."""

    step: str
    number: int
    where: Where
    what: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.step}: {self.fault} {self.where} {self.what} (point {self.number})"


class Enough(Exception):
    """What is left of the story can be told without this plan."""


class Plan(Protocol):
    """Decides at every point whether something fails there."""

    met: list[Met]
    patience: float
    """Seconds of story time after the last fault in which everything must have come to rest."""

    def begin(self, step: str) -> None:
        """People do the next thing, or time passes; raises Enough when nothing can fail any more."""

    def at(self, where: Where, what: str) -> Fault | None: ...


@dataclass(slots=True)
class Counting:
    """Nothing fails; the points of each step are counted."""

    met: list[Met] = field(default_factory=list)
    patience: float = 60
    points: list[int] = field(default_factory=list)
    """How many each step has, in order."""

    def begin(self, step: str) -> None:
        self.points.append(0)

    def at(self, where: Where, what: str) -> Fault | None:
        self.points[-1] += 1
        return None


@dataclass(slots=True)
class CrashAt:
    """The process dies once in each step, at its point of that number; whoever comes after it is spared.

    The last of `steps` is the last one that is known to have so many points.
    """

    number: int
    steps: int = 1_000_000
    met: list[Met] = field(default_factory=list)
    patience: float = 60
    _step: str = ""
    _points: int = 0
    _begun: int = 0

    def begin(self, step: str) -> None:
        if self._begun == self.steps:
            raise Enough
        self._step, self._points, self._begun = step, 0, self._begun + 1

    def at(self, where: Where, what: str) -> Fault | None:
        self._points += 1
        if self._points != self.number:
            return None
        self.met.append(Met(self._step, self._points, where, what, Fault.CRASH))
        return Fault.CRASH


CHANCES: Mapping[Where, float] = {Where.REQUEST: 0.4, Where.STATEMENT: 0.02, Where.COMMIT: 0.03, Where.COMMITTED: 0.03}
CRASHES = 0.01
GRAVE = 3
"""Crashes and database faults a step: each may cost a lease of thirty seconds, and an undo has five minutes."""
OUTAGE = 4
"""So many statements at most in a row find the database gone."""
MOST = 9


@dataclass(slots=True)
class Storm:
    """Anything may fail at any point, by a seeded die; a step sees at most so many faults that people would cope."""

    die: Random
    met: list[Met] = field(default_factory=list)
    patience: float = 3600
    _step: str = ""
    _points: int = 0
    _grave: int = 0
    _all: int = 0
    _away: int = 0

    def begin(self, step: str) -> None:
        self._step, self._points, self._grave, self._all, self._away = step, 0, 0, 0, 0

    def at(self, where: Where, what: str) -> Fault | None:
        self._points += 1
        fault = self._fault(where)
        if fault:
            self._all += 1
            self.met.append(Met(self._step, self._points, where, what, fault))
        return fault

    def _fault(self, where: Where) -> Fault | None:
        if self._away and Fault.GONE in POSSIBLE.get(where, ()):
            self._away -= 1
            return Fault.GONE
        if self._all >= MOST:
            return None
        if self._grave < GRAVE and self.die.random() < CRASHES:
            self._grave += 1
            return Fault.CRASH
        if self.die.random() >= CHANCES.get(where, 0):
            return None
        if where is not Where.REQUEST:
            if self._grave >= GRAVE:
                return None
            self._grave += 1
        fault = self.die.choice(POSSIBLE[where])
        if fault is Fault.GONE:
            self._away = self.die.randrange(OUTAGE)
        return fault
