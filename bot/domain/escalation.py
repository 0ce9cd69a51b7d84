"""The ladder: which rung comes next, and when.

A clock starts when an offer (or an acceptance) commits. Every rung counts from there, but for `recycle`, which counts
from the first offer, so that no chain of reassignments keeps a lead from marketing for ever. An acceptance, or waiting
for a rep, ends the chain: the next offer is a first one again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.business_time import business_seconds, due
from bot.domain.durations import Duration
from bot.domain.policy import Calendar
from bot.domain.promises import Clock, Rung

LATE = timedelta(seconds=60)
"""A rung fired later than this was held up by downtime: what follows counts from now."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """From when the rungs count: most from `start`, `recycle` from `first`."""

    start: datetime
    first: datetime


@dataclass(frozen=True, slots=True)
class Next:
    at: datetime
    rung: Rung


def rung_after(clock: Clock, calendar: Calendar, anchors: Anchors, fired: int) -> Next:
    """The rung that comes when `fired` have; the last repeats each further 100 %."""
    timed = sorted(
        (Next(_instant(clock, calendar, anchors, rung, rung.at), rung) for rung in clock.ladder),
        key=lambda step: (step.at, step.rung.do != "recycle"),
    )
    if fired < len(timed):
        return timed[fired]
    last = max(clock.ladder, key=lambda rung: rung.at)
    share = last.at + 100 * (fired - len(timed) + 1)
    return Next(_instant(clock, calendar, anchors, last, share), last)


def _instant(clock: Clock, calendar: Calendar, anchors: Anchors, rung: Rung, share: int) -> datetime:
    return due(calendar, clock.within, anchors.first if rung.do == "recycle" else anchors.start, share)


def after_firing(
    clock: Clock, calendar: Calendar, anchors: Anchors, fired: int, due_at: datetime, now: datetime
) -> tuple[Anchors, Next]:
    """The rung after the one just fired, and the anchors it counts from."""
    coming = rung_after(clock, calendar, anchors, fired)
    if now - due_at <= LATE and coming.at > now:
        return anchors, coming
    moved = Anchors(*(moved_by(clock, calendar, anchor, due_at, now) for anchor in (anchors.start, anchors.first)))
    return moved, rung_after(clock, calendar, moved, fired)


def made_up(clock: Clock, calendar: Calendar, anchor: datetime, due_at: datetime, now: datetime) -> datetime:
    """The anchor, moved by as much as downtime held up a rung that was due."""
    return moved_by(clock, calendar, anchor, due_at, now) if now - due_at > LATE else anchor


def moved_by(clock: Clock, calendar: Calendar, anchor: datetime, since: datetime, until: datetime) -> datetime:
    """An instant moved on by the time between two others, as this clock counts it."""
    if clock.within.kind == "wall":
        return anchor + (until - since)
    lost = round(business_seconds(calendar, since, until))
    return due(calendar, Duration("business", lost), anchor) if lost else anchor
