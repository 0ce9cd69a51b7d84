"""What both sides promised each other, and kept: by step, by team and by person.

A promise counts in the period in which it began. It was kept when it was done in time, broken when it was done later or
not at all: silence is no way out. What ended by itself before its time, and what still has time, is neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from bot.domain.numbers.stats import Median, Question, Scope, Share


class Owing(StrEnum):
    """Who promised."""

    MARKETING = "marketing"
    SALES = "sales"


class Step(StrEnum):
    """What was promised."""

    HANDOVER = "handover"
    RETURNED = "returned"
    QUESTION = "question"
    ANSWER = "answer"
    FIRST_TOUCH = "first touch"
    ATTEMPTS = "attempts"


OF: dict[Step, Owing] = {
    Step.HANDOVER: Owing.MARKETING,
    Step.RETURNED: Owing.MARKETING,
    Step.QUESTION: Owing.MARKETING,
    Step.ANSWER: Owing.SALES,
    Step.FIRST_TOUCH: Owing.SALES,
    Step.ATTEMPTS: Owing.SALES,
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that was promised. `took` is in business seconds of the team, of what was done."""

    step: Step
    team: str | None
    person: str | None
    """Who did it, or was to; None: everybody of that side together."""
    began_at: datetime
    deadline_at: datetime
    done_at: datetime | None = None
    ended_at: datetime | None = None
    """When it came to nothing, done by nobody."""
    took: float | None = None

    def kept(self, now: datetime) -> bool | None:
        if self.done_at:
            return self.done_at <= self.deadline_at
        return False if (self.ended_at or now) > self.deadline_at else None

    def is_late(self, now: datetime) -> bool:
        """Whether somebody should do it now."""
        return self.done_at is None and self.ended_at is None and now > self.deadline_at


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was kept: by everybody, by one team, or by one person."""

    step: Step
    team: str | None
    person: str | None
    share: Share
    took: Median
    late_now: int

    @property
    def owing(self) -> Owing:
        return OF[self.step]


@dataclass(frozen=True, slots=True)
class PromiseReport:
    question: Question
    rows: tuple[Kept, ...]
    """Step by step: everybody first, then teams where there are several, then people."""
    ignored: Share
    """Of the leads that met a path, those that nobody in sales answered before they went back."""
    names: dict[str, str]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def kept(promises: Iterable[Promise], ignored: Share, question: Question, names: dict[str, str]) -> PromiseReport:
    """The report of these promises, as far as they are asked for."""
    asked = [one for one in promises if one.began_at in question.span and _is_asked(one, question.scope)]
    now, rows = question.span.until, []
    for step in Step:
        of_step = [one for one in asked if one.step is step]
        teams = sorted({one.team for one in of_step if one.team})
        people = sorted({one.person for one in of_step if one.person})
        rows += [_kept(step, of_step, now)] if of_step else []
        rows += [
            _kept(step, [one for one in of_step if one.team == team], now, team=team)
            for team in teams[:MANY]
            if teams[1:]
        ]
        rows += [_kept(step, [one for one in of_step if one.person == person], now, person=person) for person in people]
    return PromiseReport(question, tuple(rows), ignored, names)


MANY = 100


def _is_asked(promise: Promise, scope: Scope) -> bool:
    return scope.team in {None, promise.team} and scope.rep in {None, promise.person}


def _kept(
    step: Step, promises: Sequence[Promise], now: datetime, *, team: str | None = None, person: str | None = None
) -> Kept:
    judged = [kept for one in promises if (kept := one.kept(now)) is not None]
    times = [one.took for one in promises if one.took is not None]
    late = sum(one.is_late(now) for one in promises)
    took = Median(median(times) if times else None, len(times))
    return Kept(step, team, person, Share(sum(judged), len(judged)), took, late)
