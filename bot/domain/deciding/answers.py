"""What reps answer: accept, reject, claim, and take back what they said."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from bot.domain.authority import refused
from bot.domain.business_time import due
from bot.domain.deciding.handing_on import handed_on
from bot.domain.deciding.states import accepted, as_sql, closed, offered, offered_rep, remembered, sent
from bot.domain.deciding.telling import told_marketing
from bot.domain.handoff import Agreement, Change, Event, Handoff, Refusal, State, Target
from bot.domain.lead import Stage
from bot.domain.policy import Reason

E, S = Event, State


def accept(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The lead becomes an SQL and its follow-up clock starts."""
    if refusal := refused(handoff, E.ACCEPT, by, agreement):
        return refusal
    owner = by if handoff.is_pooled else handoff.owner or by
    taken = accepted(handoff, owner, by, agreement, now)
    return as_sql(taken, "accepted", by, agreement, ended=None if handoff.is_pooled else "accepted")


def claim(handoff: Handoff, by: str, agreement: Agreement, now: datetime, why: Mapping[str, Any]) -> Change:
    """A new handoff of a near miss that a rep asked for: accepted as it begins, so that it is offered to nobody."""
    claimed = accepted(handoff, by, by, agreement, now).model_copy(update={"undo": None})
    return as_sql(claimed, "claimed", by, agreement, why)


PASSED_ON_AT_MOST = 3


def pass_on(
    handoff: Handoff,
    to: str,
    by: str,
    agreement: Agreement,
    now: datetime,
    *,
    note: str | None = None,
    turned_down: Collection[str] = (),
    times: int = 0,
) -> Change | Refusal:
    """A fresh offer to a colleague of any team, who starts with a clock of their own.

    `turned_down` are those who have had this lead and did not want it, or left it; `times` is how often this handoff
    has been passed on, which is possible three times: a lead is no hot potato.
    """
    if refusal := refused(handoff, E.PASS_ON, by, agreement) or too_often(handoff, agreement, times):
        return refusal
    if to == handoff.owner:
        return Refusal("You already have this lead." if to == by else f"<@{to}> already has this lead.")
    if to in turned_down:
        return Refusal(f"<@{to}> has had this lead and did not take it. Choose somebody else.")
    theirs = next((team for team in (agreement.team(handoff.team), *agreement.current.teams) if team.has(to)), None)
    if theirs is None:
        return Refusal(f"<@{to}> is in no team that gets leads. Choose one of its reps.")
    welcome = tuple(team for team in handoff.without_teams if team != theirs.id)
    moved = offered(handoff.model_copy(update={"without_teams": welcome}), to, theirs.id, agreement, now)
    told = handed_on("passed on", by, note)
    return Change(moved, "passed on", by, {"to": to}, offer_ended="passed on", offered_to=to, offer_why=told)


def too_often(handoff: Handoff, agreement: Agreement, times: int) -> Refusal | None:
    """Why a handoff that was passed on so often is passed on no more, or None."""
    if times < PASSED_ON_AT_MOST:
        return None
    boss = agreement.team(handoff.team).manager
    return Refusal(
        f"This lead has been passed on {times} times. Accept it, reject it, or ask <@{boss}> to reassign it."
    )


def may_reject(handoff: Handoff, by: str, agreement: Agreement) -> bool:
    return refused(handoff, E.REJECT, by, agreement) is None


def reject(
    handoff: Handoff,
    by: str,
    reason: Reason,
    agreement: Agreement,
    now: datetime,
    *,
    detail: str | None = None,
    disputed: str | None = None,
    elsewhere: Target | None = None,
) -> Change | Refusal:
    """What the reason means: recycled, disqualified, or on to `elsewhere`, where routing without this team leads."""
    if refusal := refused(handoff, E.REJECT, by, agreement):
        return refusal
    why = {"reason": reason.id, "means": reason.means}
    if reason.means == "reroute":
        rerouted = handoff.model_copy(update={"without_teams": (*handoff.without_teams, handoff.team)})
        moved, notices = sent(rerouted, elsewhere, agreement, now)
        return Change(
            moved,
            "rerouted",
            by,
            why,
            offer_ended="rejected",
            offered_to=offered_rep(moved),
            offer_why=handed_on("rerouted", by, detail),
            notices=notices,
        )
    recycles = reason.means == "recycle"
    cool_off = due(agreement.calendar(handoff.team), reason.cool_off, now) if recycles and reason.cool_off else None
    ended = closed(handoff, S.RECYCLED if recycles else S.DISQUALIFIED, now).model_copy(
        update={
            "decided_at": now,
            "decided_by": by,
            "reason": reason.id,
            "detail": detail,
            "disputed": disputed,
            "undo": remembered(handoff),
            "cool_off_until": cool_off,
        }
    )
    return Change(
        ended,
        "rejected",
        by,
        why,
        offer_ended="rejected",
        cool_off_until=cool_off,
        stage=Stage.RECYCLED if recycles else Stage.DISQUALIFIED,
        notices=told_marketing("returned", agreement, turn=handoff.turn),
    )


def undo(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """Within five minutes, the same rep has the offer again, with the clock that was running."""
    if refusal := refused(handoff, E.UNDO, by, agreement):
        return refusal
    until = handoff.undo_until()
    if handoff.undo is None or until is None or now > until or not (handoff.is_open or handoff.state is not S.ACCEPTED):
        return Refusal("It is too late to undo this. Ask the manager of the team if it was a mistake.")
    restored = Handoff.model_validate({**handoff.model_dump(), **dict.fromkeys(DECIDED), "attempts": 0, **handoff.undo})
    was_offered = restored.state is S.OFFERED
    return Change(restored, "undone", by, {"was": handoff.state.value}, offer_resumed=was_offered, stage=Stage.MQL)


DECIDED = (
    "closed_at",
    "accepted_at",
    "decided_at",
    "decided_by",
    "reason",
    "detail",
    "disputed",
    "undo",
    "cool_off_until",
    "touched_at",
    "paused_at",
    "paused_until",
)
