"""What other systems are told of a lead's way: when nurture is to stop and go on, and what sales made of the lead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.handoff import Change, Handoff, State

S = State
BACK = frozenset({S.RECYCLED, S.DISQUALIFIED})

EVENTS: Final[Mapping[str, str]] = {
    "nurture.pause": "A person speaks with the lead now: campaigns wait.",
    "nurture.resume": "Nobody in sales has it any more: campaigns may go on.",
    "lead.accepted": "Sales took it.",
    "lead.returned": "Sales gave it back, and why, or nobody answered.",
    "lead.outcome": "What became of it: an opportunity, won or lost.",
}
"""Each event and what it means; docs/webhooks.md says the same, and a test holds them together."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event; `details` are ids and words of ours, and nothing about the person."""

    event: str
    details: Mapping[str, Any] = field(default_factory=dict)


def announced(before: Handoff | None, change: Change) -> Iterator[Announcement]:
    """What one decision means outside, in the order in which it is to be heard."""
    after, was = change.handoff, before.state if before else None
    if after.state is S.ACCEPTED and was is not S.ACCEPTED:
        yield Announcement("lead.accepted", {"by": after.owner})
        yield Announcement("nurture.pause")
    if after.state in BACK and was not in BACK:
        means = "recycle" if after.state is S.RECYCLED else "disqualify"
        reason = {"reason": after.reason} if change.what == "rejected" or "reason" in change.why else {}
        yield Announcement("lead.returned", {"by": change.who, "means": means, **reason})
    if after.state is S.RECYCLED or (was is S.ACCEPTED and after.state in {S.OFFERED, S.WAITING}):
        yield Announcement("nurture.resume")


def of_outcome(outcome: str, amount: float | None, currency: str | None) -> Announcement:
    """What became of a lead, as sales tells it."""
    return Announcement("lead.outcome", {"outcome": outcome, "amount": amount, "currency": currency})
