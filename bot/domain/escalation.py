"""The ladder: which rung comes next, and when.

A clock starts when an offer (or an acceptance) commits. Every rung counts from there, but for `recycle`, which counts
from the first offer, so that no chain of reassignments keeps a lead from marketing for ever. An acceptance, or waiting
for a rep, ends the chain: the next offer is a first one again.

No rung rings outside the hours of its clock: one that would waits for the next opening, and what would have followed it
there keeps its distance.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.business_time import business_seconds, due, next_day_opens, opened_or_opens
from bot.domain.durations import Duration
from bot.domain.policy import Calendar
from bot.domain.promises import Clock, Rung

LATE = timedelta(seconds=60)
"""A rung fired later than this was held up by downtime: what follows counts from now."""


MOMENT = timedelta(microseconds=1)
LENGTHS = ("wall", "business")
"""Promises that are as long whenever they are made."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """From when the rungs count: most from `start`, `recycle` from `first`.

    Where those were moved, `began` and `first_began` are where they stood: a promised day is as long as it was then.
    """

    start: datetime
    first: datetime
    began: datetime | None = None
    first_began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Next:
    at: datetime
    rung: Rung


def rung_after(clock: Clock, calendar: Calendar, anchors: Anchors, fired: int) -> Next:
    """The rung that comes when `fired` have, and when it rings; the last repeats each further 100 %."""
    counted = _counted(clock, calendar, anchors, fired)
    return Next(rings_at(calendar, counted.at), counted.rung)


def rings_at(calendar: Calendar, at: datetime) -> datetime:
    """The instant itself where the calendar is open, or closes at it; else the next opening."""
    return max(at, opened_or_opens(calendar, at - MOMENT))


def _counted(clock: Clock, calendar: Calendar, anchors: Anchors, fired: int) -> Next:
    """The same by the promise alone, at whatever hour: `recycle` as soon as its own time has come, for it ends all."""
    ends = [_next(clock, calendar, anchors, rung, rung.at) for rung in clock.ladder if rung.do == "recycle"]
    end = min(ends, key=lambda one: one.at, default=None)
    others = sorted((rung for rung in clock.ladder if rung.do != "recycle"), key=lambda rung: rung.at)
    if end and fired >= len(others):
        return end
    again = max(0, fired - len(others) + 1)
    rung = others[min(fired, len(others) - 1)]
    coming = _next(clock, calendar, anchors, rung, rung.at + 100 * again)
    return end if end and end.at <= coming.at else coming


def _next(clock: Clock, calendar: Calendar, anchors: Anchors, rung: Rung, share: int) -> Next:
    recycles = rung.do == "recycle"
    start, began = (anchors.first, anchors.first_began) if recycles else (anchors.start, anchors.began)
    return Next(_promised(clock, calendar, start, began, share), rung)


def promised_at(clock: Clock, calendar: Calendar, anchors: Anchors) -> datetime:
    """When all of the promised time has passed, at whatever hour."""
    return _promised(clock, calendar, anchors.start, anchors.began, 100)


def _promised(clock: Clock, calendar: Calendar, start: datetime, began: datetime | None, share: int) -> datetime:
    if began is None or began >= start or clock.within.kind in LENGTHS:
        return due(calendar, clock.within, start, share)
    return moved_by(clock, calendar, due(calendar, clock.within, began, share), began, start)


def is_silent(clock: Clock, fired: int) -> bool:
    """Whether the rung that comes when so many have repeats the last one more often than was agreed."""
    return clock.repeats is not None and fired - len(clock.ladder) + 1 > clock.repeats


def silent(clock: Clock, calendar: Calendar, anchors: Anchors, fired: int, now: datetime) -> tuple[int, Next]:
    """Of repetitions that nobody hears of, the next to be written down: one a working day, at its opening."""
    tomorrow = next_day_opens(calendar, now)

    def counts(number: int) -> bool:
        return _counted(clock, calendar, anchors, number).at >= tomorrow

    within = 1
    while not counts(fired + within):
        within *= 2
    number = bisect_left(range(fired, fired + within), True, key=counts) + fired
    coming = rung_after(clock, calendar, anchors, number)
    return number, coming if number == fired else Next(tomorrow, coming.rung)


def after_firing(
    clock: Clock, calendar: Calendar, anchors: Anchors, fired: int, due_at: datetime, now: datetime
) -> tuple[Anchors, Next]:
    """The rung after the one just fired, and the anchors it counts from: those move when downtime held that one up.

    What would have come by now all the same, as after quiet hours, comes as long after it as the two lie apart.
    """
    moved = anchors
    if now - due_at > LATE:
        moved = shifted(clock, calendar, anchors, due_at, now)
    coming = rung_after(clock, calendar, moved, fired)
    if coming.at > now:
        return moved, coming
    before, after = (_counted(clock, calendar, anchors, number).at for number in (fired - 1, fired))
    return moved, Next(rings_at(calendar, moved_by(clock, calendar, now, before, after)), coming.rung)


def shifted(clock: Clock, calendar: Calendar, anchors: Anchors, since: datetime, until: datetime) -> Anchors:
    """All that is still to come moves by the time between two instants."""
    start, first = (moved_by(clock, calendar, anchor, since, until) for anchor in (anchors.start, anchors.first))
    return replace(anchors, start=start, first=first)


def made_up(clock: Clock, calendar: Calendar, anchor: datetime, due_at: datetime, now: datetime) -> datetime:
    """The anchor, moved by as much as downtime held up a rung that was due."""
    return moved_by(clock, calendar, anchor, due_at, now) if now - due_at > LATE else anchor


def moved_by(clock: Clock, calendar: Calendar, anchor: datetime, since: datetime, until: datetime) -> datetime:
    """An instant moved on by the time between two others, as this clock counts it."""
    if clock.within.kind == "wall":
        return anchor + (until - since)
    lost = round(business_seconds(calendar, since, until))
    return due(calendar, Duration("business", lost), anchor) if lost else anchor
