"""A handoff brought from one state to the next, with the clock that goes with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.business_time import due, next_day_opens, opening_after
from bot.domain.calendars import Calendar
from bot.domain.deciding.telling import asked, told_marketing
from bot.domain.escalation import (
    MOMENT,
    Anchors,
    after_firing,
    made_up,
    moved_by,
    rings_at,
    rung_after,
    shifted,
    silent,
)
from bot.domain.handoff import Agreement, Change, Handoff, Notice, State, Target
from bot.domain.lead import Stage

S = State
NOTHING: Mapping[str, Any] = {}
NO_WORK: Mapping[str, Any] = {
    "pooled_at": None,
    "touched_at": None,
    "attempts": 0,
    "paused_at": None,
    "paused_until": None,
}
"""Whoever gets the lead starts from nothing."""
NO_ANSWER: Mapping[str, Any] = {
    **dict.fromkeys(("accepted_at", "decided_at", "decided_by", "undo")),
    "owner_gone": False,
    **NO_WORK,
}
"""Nobody has said anything yet."""
NO_CLOCK: Mapping[str, Any] = {"due_at": None, "undo": None, "paused_at": None, "paused_until": None}


def as_sql(
    taken: Handoff, what: str, by: str, agreement: Agreement, why: Mapping[str, Any] = NOTHING, ended: str | None = None
) -> Change:
    notices = told_marketing("accepted", agreement, turn=taken.turn)
    return Change(taken, what, by, why, offer_ended=ended, stage=Stage.SQL, notices=notices)


def offered_rep(handoff: Handoff) -> str | None:
    return handoff.owner if handoff.state is S.OFFERED else None


def sent(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime
) -> tuple[Handoff, tuple[Notice, ...]]:
    """Offered to the rep that was found; else waiting, and the manager is asked where no opening will bring a rep."""
    if target and target.rep:
        return offered(handoff, target.rep, target.team, agreement, now), ()
    if target and target.pooled:
        return pooled(in_team(handoff, target.team, agreement), agreement, now), ()
    team = target.team if target else handoff.team
    nobody_left = target is None or target.nobody_left
    calendar = agreement.calendar(team)
    opens_at = (target and target.opens_at) or opening_after(calendar, now)
    if nobody_left:
        tomorrow = next_day_opens(calendar, now)
        opens_at = min((target and target.opens_at) or tomorrow, tomorrow)
    waiting = in_team(handoff, team, agreement).model_copy(
        update={
            "state": S.WAITING,
            "owner": agreement.team(team).manager,
            "ask_manager": nobody_left,
            "due_at": opens_at,
            "step": handoff.step + 1,
            "offered_at": None,
            "clock_from": None,
            "recycle_from": None,
            "deadline_at": None,
            **NO_ANSWER,
        }
    )
    return waiting, asked(waiting, agreement) if nobody_left and not _asked_today(handoff, calendar) else ()


def _asked_today(handoff: Handoff, calendar: Calendar) -> bool:
    """Whether the manager knows already that nobody is left, and this is not the opening of another working day."""
    if handoff.state is not S.WAITING or not handoff.ask_manager or handoff.due_at is None:
        return False
    return next_day_opens(calendar, handoff.due_at - MOMENT) != handoff.due_at


def in_team(handoff: Handoff, team: str, agreement: Agreement) -> Handoff:
    """With this team; where it is another one, what it promises holds from now on."""
    if team == handoff.team:
        return handoff
    promises, path = agreement.promises, agreement.promises.path(handoff.path)
    sla = promises.sla_of(path, handoff.segment, team) if path else handoff.sla
    return handoff.model_copy(update={"team": team, "sla": sla})


def pooled(handoff: Handoff, agreement: Agreement, now: datetime, *, anew: bool = True) -> Handoff:
    """Open to every rep of the team, and the manager's until one takes it; its clock starts `anew`, or goes on."""
    opened = handoff.model_copy(
        update={
            "state": S.WAITING,
            "owner": agreement.team(handoff.team).manager,
            "turn": handoff.turn + 1,
            "first_offered_at": handoff.first_offered_at or now,
            "recycle_from": handoff.recycle_from or now,
            "ask_manager": False,
            **NO_ANSWER,
            "pooled_at": now,
        }
    )
    return started(opened, agreement, now) if anew else opened


def offered(handoff: Handoff, rep: str, team: str, agreement: Agreement, now: datetime) -> Handoff:
    offered = in_team(handoff, team, agreement).model_copy(
        update={
            "state": S.OFFERED,
            "owner": rep,
            "offered_at": now,
            "turn": handoff.turn + 1,
            "first_offered_at": handoff.first_offered_at or now,
            "recycle_from": handoff.recycle_from or now,
            "ask_manager": False,
            **NO_ANSWER,
        }
    )
    return started(offered, agreement, now)


