"""What begins and what time alone brings about: the first offer, and each rung of the ladder."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.deciding.states import (
    anchors_of,
    closed,
    downtime_made_up,
    offered,
    offered_rep,
    pooled,
    sent,
    spaced,
    stepped,
)
from bot.domain.deciding.telling import escalated, mentioned, opened_to_all, reminded, taken_back, told_marketing
from bot.domain.deciding.working import wait_is_over
from bot.domain.escalation import is_silent, rung_after
from bot.domain.handoff import BATON, Agreement, Change, Handoff, State, Target
from bot.domain.lead import Stage
from bot.domain.promises import Rung, Step

S = State


def start(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime, why: Mapping[str, Any]
) -> Change:
    """A new handoff: offered to the rep routing found, else waiting for the team's next opening."""
    moved, notices = sent(handoff, target, agreement, now)
    return Change(moved, "handed over", BATON, why, offered_to=offered_rep(moved), notices=notices, stage=Stage.MQL)


def wants_rep(handoff: Handoff, agreement: Agreement) -> bool:
    """Whether what is due now is an offer to somebody else."""
    if handoff.state is S.WAITING and not handoff.is_pooled:
        return True
    return not handoff.paused_at and _due_rung(handoff, agreement).do == "reassign"


def deadline(handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime) -> Change:
    """One step of what the clock demands: offer what waits, or the next rung of the ladder."""
    if handoff.state is S.WAITING and not handoff.is_pooled:
        return _offered(handoff, target, agreement, now)
    if handoff.paused_at:
        return wait_is_over(handoff, agreement, now)
    rung = _due_rung(handoff, agreement)
    why = {"rung": f"{rung.at}%", "do": rung.do, "due_at": handoff.due_at and handoff.due_at.isoformat()}
    if rung.do == "recycle":
        return _ignored(handoff, agreement, now, why)
    reassigns = rung.do == "reassign" and target is not None
    if reassigns and target and target.rep and target.rep != handoff.owner:
        moved = offered(downtime_made_up(handoff, agreement, now), target.rep, target.team, agreement, now)
        told = taken_back(handoff)
        return Change(
            moved,
            "reassigned",
            BATON,
            why,
            offer_ended="missed",
            offered_to=target.rep,
            notices=told,
            stage=Stage.MQL,
        )
    opens = rung.do == "pool" or (reassigns and target and target.pooled)
    if opens and not handoff.is_pooled:
        return _opened_to_all(handoff, agreement, now, why)
    return _told(handoff, rung, agreement, now, why)


def _due_rung(handoff: Handoff, agreement: Agreement) -> Rung:
    return rung_after(agreement.clock(handoff), agreement.hours(handoff), anchors_of(handoff), handoff.step).rung


def _offered(handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime) -> Change:
    moved, notices = sent(handoff, target, agreement, now)
    what = "offered" if moved.state is S.OFFERED else "pooled" if moved.is_pooled else "still waiting"
    return Change(moved, what, BATON, offered_to=offered_rep(moved), notices=notices)


def _opened_to_all(handoff: Handoff, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    """The clock of an answer goes on; what was accepted and left alone is answered anew."""
    answered = handoff.state is S.ACCEPTED
    opened = pooled(handoff if answered else stepped(handoff, agreement, now), agreement, now, anew=answered)
    told = (*taken_back(handoff), *opened_to_all(opened, agreement))
    return Change(opened, "pooled", BATON, why, offer_ended="pooled", notices=told, stage=Stage.MQL)


TELLS: Mapping[Step, str] = {
    "remind": "reminded",
    "mention": "mentioned",
    "escalate": "escalated",
    "reassign": "escalated",
    "pool": "mentioned",
}
"""What a rung that moves nothing says: `reassign` with nobody left, and `pool` of what is open to all already."""


def _told(handoff: Handoff, rung: Rung, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    """Somebody hears of it, until the last rung has been repeated as often as was agreed; the clock goes on."""
    clock, after = agreement.clock(handoff), stepped(handoff, agreement, now)
    if is_silent(clock, after.step):
        after = spaced(after, agreement, now)
    if is_silent(clock, handoff.step):
        return Change(after, "still late", BATON, why)
    what = TELLS[rung.do]
    if what == "escalated":
        return Change(after, what, BATON, why, notices=escalated(handoff, rung, agreement))
    if what == "mentioned" or handoff.is_pooled:
        return Change(after, "mentioned", BATON, why, notices=mentioned(handoff, agreement))
    return Change(after, what, BATON, why, notices=reminded(handoff))


def _ignored(handoff: Handoff, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    """Nobody answered, or whoever accepted left it alone: the decision that ends it is nobody's."""
    nobodys = {"decided_at": None, "decided_by": None}
    return Change(
        closed(handoff, S.RECYCLED, now).model_copy(update=nobodys),
        "recycled",
        BATON,
        why,
        offer_ended="missed",
        stage=Stage.RECYCLED,
        notices=(*taken_back(handoff), *told_marketing("returned", agreement, turn=handoff.turn)),
    )
