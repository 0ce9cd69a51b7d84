"""Marketing's own promises about one lead: how their clocks run, ring and end.

They run by the working hours of the lead's team, and ring only within them; measuring goes on at all hours.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.business_time import FARTHEST, due
from bot.domain.escalation import Anchors, rings_at, rung_after
from bot.domain.handoff import ALWAYS
from bot.domain.lead import Facts
from bot.domain.policy import Calendar, Policy
from bot.domain.promises import Clock, Rung

Kind = Literal["handover", "returned", "question"]
Ring = Literal["remind", "escalate"]
Answer = Literal["nurture", "fix data", "disagree", "answered"]
HANDOVER_LADDER = (Rung(at=50, do="remind"), Rung(at=100, do="escalate"))
"""The policy promises only the time of this one."""
REPEATS = 3
"""So often the last rung rings again where the policy does not say."""
RINGS: tuple[Ring, ...] = ("remind", "escalate")
"""All that a ladder of marketing's can do: nobody else could be given what is marketing's to do."""


@dataclass(frozen=True, slots=True)
class MarketingClock:
    """What marketing promised about a lead, until when, and what became of it; `due_at` is None once it ended."""

    id: str
    kind: Kind
    lead_id: str
    handoff_id: str | None
    sla: str
    policy_version: int
    team: str | None
    started_at: datetime
    deadline_at: datetime
    due_at: datetime | None = None
    step: int = 0
    asked_by: str | None = None
    words: str | None = None
    ended_at: datetime | None = None
    ended: str | None = None
    ended_by: str | None = None
    answer: str | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the promise was broken: ended after its time, or running beyond it."""
        return (self.ended_at or now) > self.deadline_at


@dataclass(frozen=True, slots=True)
class Ringing:
    """What a due rung does, and when the next one comes: in a century, where nobody is to hear of it any more."""

    do: Ring
    next_at: datetime


def promise_of(policy: Policy, kind: Kind, sla: str) -> Clock:
    if kind == "handover":
        return Clock(within=policy.marketing_handoff(sla), ladder=HANDOVER_LADDER)
    return policy.clock(sla, kind)


def hours_of(policy: Policy, promise: Clock, team: str | None) -> Calendar:
    """The calendar of the team the lead belongs to, else that of the first."""
    known = policy.team(team or "") or policy.teams[0]
    return ALWAYS if promise.hours == "always" else policy.calendar(known.id)


def begin(promise: Clock, hours: Calendar, now: datetime) -> tuple[datetime, datetime]:
    """When it is promised, and when the first rung rings."""
    first = rung_after(promise, hours, Anchors(now, now), 0)
    return due(hours, promise.within, now), first.at


def ring(clock: MarketingClock, promise: Clock, hours: Calendar, now: datetime) -> Ringing:
    """The rung that is due. What was held up, by the night or by downtime, holds up the next by as much."""
    anchors = Anchors(clock.started_at, clock.started_at)
    rung = rung_after(promise, hours, anchors, clock.step).rung
    coming = rung_after(promise, hours, anchors, clock.step + 1).at
    if coming <= now:
        coming = rings_at(hours, due(hours, promise.within, now, _gap(promise, clock.step)))
    do: Ring = "remind" if rung.do == "remind" else "escalate"
    return Ringing(do, coming if clock.step + 1 < _rings(promise) else now + FARTHEST)


def _rings(promise: Clock) -> int:
    """How often it rings in all; after that it is only counted."""
    return len(promise.ladder) + (REPEATS if promise.repeats is None else promise.repeats)


def _gap(promise: Clock, fired: int) -> int:
    """How many percent lie between the rung just fired and the next one."""
    shares = sorted(rung.at for rung in promise.ladder)
    return max(shares[fired + 1] - shares[fired], 1) if fired + 1 < len(shares) else 100


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise of marketing's as a message tells of it: about whom, and what sales said when it gave the lead back."""

    clock: MarketingClock
    facts: Facts
    reason: str | None = None
    refused_by: str | None = None
    is_final: bool = False
    """Sales disqualified it: it goes to nobody's nurture."""