def accepted(handoff: Handoff, owner: str, by: str, agreement: Agreement, now: datetime) -> Handoff:
    accepted = handoff.model_copy(
        update={
            "state": S.ACCEPTED,
            "owner": owner,
            "accepted_at": now,
            "decided_at": now,
            "decided_by": by,
            "undo": remembered(handoff),
            "turn": handoff.turn + 1,
            "recycle_from": None,
            "ask_manager": False,
            **NO_WORK,
        }
    )
    return started(accepted, agreement, now)


def started(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    clock, calendar = agreement.clock(handoff), agreement.hours(handoff)
    begun = {"clock_from": now, "step": 0, "deadline_at": due(calendar, clock.within, now)}
    started = handoff.model_copy(update=begun)
    return started.model_copy(update={"due_at": rung_after(clock, calendar, anchors_of(started), 0).at})


def downtime_made_up(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """Downtime is nobody's time: it does not bring the way back to marketing nearer."""
    if handoff.recycle_from is None or handoff.due_at is None:
        return handoff
    clock, calendar = agreement.clock(handoff), agreement.hours(handoff)
    first = made_up(clock, calendar, handoff.recycle_from, handoff.due_at, now)
    return handoff.model_copy(update={"recycle_from": first})


def stepped(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    anchors, coming = after_firing(
        agreement.clock(handoff),
        agreement.hours(handoff),
        anchors_of(handoff),
        handoff.step + 1,
        handoff.due_at or now,
        now,
    )
    return handoff.model_copy(
        update={
            "step": handoff.step + 1,
            "due_at": coming.at,
            "clock_from": anchors.start,
            "recycle_from": handoff.recycle_from and anchors.first,
        }
    )


def spaced(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """Once nobody hears of it any more, it is written down no more than once a working day."""
    clock, hours = agreement.clock(handoff), agreement.hours(handoff)
    step, coming = silent(clock, hours, anchors_of(handoff), handoff.step, now)
    return handoff.model_copy(update={"step": step, "due_at": max(coming.at, handoff.due_at or now)})


def extended(handoff: Handoff, until: datetime, agreement: Agreement, now: datetime) -> Handoff:
    """All that is still to come moves by as much as the deadline does."""
    moved = _moved(handoff, agreement, handoff.deadline_at or now, until, now)
    return moved.model_copy(update={"deadline_at": until})


def resumed(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """What was left when the clock was stopped is left now."""
    clock, hours = agreement.clock(handoff), agreement.hours(handoff)
    stopped = handoff.paused_at or now
    deadline = handoff.deadline_at and moved_by(clock, hours, handoff.deadline_at, stopped, now)
    moved = _moved(handoff, agreement, stopped, now, now)
    return moved.model_copy(update={"deadline_at": deadline, "paused_at": None, "paused_until": None})


def _moved(handoff: Handoff, agreement: Agreement, since: datetime, until: datetime, now: datetime) -> Handoff:
    """The rungs to come, later by the time between two instants; what is overdue all the same waits for the opening."""
    clock, hours = agreement.clock(handoff), agreement.hours(handoff)
    anchors = shifted(clock, hours, anchors_of(handoff), since, until)
    coming = rung_after(clock, hours, anchors, handoff.step)
    return handoff.model_copy(
        update={
            "clock_from": anchors.start,
            "recycle_from": handoff.recycle_from and anchors.first,
            "due_at": rings_at(hours, max(coming.at, now)),
        }
    )


def followed_up(handoff: Handoff, now: datetime) -> Handoff:
    if handoff.followed_up_at:
        return handoff
    touched = {"touched_at": handoff.touched_at or now, "followed_up_at": now}
    return handoff.model_copy(update={**touched, **NO_CLOCK})


def closed(handoff: Handoff, state: State, now: datetime) -> Handoff:
    return handoff.model_copy(update={"state": state, "closed_at": now, **NO_CLOCK})


CLOCK = ("state", "owner", "clock_from", "recycle_from", "deadline_at", "due_at", "step", "turn", "pooled_at")


def remembered(handoff: Handoff) -> Mapping[str, Any]:
    """What an undo puts back."""
    return handoff.model_dump(mode="json", include=set(CLOCK))


def anchors_of(handoff: Handoff) -> Anchors:
    start_of_clock = handoff.clock_from or handoff.created_at
    first = handoff.recycle_from or start_of_clock
    told = (handoff.accepted_at,) if handoff.state is S.ACCEPTED else (handoff.pooled_at, handoff.offered_at)
    began = _last_before(start_of_clock, *told)
    first_began = began if handoff.recycle_from is None else _last_before(first, *told, handoff.first_offered_at)
    return Anchors(start_of_clock, first, began, first_began)


def _last_before(anchor: datetime, *moments: datetime | None) -> datetime:
    """From when it counted before it was moved on."""
    return max((at for at in moments if at and at <= anchor), default=anchor)
