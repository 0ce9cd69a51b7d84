"""What changes hands without the rep's answer: a manager's word, a withdrawal, an owner who is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.authority import refused
from bot.domain.business_time import due
from bot.domain.deciding.handing_on import handed_on
from bot.domain.deciding.states import accepted, as_sql, closed, extended, offered, offered_rep, sent
from bot.domain.durations import Duration
from bot.domain.handoff import BATON, Agreement, Change, Event, Handoff, Notice, Refusal, State, Target, moment
from bot.domain.lead import Stage

E, S = Event, State


def assign(
    handoff: Handoff, to: str, by: str, agreement: Agreement, now: datetime, note: str | None = None
) -> Change | Refusal:
    """The manager's choice: a fresh offer to this rep of the team, with a word for them."""
    if refusal := refused(handoff, E.ASSIGN, by, agreement):
        return refusal
    if to == handoff.owner and handoff.state is S.OFFERED:
        return Refusal(f"<@{to}> already has this lead.")
    if not agreement.team(handoff.team).has(to):
        return Refusal(f"<@{to}> is not in this team. Choose one of its reps.")
    moved = offered(handoff, to, handoff.team, agreement, now)
    told = handed_on("reassigned", by, note)
    ended, stage = "reassigned", Stage.MQL
    return Change(moved, "reassigned", by, {"to": to}, offer_ended=ended, offered_to=to, offer_why=told, stage=stage)


def extend(
    handoff: Handoff, by: str, more: Duration, why: str, agreement: Agreement, now: datetime
) -> Change | Refusal:
    """So much more time, from now or from the deadline if that is later; rungs that have rung stay rung."""
    if refusal := refused(handoff, E.EXTEND, by, agreement):
        return refusal
    if refusal := gives_no_time(handoff, by):
        return refusal
    hours, since = agreement.hours(handoff), max(now, handoff.deadline_at or now)
    until = due(hours, more, since)
    if until > due(hours, LONGEST, since):
        return Refusal(f"At most {LONGEST} at once. Reassign the lead if they need longer.")
    given = {"until": until.isoformat(), "more": str(more), "words": why}
    told = (Notice("extended", handoff.owner or "", {"turn": handoff.turn, "until": until.isoformat()}),)
    return Change(extended(handoff, until, agreement, now), "extended", by, given, notices=told)


def gives_no_time(handoff: Handoff, by: str) -> Refusal | None:
    """Why somebody who leads the team may give this owner no more time now, or None when they may."""
    if by == handoff.owner:
        return Refusal("This lead is yours, and nobody gives themselves more time. Ask whoever you report to.")
    if handoff.owner_gone:
        return Refusal("This lead is about to go to somebody else, as its owner has left the team.")
    if handoff.paused_until:
        return Refusal(f"This clock stands still until {moment(handoff.paused_until)}: the rep waits for the prospect.")
    return None


LONGEST = Duration.parse("10 business days")
"""More time than this at once is a lead that should be somebody else's."""


def take_over(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The manager becomes the owner and has accepted; the follow-up clock starts."""
    if refusal := refused(handoff, E.TAKE_OVER, by, agreement):
        return refusal
    if handoff.owner == by and handoff.state is S.ACCEPTED:
        return Refusal("You already have this lead.")
    taken = accepted(handoff, by, by, agreement, now).model_copy(update={"undo": None, "owner_gone": False})
    return as_sql(taken, "taken over", by, agreement, ended="taken over")


def withdraw(handoff: Handoff, by: str, why: Mapping[str, Any], now: datetime) -> Change | None:
    """Takes an open handoff back for good; None when there is nothing open."""
    if not handoff.is_open:
        return None
    return Change(closed(handoff, S.WITHDRAWN, now), "withdrawn", by, why, offer_ended="withdrawn")


def lose_owner(
    handoff: Handoff, target: Target | None, agreement: Agreement, now: datetime, *, given: bool = False
) -> Change:
    """The owner is no longer in the team, or has `given` their leads to colleagues: it goes back to routing."""
    moved, notices = sent(handoff, target, agreement, now)
    return Change(
        moved,
        "sent back to routing",
        BATON,
        {"lost": handoff.owner},
        offer_ended="given away" if given else "owner gone",
        offered_to=offered_rep(moved),
        notices=notices,
        stage=Stage.MQL,
    )
