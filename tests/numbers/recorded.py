"""Recorded handoffs and offers with nothing special about them; hours count from Monday, 2 November 2026, 09:00 UTC."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.handoff import State
from bot.domain.numbers.cases import RecordedHandoff, RecordedOffer

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def offer(rep: str = "U0RITA01", made: float = 1, ended: str | None = None, **changes: Any) -> RecordedOffer:
    """An offer with four hours to answer; `over` is the hour at which it ended."""
    over = changes.pop("over", None)
    known = RecordedOffer(rep, "emea", at(made), at(made + 4), None if over is None else at(over), ended)
    return replace(known, **changes)


def handoff(state: State, *offers: RecordedOffer, **changes: Any) -> RecordedHandoff:
    """A handoff that began at hour 0, which marketing promised to offer by hour 12."""
    first = min((one.offered_at for one in offers), default=None)
    known = RecordedHandoff(
        "h-1", state, "emea", "scored", 1, at(0), at(12), campaign="spring", source="webinar", first_offered_at=first,
        offers=offers,
    )  # fmt: skip
    return replace(known, **changes)


def accepted(rep: str = "U0RITA01", made: float = 1, over: float = 3, **changes: Any) -> RecordedHandoff:
    """Accepted at hour `over` after as many business seconds, to be followed up within eight hours."""
    taken = offer(rep, made, "accepted", over=over, answered_after=(over - made) * 3600)
    known = {"owner": rep, "decided_by": rep, "accepted_at": at(over), "deadline_at": at(over + 8)}
    return handoff(State.ACCEPTED, taken, **(known | changes))


def rejected(rep: str = "U0RITA01", made: float = 1, over: float = 3, **changes: Any) -> RecordedHandoff:
    refused = offer(rep, made, "rejected", over=over, reason="bad-timing", answered_after=(over - made) * 3600)
    return handoff(State.RECYCLED, refused, **({"owner": rep, "decided_by": rep} | changes))


def ignored(rep: str = "U0RITA01", made: float = 1, **changes: Any) -> RecordedHandoff:
    return handoff(State.RECYCLED, offer(rep, made, "missed", over=made + 12), **({"owner": rep} | changes))


def offered(rep: str = "U0RITA01", made: float = 1, **changes: Any) -> RecordedHandoff:
    return handoff(State.OFFERED, offer(rep, made), **({"owner": rep} | changes))


def waiting(**changes: Any) -> RecordedHandoff:
    return handoff(State.WAITING, **({"owner": "U0MARTA1"} | changes))


def withdrawn(rep: str = "U0RITA01", made: float = 1, over: float = 2, **changes: Any) -> RecordedHandoff:
    return handoff(State.WITHDRAWN, offer(rep, made, "withdrawn", over=over), **({"owner": rep} | changes))
