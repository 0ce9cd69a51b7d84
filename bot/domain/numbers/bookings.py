"""Whose time it was: each minute of a lead's life is booked to exactly one side.

| booked to | while |
|---|---|
| system | there was no policy yet; or a rung of a ladder rang more than a minute late, from when it was due |
| prospect | the rep who has the lead waits for the prospect, the clock stopped |
| sales | a handoff waits for a rep, is offered, or is accepted and neither given back nor ended by won or lost |
| marketing | all else: nurture, held back by the evidence gate, cooling off, back from sales |

Where two hold at once the upper one counts. A question to marketing books nothing: it stops nobody's clock. An answer
that was undone was never given. A life begins with the first word of the lead and ends when it is won, lost,
disqualified or erased, unless it goes on after that; what was merged is one life.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median


class Side(StrEnum):
    SYSTEM = "system"
    PROSPECT = "prospect"
    SALES = "sales"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Between:
    """From `since`, inclusive, until `until`, exclusive; None: it goes on."""

    since: datetime
    until: datetime | None = None

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Life:
    """What a lead's life is booked by; everything outside of `since` and `until` is passed over."""

    since: datetime
    until: datetime
    ruled_from: datetime | None
    """Since when there is a policy; None: there is none."""
    with_sales: Sequence[Between] = ()
    paused: Sequence[Between] = ()
    """Counts only while it is with sales."""
    held_up: Sequence[Between] = ()


@dataclass(frozen=True, slots=True)
class Booked:
    """An unbroken time of one side."""

    side: Side
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def bookings(life: Life) -> tuple[Booked, ...]:
    """The whole life in order, without a gap and without overlap; empty for one that has not begun."""
    marks = sorted({life.since, life.until, *filter(lambda at: life.since < at < life.until, _moments(life))})
    spans = [(_side(life, since), since, until) for since, until in pairwise(marks)] if life.since < life.until else []
    joined = (list(parts) for _, parts in groupby(spans, key=itemgetter(0)))
    return tuple(Booked(parts[0][0], parts[0][1], parts[-1][2]) for parts in joined)


def _moments(life: Life) -> Iterable[datetime]:
    for one in (*life.with_sales, *life.paused, *life.held_up):
        yield one.since
        if one.until:
            yield one.until
    if life.ruled_from:
        yield life.ruled_from


def _side(life: Life, at: datetime) -> Side:
    """Whose the time from this moment to the next mark is."""
    ruled = life.ruled_from is not None and at >= life.ruled_from
    if not ruled or any(at in one for one in life.held_up):
        return Side.SYSTEM
    if not any(at in one for one in life.with_sales):
        return Side.MARKETING
    return Side.PROSPECT if any(at in one for one in life.paused) else Side.SALES


def totals(booked: Iterable[Booked]) -> dict[Side, timedelta]:
    """How much time each side had in all, those with none too."""
    sums = dict.fromkeys(Side, timedelta())
    for one in booked:
        sums[one.side] += one.length
    return sums


@dataclass(frozen=True, slots=True)
class OfSide:
    """What one side had of the time of many leads: in all, as a share of 1, and in the middle where it had any."""

    side: Side
    total: timedelta
    share: float
    median: timedelta | None
    leads: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Whose time it was, of so many leads that lived so long in all."""

    leads: int
    total: timedelta
    sides: tuple[OfSide, ...]


def sides(lives: Sequence[Mapping[Side, timedelta]]) -> Sides:
    """The sums of these lives; those of the four sides add up to the whole."""
    total = sum((sum(life.values(), timedelta()) for life in lives), timedelta())
    return Sides(len(lives), total, tuple(_of(side, lives, total) for side in Side))


def _of(side: Side, lives: Sequence[Mapping[Side, timedelta]], total: timedelta) -> OfSide:
    had = [life[side] for life in lives if life[side]]
    sum_of = sum(had, timedelta())
    middle = timedelta(seconds=median(one.total_seconds() for one in had)) if had else None
    return OfSide(side, sum_of, sum_of / total if total else 0.0, middle, len(had))
