"""The quarterly look at the definition: when it is due, and what it shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.business_time import opened_or_opens
from bot.domain.governing.start_day import begins, day_of
from bot.domain.policy import Policy
from bot.domain.values import Value

LATE = timedelta(days=14)
"""So long into a quarter a review is still asked for, when Baton was down on its first day."""
YOUNG = timedelta(days=30)
"""A policy that is younger has just been looked at."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, `number` from 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class Due:
    """A review to be asked for in `quarter`, about the one before it: from `since` until `until`."""

    quarter: Quarter
    since: datetime
    until: datetime


def due(policy: Policy, in_force_at: datetime, now: datetime) -> Due | None:
    """The review of this quarter, from the first time in it at which the first team works, for two weeks."""
    quarter = quarter_of(day_of(policy, now))
    until = begins(policy, quarter.first_day)
    asked_at = opened_or_opens(policy.calendar(policy.teams[0].id), until)
    if not asked_at <= now < until + LATE or in_force_at > asked_at - YOUNG:
        return None
    return Due(quarter, begins(policy, quarter.before.first_day), until)


def reviewers(policy: Policy) -> tuple[str, ...]:
    """Whoever signs; the admins where nobody does."""
    return policy.sign_off.people or tuple(dict.fromkeys(policy.roles.admins))


class Kept(Value):
    """Somebody looked, and would leave it as it is."""

    by: str
    at: datetime


class Review(Value):
    """What a reviewer sees: numbers of the quarter gone by, and labels of ours."""

    quarter: str
    version: int
    since: datetime
    """When that version came into force."""
    mqls: int
    accepted: int
    decided: int
    """Accepted, rejected, or ignored to the end."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Labels, the most frequent first."""
    claims: int = 0
    """Near misses that reps claimed."""
    lacked: tuple[tuple[str, int], ...] = ()
    """What a claimed lead lacked and nothing else, the most frequent first."""
    grades: tuple[tuple[str, int, int], ...] = ()
    """Grade, accepted, decided."""
    kept: tuple[Kept, ...] = ()


def lacked_only(claims: Iterable[Sequence[str]]) -> tuple[tuple[str, int], ...]:
    """What was the only thing missing, and how often."""
    return tuple(Counter(missing[0] for missing in claims if len(missing) == 1).most_common(5))
