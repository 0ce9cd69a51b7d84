"""How a deadline was counted: which hours counted, which did not and why, and what moved it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from bot.domain.business_time import due, opened_or_opens
from bot.domain.calendars import Calendar
from bot.domain.deciding.states import anchors_of
from bot.domain.durations import Duration
from bot.domain.escalation import moved_by
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.promises import Clock
from bot.domain.references import ClockHours
from bot.domain.timelines import A_DAY, Timeline, timeline

NOTHING, AN_INSTANT = timedelta(), timedelta.resolution
MOVES = ("paused", "resumed", "extended")
"""What history calls the events that stop or move a clock."""


@dataclass(frozen=True, slots=True)
class Event:
    """What history says of one moment of the handoff."""

    at: datetime
    what: str
    who: str
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that counted, in whole; two of one `day` have a break between them."""

    day: date
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days in a row on which nobody works: a holiday by its name, else `closed`; None where a weekday has no hours."""

    first: date
    last: date
    name: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still; `until` is None while it does."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Extension:
    """Somebody moved the deadline."""

    by: str
    was: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A deadline and its sum: the parts that counted are together as long as promise and extensions."""

    promised: Duration
    hours: ClockHours
    calendar: Calendar
    start: datetime
    deadline: datetime
    parts: tuple[Part, ...]
    days_off: tuple[DaysOff, ...]
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    next_day: date | None
    """The working day that a promise for the same business day means, where that of its start was too late."""
    as_counted_now: datetime
    """Where the deadline would be by the hours that are agreed now."""

    @property
    def counted(self) -> timedelta:
        return sum((part.length for part in self.parts), NOTHING)

    @property
    def still_holds(self) -> bool:
        """Whether the hours agreed now lead to this deadline; else they have changed since it was set."""
        return abs(self.as_counted_now - self.deadline) < timedelta(seconds=1)


def reckoned(handoff: Handoff, agreement: Agreement, events: Iterable[Event]) -> Reckoning | None:
    """How the deadline of the clock that runs was counted; None when none runs."""
    start = handoff.accepted_at if handoff.state is State.ACCEPTED else anchors_of(handoff).began
    if not handoff.is_open or handoff.deadline_at is None or start is None:
        return None
    clock = agreement.clock(handoff)
    calendar = agreement.hours(handoff)
    since = [one for one in events if one.at >= start]
    pauses, extensions, told = _moved(clock, calendar, start, since)
    line, wall = timeline(calendar), clock.within.kind == "wall"
    deadline = handoff.deadline_at
    parts = (Part(_local(line, start), start, deadline),) if wall else tuple(_open(line, start, deadline))
    return Reckoning(
        clock.within,
        clock.hours or "team",
        calendar,
        start,
        deadline,
        tuple(_without(pauses, parts, deadline)),
        () if wall else tuple(_days_off(line, start, deadline, parts)),
        pauses,
        extensions,
        _next_day(line, clock.within, start),
        told,
    )


def _moved(
    clock: Clock, calendar: Calendar, start: datetime, events: Iterable[Event]
) -> tuple[tuple[Pause, ...], tuple[Extension, ...], datetime]:
    """What stopped or moved the clock since its start, and the deadline that follows."""
    deadline = due(calendar, clock.within, start)
    pauses: list[Pause] = []
    extensions: list[Extension] = []
    for event in events:
        if event.what == "paused":
            pauses.append(Pause(event.at, None))
        elif event.what == "resumed" and pauses and pauses[-1].until is None:
            pauses[-1] = Pause(pauses[-1].since, event.at)
            deadline = moved_by(clock, calendar, deadline, pauses[-1].since, event.at)
        elif event.what == "extended" and (until := _instant(event.why.get("until"))):
            extensions.append(Extension(event.who, deadline, until))
            deadline = until
    return tuple(pauses), tuple(extensions), deadline


def _instant(written: object) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if isinstance(written, str) else None


def _open(line: Timeline, start: datetime, end: datetime) -> Iterator[Part]:
    for day, opens, closes in line.stretches(start):
        if opens >= end:
            return
        yield Part(day, max(opens, start), min(closes, end))


def _without(pauses: Iterable[Pause], parts: Iterable[Part], end: datetime) -> Iterator[Part]:
    """The parts but for what lies in a pause."""
    still = sorted((one.since, one.until or end) for one in pauses)
    for part in parts:
        edges = [part.since, *(edge for pause in still for edge in pause if part.since < edge < part.until), part.until]
        for since, until in pairwise(edges):
            if since < until and not any(began <= since and until <= ended for began, ended in still):
                yield Part(part.day, since, until)


def _days_off(line: Timeline, start: datetime, end: datetime, parts: Iterable[Part]) -> Iterator[DaysOff]:
    """Days of which nothing counted, from that of the start to that of the end; those in a row with one name."""
    first, last = _local(line, start), _local(line, max(start, end - AN_INSTANT))
    days = [first + number * A_DAY for number in range((last - first).days + 1)]
    worked = {day for part in parts for day in (_local(line, part.since), _local(line, part.until - AN_INSTANT))}
    week = line.calendar.week
    names = {
        day: line.year(day.year).off.get(day) if week[day.weekday()] else None
        for day in days
        if day not in worked and line.working_day(day - A_DAY, 1) != day
    }
    numbered = enumerate(sorted(names))
    for _, run in groupby(numbered, key=lambda one: (one[1] - one[0] * A_DAY, names[one[1]])):
        off = [day for _, day in run]
        yield DaysOff(off[0], off[-1], names[off[0]])


def _next_day(line: Timeline, promised: Duration, start: datetime) -> date | None:
    if promised.kind != "same business day":
        return None
    begins = opened_or_opens(line.calendar, start)
    day = next(line.stretches(begins)).day
    cut_off = line.cut_off(day)
    return line.working_day(day, 1) if cut_off and start >= cut_off else None


def _local(line: Timeline, at: datetime) -> date:
    return at.astimezone(line.zone).date()
