"""What senders tell of leads, in the words of the domain, and what they hear of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.lead import Facts, Signal, Stage
from storage.identifying.leads import Identity


@dataclass(frozen=True, slots=True)
class Incoming:
    """A lead as a sender tells it, normalised."""

    facts: Facts
    signals: tuple[Signal, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """How a sender names a lead that is already known; normalised."""

    email: str | None = None
    phone: str | None = None
    source: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a lead in sales."""

    kind: Literal["opportunity", "won", "lost"]
    at: datetime
    amount: float | None = None
    currency: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the lead stands now; `duplicate` says that nothing new was told."""

    lead_id: str
    stage: Stage
    duplicate: bool
    fit: int
    engagement: int
    path: str | None
    handoff_id: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored: which field, and words for the sender."""

    where: str
    words: str


def strong_identities(who: Who | Facts) -> list[Identity]:
    """What names one person and nobody else: kind and value."""
    named = [("email", who.email), (f"source:{who.source}", who.external_id)]
    return [(kind, value) for kind, value in named if value]


def identities_of(who: Who | Facts) -> list[Identity]:
    """All that a lead is known by."""
    return [*strong_identities(who), *([("phone", who.phone)] if who.phone else [])]
