"""A handoff brought from one state to the next, with the clock that goes with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.business_time import due, opening_after
from bot.domain.deciding.telling import asked, told_marketing
from bot.domain.escalation import Anchors, after_firing, made_up, rung_after
from bot.domain.handoff import Agreement, Change, Handoff, Notice, State, Target
from bot.domain.lead import Stage

S = State
NOTHING: Mapping[str, Any] = {}


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
    team = target.team if target else handoff.team
    nobody_left = target is None or target.nobody_left
    waiting = handoff.model_copy(
        update={
            "state": S.WAITING,
            "team": team,
            "owner": agreement.team(team).manager,
            "ask_manager": nobody_left,
            "due_at": opening_after(agreement.calendar(team), now),
            "step": handoff.step + 1,
            "offered_at": None,
            "clock_from": None,
            "recycle_from": None,
            "deadline_at": None,
            "accepted_at": None,
            "decided_at": None,
            "decided_by": None,
            "undo": None,
            "owner_gone": False,
        }
    )
    asked_before = handoff.state is S.WAITING and handoff.ask_manager
    return waiting, asked(waiting, agreement) if nobody_left and not asked_before else ()


def offered(handoff: Handoff, rep: str, team: str, agreement: Agreement, now: datetime) -> Handoff:
    offered = handoff.model_copy(
        update={
            "state": S.OFFERED,
            "owner": rep,
            "team": team,
            "offered_at": now,
            "turn": handoff.turn + 1,
            "first_offered_at": handoff.first_offered_at or now,
            "recycle_from": handoff.recycle_from or now,
            "accepted_at": None,
            "decided_at": None,
            "decided_by": None,
            "undo": None,
            "ask_manager": False,
            "owner_gone": False,
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
        }
    )
    return started(accepted, agreement, now)


def started(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    clock, calendar = agreement.clock(handoff), agreement.calendar(handoff.team)
    first = rung_after(clock, calendar, Anchors(now, handoff.recycle_from or now), 0)
    return handoff.model_copy(
        update={
            "clock_from": now,
            "step": 0,
            "deadline_at": due(calendar, clock.within, now),
            "due_at": first.at,
        }
    )


def downtime_made_up(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    """Downtime is nobody's time: it does not bring the way back to marketing nearer."""
    if handoff.recycle_from is None or handoff.due_at is None:
        return handoff
    clock, calendar = agreement.clock(handoff), agreement.calendar(handoff.team)
    first = made_up(clock, calendar, handoff.recycle_from, handoff.due_at, now)
    return handoff.model_copy(update={"recycle_from": first})


def stepped(handoff: Handoff, agreement: Agreement, now: datetime) -> Handoff:
    anchors, coming = after_firing(
        agreement.clock(handoff),
        agreement.calendar(handoff.team),
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


def followed_up(handoff: Handoff, now: datetime) -> Handoff:
    if handoff.followed_up_at:
        return handoff
    return handoff.model_copy(update={"followed_up_at": now, "due_at": None, "undo": None})


def closed(handoff: Handoff, state: State, now: datetime) -> Handoff:
    return handoff.model_copy(update={"state": state, "closed_at": now, "due_at": None, "undo": None})


CLOCK = ("state", "owner", "clock_from", "recycle_from", "deadline_at", "due_at", "step", "turn")


def remembered(handoff: Handoff) -> Mapping[str, Any]:
    """What an undo puts back."""
    return handoff.model_dump(mode="json", include=set(CLOCK))


def anchors_of(handoff: Handoff) -> Anchors:
    start_of_clock = handoff.clock_from or handoff.created_at
    return Anchors(start_of_clock, handoff.recycle_from or start_of_clock)
