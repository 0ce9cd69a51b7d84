"""All that a message about a handoff may show, read in one go when it is sent."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.assigning.choice import Choice
from bot.domain.briefs import Brief
from bot.domain.handoff import Agreement, Handoff
from bot.domain.lead import Facts, Signal, Stage


@dataclass(frozen=True, slots=True)
class FollowUp:
    by: str
    at: datetime
    how: str
    outcome: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the lead in sales: `opportunity`, `won` or `lost`, and when."""

    kind: str
    at: datetime
    amount: float | None = None
    currency: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PastOffer:
    """A rep's turn that is over: how it ended (`missed`, `rejected`, `reassigned`, …)."""

    rep: str
    offered_at: datetime
    ended: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier handoff of the same lead: its number, how it ended, when, by whom, and what sales said of it."""

    number: int
    state: str
    closed_at: datetime
    reason: str | None
    by: str | None = None
    detail: str | None = None
    disputed: str | None = None
    """The label of the criterion that sales did not find met."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """The account of a lead that has an owner, and how it was recognised: `domain`, `email` or `name`."""

    name: str
    owner: str
    how: str


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Who handed the lead on to whoever has it, how (`passed on`, `rerouted`, `reassigned`), and in which words."""

    how: str
    by: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The person is another lead now; `owner` is the rep who has it, where one has."""

    owner: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """One handoff and its lead as they stand now."""

    handoff: Handoff
    facts: Facts
    stage: Stage
    agreement: Agreement
    signals: tuple[Signal, ...] = ()
    """The newest few, newest first; `signals_in_all` counts the rest too."""
    signals_in_all: int = 0
    opened_at: datetime | None = None
    """When the rep who has the offer first touched its card."""
    past_offers: tuple[PastOffer, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    """All that were told, the newest first."""
    earlier: tuple[Earlier, ...] = ()
    cool_off_until: datetime | None = None
    brief: Brief | None = None
    """What marketing wrote of the lead's campaign."""
    account: KnownAccount | None = None
    merged: MergedInto | None = None
    handed_on: HandedOn | None = None
    choice: Choice | None = None
    """Why the offer that runs is whose it is."""
    erased_at: datetime | None = None
    """Since then nothing is known of who the lead was."""

    @property
    def outcome(self) -> Outcome | None:
        """The newest that was told."""
        return next(iter(self.outcomes), None)
