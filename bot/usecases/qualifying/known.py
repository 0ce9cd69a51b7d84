"""What is known of a lead, read once in the transaction that decides about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.handoff import Handoff
from bot.domain.lead import Facts, Signal
from storage.database import Session
from storage.deciding import handoffs
from storage.qualifying import signals
from storage.tables import LeadRow


@dataclass(frozen=True, slots=True)
class Known:
    """A locked lead's facts, what it did and its handoffs, both the newest first."""

    facts: Facts
    signals: Sequence[Signal]
    past: Sequence[Handoff] = ()


class Lead(Protocol):
    """What is asked of a lead, stored or about to be, when somebody is looked for."""

    @property
    def id(self) -> str: ...

    @property
    def account_id(self) -> int | None: ...

    @property
    def evidence_at(self) -> datetime:
        """Since when sales may be asked again."""


async def known_of(session: Session, lead: LeadRow) -> Known:
    """The same as it is stored now."""
    facts = Facts.model_validate(lead.facts)
    return Known(facts, await signals.of_lead(session, lead.id), await handoffs.of_lead(session, lead.id))
