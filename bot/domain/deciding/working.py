"""What happens once a rep has the lead: follow-ups, waiting for the prospect, and outcomes."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from bot.domain.authority import refused
from bot.domain.business_time import business_seconds, due, opening_of
from bot.domain.calendars import Calendar
from bot.domain.deciding.states import anchors_of, closed, followed_up, resumed
from bot.domain.durations import Duration
from bot.domain.escalation import Anchors, promised_at, rung_after
from bot.domain.handoff import (
    BATON,
    Agreement,
    Change,
    Event,
    Handoff,
    Notice,
    Refusal,
    State,
    moment,
    what_happened,
)
from bot.domain.promises import Clock
from bot.domain.touches import counts_as

E, S = Event, State
Span = tuple[datetime, datetime]


def follow_up(
    handoff: Handoff, by: str, agreement: Agreement, now: datetime, *, came: str = "reached"
) -> Change | Refusal:
    """Ends the clock once all is done that was promised: the first touch, or so many attempts to reach the lead.

    An automatic reply stops nothing. Whoever logs anything else waits for the prospect no longer.
    """
    if refusal := refused(handoff, E.FOLLOW_UP, by, agreement):
        return refusal
    counts = counts_as(came)
    if counts == "nothing":
        return Change(handoff, "logged", by, {"came": came})
    if not handoff.is_open:
        return Change(handoff, "followed up", by, {"came": came})
    running = resumed(handoff, agreement, now) if handoff.paused_at else handoff
    tried = running.model_copy(update={"attempts": running.attempts + 1, "undo": None})
    promised = agreement.promises.attempts(handoff.sla)
    why = {"came": came, "attempt": tried.attempts}
    if promised is None or counts == "reached" or tried.attempts >= promised.count:
        return Change(followed_up(tried, now), "followed up", by, why)
    return Change(_trying(tried, agreement, now), "attempted", by, why)


def _trying(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """From the first touch on, the clock of the attempts runs: it began when the lead was accepted.

    A touch that comes when all attempts should have been made begins a fresh ladder; it stays overdue.
    """
    if handoff.touched_at:
        return handoff
    touched = handoff.model_copy(update={"touched_at": now})
    clock, hours, anchors = agreement.clock(touched), agreement.hours(touched), anchors_of(touched)
    deadline = promised_at(clock, hours, anchors)
    climbed = _climbed(clock, hours, anchors, now) if deadline > now else None
    if climbed is None:
        anchors = anchors_of(touched.model_copy(update={"clock_from": now}))
    step, due_at = climbed or (0, rung_after(clock, hours, anchors, 0).at)
    return touched.model_copy(
        update={"deadline_at": deadline, "clock_from": anchors.start, "step": step, "due_at": due_at}
    )


def _climbed(clock: Clock, hours: Calendar, anchors: Anchors, now: datetime) -> tuple[int, datetime] | None:
    """How many rungs lie behind by now, and when the next comes; None where one would send the lead back at once."""
    for step in count():
        coming = rung_after(clock, hours, anchors, step)
        if coming.at > now:
            return step, coming.at
        if coming.rung.do == "recycle":
            return None
    return None


def outcome(handoff: Handoff, kind: str, now: datetime, by: str = BATON) -> Change | None:
    """What sales reached counts as the answer: it ends the clock, and an offer nobody answered."""
    why = {"outcome": kind}
    if handoff.state is S.ACCEPTED:
        told = "followed up" if handoff.is_open else "outcome"
        return Change(followed_up(handoff, now), told, by, why)
    if not handoff.is_open:
        return None
    if handoff.state is S.OFFERED and kind != "lost":
        taken = handoff.model_copy(
            update={
                "state": S.ACCEPTED,
                "accepted_at": now,
                "decided_at": now,
                "decided_by": handoff.owner,
            }
        )
        return Change(followed_up(taken, now), "accepted", by, why, offer_ended="accepted")
    return Change(closed(handoff, S.WITHDRAWN, now), "withdrawn", by, why, offer_ended="withdrawn")


def report(handoff: Handoff, kind: str, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """What became of an accepted lead, however long ago it was accepted, as whoever has it tells."""
    if refusal := untold(handoff) or refused(handoff, E.OUTCOME, by, agreement):
        return refusal
    return outcome(handoff, kind, now, by) or Refusal(what_happened(handoff))


def untold(handoff: Handoff) -> Refusal | None:
    """Why nobody can tell what became of a lead, or None: it has to be accepted first."""
    return None if handoff.state is S.ACCEPTED else Refusal(what_happened(handoff))


def pause(
    handoff: Handoff, by: str, until: datetime, agreement: Agreement, now: datetime, *, waited: Sequence[Span] = ()
) -> Change | Refusal:
    """The clock stands still while the rep waits for the prospect, in all no longer than was agreed.

    `waited` is when it stood still before, since the lead was accepted.
    """
    if refusal := refused(handoff, E.PAUSE, by, agreement):
        return refusal
    if refusal := cannot_wait(handoff):
        return refusal
    limit = agreement.promises.pause(handoff.sla)
    longest = longest_wait(agreement.hours(handoff), limit, now, waited)
    if longest is None:
        return Refusal(f"This lead has waited for the prospect as long as was agreed, {limit} in all.")
    if not now < until <= longest:
        return Refusal(f"Choose a time between now and {moment(longest)}: that is the longest that was agreed.")
    stopped = handoff.model_copy(update={"paused_at": now, "paused_until": until, "due_at": until, "undo": None})
    return Change(stopped, "paused", by, {"until": until.isoformat()})


def cannot_wait(handoff: Handoff) -> Refusal | None:
    """Why nobody can wait with an accepted lead, or None."""
    if not handoff.is_open:
        return Refusal("No clock runs on this lead any more.")
    return Refusal("The clock of this lead stands still already.") if handoff.paused_at else None


def longest_wait(hours: Calendar, limit: Duration, now: datetime, waited: Sequence[Span]) -> datetime | None:
    """Until when the clock may stand still from now; None when nothing is left of what was agreed."""
    longest = due(hours, limit, now)
    if not waited:
        return longest
    left = _length(hours, limit, (now, longest)) - sum(_length(hours, limit, span) for span in waited)
    counted = Duration("wall" if limit.kind == "wall" else "business", round(left))
    return due(hours, counted, now) if counted.amount >= SHORTEST else None


SHORTEST = 60
"""Seconds; nobody waits for less."""


def _length(hours: Calendar, limit: Duration, span: Span) -> float:
    start, end = span
    return (end - start).total_seconds() if limit.kind == "wall" else business_seconds(hours, start, end)


def morning_of(day: date, calendar: Calendar) -> datetime:
    """When the shift of that day begins; where nobody works on it, that of the next one."""
    return opening_of(calendar, day)


def resume(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The clock goes on from where it stood."""
    if refusal := refused(handoff, E.RESUME, by, agreement):
        return refusal
    if not handoff.paused_at:
        return Refusal("The clock of this lead is running.")
    return Change(resumed(handoff, agreement, now), "resumed", by)


def wait_is_over(handoff: Handoff, agreement: Agreement, now: datetime) -> Change:
    """The day came until which the rep waited: the clock goes on by itself, and they are told."""
    which = {"turn": handoff.turn, "step": f"wait {handoff.paused_at:%Y-%m-%dT%H:%M:%S}"}
    told = (Notice("resumed", handoff.owner or "", which),)
    return Change(resumed(handoff, agreement, now), "resumed", BATON, {"until": "over"}, notices=told)
