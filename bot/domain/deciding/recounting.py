"""A clock that runs, counted anew by the promises of a later policy.

It still began when it began: only how long it may run, by which hours, and what rings when, changes. Rungs that have
rung do not ring again. What is overdue by the new promise takes one step, within working hours, and what follows keeps
its distance.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from bot.domain.business_time import due, opened_or_opens
from bot.domain.deciding.states import NO_WORK, anchors_of, followed_up, remembered
from bot.domain.escalation import rung_after
from bot.domain.handoff import BATON, Agreement, Change, Handoff, State
from bot.domain.policy import Calendar
from bot.domain.promises import Clock, Rung


def recount(handoff: Handoff, before: Agreement, after: Agreement, version: int, now: datetime) -> Change:
    """From `before` to the promises of `after`, which are those of this version; history keeps both."""
    moved = counted_anew(handoff, before, after, now)
    undo = _remembered_anew(handoff, before, after, now) if handoff.undo and moved.is_open else moved.undo
    why = {
        "from_version": handoff.clock_version or handoff.policy_version,
        "to_version": version,
        "deadline_was": _written(handoff.deadline_at),
        "deadline": _written(moved.deadline_at),
        "due_was": _written(handoff.due_at),
        "due_at": _written(moved.due_at),
    }
    return Change(moved.model_copy(update={"clock_version": version, "undo": undo}), "clock recomputed", BATON, why=why)


def counted_anew(handoff: Handoff, before: Agreement, after: Agreement, now: datetime) -> Handoff:
    """The handoff with deadline, step and next rung by the new promises; as it is where no clock runs."""
    old, new = before.clock(handoff), after.clock(handoff)
    hours, was = after.hours(handoff), before.hours(handoff)
    attempts = after.promises.attempts(handoff.sla)
    done = handoff.touched_at and (attempts is None or handoff.attempts >= attempts.count)
    if handoff.clock_from is None or ((old, was) == (new, hours) and not done):
        return handoff
    deadline = due(hours, new.within, _promised_from(handoff, old, was))
    if done:
        return followed_up(
            handoff.model_copy(update={"deadline_at": deadline}), now if attempts else handoff.touched_at or now
        )
    step = _rung_by_now(handoff, (old, was), (new, hours))
    counted = handoff.model_copy(update={"deadline_at": deadline, "step": step})
    if handoff.paused_at or handoff.owner_gone:
        return counted
    coming = rung_after(new, hours, anchors_of(handoff), step).at
    return counted.model_copy(update={"due_at": coming if coming > now else opened_or_opens(hours, now)})


def _promised_from(handoff: Handoff, old: Clock, hours: Calendar) -> datetime:
    """From when the deadline counts: downtime moves what rings on, and no promise."""
    began = handoff.accepted_at if handoff.state is State.ACCEPTED else handoff.pooled_at or handoff.offered_at
    counted_from = handoff.clock_from or handoff.created_at
    kept = (at for at in (counted_from, began) if at and due(hours, old.within, at) == handoff.deadline_at)
    return next(kept, counted_from)


def _rung_by_now(handoff: Handoff, before: tuple[Clock, Calendar], after: tuple[Clock, Calendar]) -> int:
    """How many rungs of the new ladder have rung, or came before one that has: each old one stands for one like it."""
    (old, was), (new, hours) = before, after
    if old.ladder == new.ladder:
        return handoff.step
    rung = Counter(_kind(_nth(old, was, handoff, number)) for number in range(handoff.step))
    order = [_nth(new, hours, handoff, number) for number in range(len(new.ladder))]
    step, met = 0, Counter[tuple[str, str]]()
    for place, one in enumerate(order, 1):
        met[_kind(one)] += 1
        if met[_kind(one)] <= rung[_kind(one)]:
            step = place
    last = _kind(order[-1])
    repeated = max(rung[last] - met[last], 0) if step == len(order) else 0
    return step + repeated


def _nth(clock: Clock, hours: Calendar, handoff: Handoff, number: int) -> Rung:
    return rung_after(clock, hours, anchors_of(handoff), number).rung


def _kind(rung: Rung) -> tuple[str, str]:
    return rung.do, rung.to


def _remembered_anew(handoff: Handoff, before: Agreement, after: Agreement, now: datetime) -> Mapping[str, Any]:
    """What an undo would put back, counted by the same promises."""
    earlier = Handoff.model_validate({**handoff.model_dump(), **NO_WORK, **(handoff.undo or {}), "undo": None})
    return {**(handoff.undo or {}), **remembered(counted_anew(earlier, before, after, now))}


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


Direction = Literal["earlier", "later", "same", "done"]


def direction(before: Handoff, after: Handoff) -> Direction:
    """`earlier`, `later`, `same`, or `done` where nothing is promised any more; by the deadline, then the next rung."""
    if not after.is_open:
        return "done"
    was, becomes = _times(before), _times(after)
    return "same" if was == becomes else "earlier" if becomes < was else "later"


def _times(handoff: Handoff) -> tuple[datetime, datetime]:
    at = handoff.deadline_at or handoff.due_at or handoff.created_at
    return at, handoff.due_at or at
