"""What sales and marketing promise each other: times, and the ladder of what happens at which share of one."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.durations import SECONDS, Duration
from bot.domain.references import AT_ONCE, ClockHours, Delay, Percent
from bot.domain.values import Value


class SlaRule(Value):
    """Which promises hold: those of the first rule that fits path, segment and team; else those of the path."""

    path: str | None = None
    segment: str | None = None
    team: str | None = None
    sla: str


Step = Literal["remind", "mention", "escalate", "reassign", "pool", "recycle"]


class Rung(Value):
    """At this share of the promised time, do this."""

    at: Percent
    do: Step
    to: Literal["manager", "director"] = "manager"


class Clock(Value):
    """A promised time and the ladder of what happens at which share of it."""

    within: Duration
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)]
    hours: ClockHours | None = None
    """Whose working hours count and when rungs may ring: the team's (the default), the rep's, the team's in the time
    zone of the lead, or always."""
    repeats: Annotated[int, Field(ge=0, le=100)] | None = None
    """How often the last rung is repeated with a message; the clock goes on without one after that."""

    @property
    def is_urgent(self) -> bool:
        """Whether it is promised within less than an hour of the clock on the wall: nobody waits in front of it."""
        return self.within.kind == "wall" and self.within.amount < SECONDS["hour"]


class Attempts(Value):
    """So many attempts to reach a lead, all within this time of accepting it; the ladder is that of `follow_up`."""

    count: Annotated[int, Field(ge=2, le=50)]
    within: Duration


class Sla(Value):
    marketing_handoff: Duration | None = None
    returned: Clock | None = None
    """How soon marketing answers a lead that sales gave back."""
    question: Clock | None = None
    """How soon marketing answers a rep's question."""
    acceptance: Clock | None = None
    follow_up: Clock | None = None
    attempts: Attempts | None = None
    """What is promised after the first touch, until the lead is reached; without it the first touch is enough."""
    pause: Duration | None = None
    """The longest that a rep may wait for the prospect with the clock stopped."""
    email_after: Delay | None = None
    """How long a rep may leave the card alone before an e-mail says the same."""


def _clock(within: str, *ladder: tuple[int, Step]) -> Clock:
    return Clock(within=Duration.parse(within), ladder=tuple(Rung(at=at, do=do) for at, do in ladder))


DEFAULT_SLAS: Mapping[str, Sla] = {
    "default": Sla(
        marketing_handoff=Duration.parse("12 hours"),
        acceptance=_clock("4 business hours", (50, "remind"), (100, "escalate"), (150, "reassign"), (300, "recycle")),
        returned=_clock("2 business days", (50, "remind"), (100, "escalate")),
        question=_clock("4 business hours", (50, "remind"), (100, "escalate")),
        follow_up=_clock("same business day", (100, "remind"), (150, "escalate"), (300, "reassign")),
        pause=Duration.parse("10 business days"),
        email_after=Duration.parse("30 minutes"),
    ),
    "fast": Sla(
        acceptance=_clock("15 minutes", (50, "remind"), (100, "reassign"), (200, "escalate")), email_after=AT_ONCE
    ),
}
"""What is promised where the policy does not say."""
