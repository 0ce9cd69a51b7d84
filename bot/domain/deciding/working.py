"""What happens once a rep has the lead: follow-ups and outcomes."""

from datetime import datetime

from bot.domain.authority import refused
from bot.domain.deciding.states import closed, followed_up
from bot.domain.handoff import BATON, Agreement, Change, Event, Handoff, Refusal, State

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
