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
    resumed,
    sent,
    stepped,
)
from bot.domain.deciding.telling import escalated, reminded, told_marketing
from bot.domain.escalation import rung_after
from bot.domain.handoff import BATON, Agreement, Change, Handoff, State, Target
from bot.domain.lead import Stage

S = State


def start(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime, why: Mapping[str, Any]
) -> Change:
    """A new handoff: offered to the rep routing found, else waiting for the team's next opening."""
    moved, notices = sent(handoff, target, agreement, now)
    return Change(moved, "handed over", BATON, why, offered_to=offered_rep(moved), notices=notices, stage=Stage.MQL)


def wants_rep(handoff: Handoff, agreement: Agreement) -> bool:
    """Whether what is due now is an offer to somebody else."""
    if handoff.state is S.WAITING:
        return True
    if handoff.paused_at:
        return False
    hours = agreement.hours(handoff)
    return rung_after(agreement.clock(handoff), hours, anchors_of(handoff), handoff.step).rung.do == "reassign"


def deadline(handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime) -> Change:
    """One step of what the clock demands: offer what waits, or the next rung of the ladder."""
    if handoff.state is S.WAITING:
        moved, notices = sent(handoff, target, agreement, now)
        return Change(
            moved,
            "offered" if moved.state is S.OFFERED else "still waiting",
            BATON,
            offered_to=offered_rep(moved),
            notices=notices,
        )
    if handoff.paused_at:
        return Change(resumed(handoff, agreement, now), "resumed", BATON, {"until": "over"})
    clock, anchors = agreement.clock(handoff), anchors_of(handoff)
    rung = rung_after(clock, agreement.hours(handoff), anchors, handoff.step).rung
    why = {"rung": f"{rung.at}%", "do": rung.do, "due_at": handoff.due_at and handoff.due_at.isoformat()}
    if rung.do == "recycle":
        return _ignored(handoff, agreement, now, why)
    if rung.do == "reassign" and target and target.rep and target.rep != handoff.owner:
        moved = offered(downtime_made_up(handoff, agreement, now), target.rep, target.team, agreement, now)
        return Change(moved, "reassigned", BATON, why, offer_ended="missed", offered_to=target.rep, stage=Stage.MQL)
    notices = reminded(handoff) if rung.do == "remind" else escalated(handoff, rung, agreement)
    what = "reminded" if rung.do == "remind" else "escalated"
    return Change(stepped(handoff, agreement, now), what, BATON, why, notices=notices)


def _ignored(handoff: Handoff, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    return Change(
        closed(handoff, S.RECYCLED, now),
        "recycled",
        BATON,
        why,
        offer_ended="missed",
        stage=Stage.RECYCLED,
        notices=told_marketing("returned", agreement, turn=handoff.turn),
    )
