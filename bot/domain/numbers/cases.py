"""What the numbers are made of: what was recorded of leads, handoffs and offers, and what each of them counts as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.handoff import Origin, State


@dataclass(frozen=True, slots=True)
class Received:
    """How many leads came in from one campaign and source."""

    campaign: str | None
    source: str | None
    leads: int


@dataclass(frozen=True, slots=True)
class RecordedOffer:
    """One rep's turn as it was recorded; `answered_after` is in business seconds, `reason` is of a rejection."""

    rep: str
    team: str
    offered_at: datetime
    deadline_at: datetime
    ended_at: datetime | None = None
    ended: str | None = None
    answered_after: float | None = None
    reason: str | None = None

    def in_time(self, now: datetime) -> bool | None:
        """Whether the deadline was kept; None while it may still be, or when the offer ended without an answer."""
        if self.ended == "missed" or (self.ended_at or now) > self.deadline_at:
            return False
        return True if self.ended in {"accepted", "rejected", "idle"} else None


@dataclass(frozen=True, slots=True)
class RecordedHandoff:
    """One handoff as it was recorded; `offer_by` is until when marketing promised to offer it."""

    id: str
    state: State
    team: str
    path: str
    policy_version: int
    created_at: datetime
    offer_by: datetime
    campaign: str | None = None
    source: str | None = None
    criteria: tuple[str, ...] = ()
    owner: str | None = None
    decided_by: str | None = None
    first_offered_at: datetime | None = None
    accepted_at: datetime | None = None
    deadline_at: datetime | None = None
    followed_up_at: datetime | None = None
    origin: Origin = "path"
    grade: str = ""
    """As whoever answered saw it; empty where leads were not graded yet."""
    offers: tuple[RecordedOffer, ...] = ()


class Verdict(StrEnum):
    """What came of a handoff or an offer."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IGNORED = "ignored"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


V = Verdict
OF_OFFER: Mapping[str | None, Verdict] = {
    "accepted": V.ACCEPTED,
    "idle": V.ACCEPTED,
    "rejected": V.REJECTED,
    "missed": V.IGNORED,
    None: V.UNANSWERED,
}
"""`idle`: accepted, left alone and taken back. Offers that ended otherwise are nobody's fault, and not counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that counts: a handoff, or a rep's offer. A promise that is neither kept nor broken yet is None."""

    handoff: RecordedHandoff
    team: str
    verdict: Verdict
    offered: bool
    open: bool
    reasons: tuple[str, ...]
    asked: bool = True
    """Whether sales was asked to take it; what a rep claimed says nothing of how willingly sales takes leads."""
    rep: str | None = None
    answered_in_time: bool | None = None
    accepted_after: float | None = None
    followed_up_in_time: bool | None = None
    handed_over_in_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Everything recorded of the period; the order of rows does not matter."""

    received: Sequence[Received] = ()
    handoffs: Sequence[RecordedHandoff] = ()


def of_handoff(handoff: RecordedHandoff, now: datetime) -> Case:
    verdict = _verdict(handoff)
    return Case(
        handoff=handoff,
        team=handoff.team,
        verdict=verdict,
        offered=handoff.first_offered_at is not None,
        open=_is_open(handoff),
        reasons=tuple(offer.reason for offer in handoff.offers if offer.reason),
        asked=handoff.origin != "claim" or handoff.first_offered_at is not None,
        answered_in_time=_answered_in_time(handoff, verdict, now),
        accepted_after=_accepted_after(handoff),
        followed_up_in_time=_followed_up_in_time(handoff, now),
        handed_over_in_time=_handed_over_in_time(handoff, now),
    )


def of_offer(handoff: RecordedHandoff, offer: RecordedOffer, now: datetime) -> Case:
    holds = handoff.owner == offer.rep and offer is _last_accepted(handoff)
    return Case(
        handoff=handoff,
        team=offer.team,
        rep=offer.rep,
        verdict=OF_OFFER[offer.ended],
        offered=True,
        open=offer.ended is None or (holds and _is_open(handoff)),
        reasons=(offer.reason,) if offer.reason else (),
        answered_in_time=offer.in_time(now),
        accepted_after=offer.answered_after if offer.ended in {"accepted", "idle"} else None,
        followed_up_in_time=False if offer.ended == "idle" else _followed_up_in_time(handoff, now) if holds else None,
    )


def _verdict(handoff: RecordedHandoff) -> Verdict:
    if handoff.accepted_at:
        return V.ACCEPTED
    if handoff.state in {State.RECYCLED, State.DISQUALIFIED}:
        return V.REJECTED if handoff.decided_by else V.IGNORED
    return V.WITHDRAWN if handoff.state is State.WITHDRAWN else V.UNANSWERED


def _is_open(handoff: RecordedHandoff) -> bool:
    unfollowed = handoff.state is State.ACCEPTED and handoff.followed_up_at is None
    return unfollowed or handoff.state in {State.WAITING, State.OFFERED}


def _answered_in_time(handoff: RecordedHandoff, verdict: Verdict, now: datetime) -> bool | None:
    """A handoff kept its SLA when it was answered and no offer of it ran past its deadline, whoever had it."""
    if any(offer.in_time(now) is False for offer in handoff.offers):
        return False
    return True if handoff.offers and verdict in {V.ACCEPTED, V.REJECTED} else None


def _last_accepted(handoff: RecordedHandoff) -> RecordedOffer | None:
    """The offer by which the handoff was accepted, as long as it is."""
    accepted = [offer for offer in handoff.offers if offer.ended == "accepted"]
    return max(accepted, key=lambda offer: offer.offered_at) if accepted and handoff.accepted_at else None


def _accepted_after(handoff: RecordedHandoff) -> float | None:
    offer = _last_accepted(handoff)
    return offer.answered_after if offer else None


def _followed_up_in_time(handoff: RecordedHandoff, now: datetime) -> bool | None:
    if any(offer.ended == "idle" for offer in handoff.offers):
        return False
    if not (handoff.accepted_at and handoff.deadline_at):
        return None
    if handoff.followed_up_at:
        return handoff.followed_up_at <= max(handoff.deadline_at, handoff.accepted_at)
    return False if handoff.state is State.ACCEPTED and now > handoff.deadline_at else None


def _handed_over_in_time(handoff: RecordedHandoff, now: datetime) -> bool | None:
    if handoff.first_offered_at:
        return handoff.first_offered_at <= handoff.offer_by
    return False if handoff.state is State.WAITING and now > handoff.offer_by else None
