"""What happens once a rep has the lead: follow-ups and outcomes."""

from datetime import datetime

from bot.domain.authority import refused
from bot.domain.business_time import due
from bot.domain.deciding.states import closed, followed_up, resumed
from bot.domain.handoff import BATON, Agreement, Change, Event, Handoff, Refusal, State, moment

E, S = Event, State


def follow_up(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The first touch ends the follow-up clock; later ones are only recorded."""
    if refusal := refused(handoff, E.FOLLOW_UP, by, agreement):
        return refusal
    return Change(followed_up(handoff, now), "followed up", by)


def outcome(handoff: Handoff, kind: str, now: datetime) -> Change | None:
    """What sales reached counts as the answer: it ends the clock, and an offer nobody answered."""
    if not handoff.is_open:
        return None
    why = {"outcome": kind}
    if handoff.state is S.ACCEPTED:
        return Change(followed_up(handoff, now), "followed up", BATON, why)
    if handoff.state is S.OFFERED and kind != "lost":
        taken = handoff.model_copy(
            update={
                "state": S.ACCEPTED,
                "accepted_at": now,
                "decided_at": now,
                "decided_by": handoff.owner,
            }
        )
        return Change(followed_up(taken, now), "accepted", BATON, why, offer_ended="accepted")
    return Change(closed(handoff, S.WITHDRAWN, now), "withdrawn", BATON, why, offer_ended="withdrawn")


def pause(handoff: Handoff, by: str, until: datetime, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The clock stands still while the rep waits for the prospect, no longer than was agreed."""
    if refusal := refused(handoff, E.PAUSE, by, agreement):
        return refusal
    if not handoff.is_open:
        return Refusal("No clock runs on this lead any more.")
    if handoff.paused_at:
        return Refusal("The clock of this lead stands still already.")
    longest = due(agreement.hours(handoff), agreement.promises.pause(handoff.sla), now)
    if not now < until <= longest:
        return Refusal(f"Choose a time between now and {moment(longest)}: that is the longest that was agreed.")
    stopped = handoff.model_copy(update={"paused_at": now, "paused_until": until, "due_at": until, "undo": None})
    return Change(stopped, "paused", by, {"until": until.isoformat()})


def resume(handoff: Handoff, by: str, agreement: Agreement, now: datetime) -> Change | Refusal:
    """The clock goes on from where it stood."""
    if refusal := refused(handoff, E.RESUME, by, agreement):
        return refusal
    if not handoff.paused_at:
        return Refusal("The clock of this lead is running.")
    return Change(resumed(handoff, agreement, now), "resumed", by)
