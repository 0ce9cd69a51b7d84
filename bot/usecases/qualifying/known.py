"""What is known of a lead, read once in the transaction that decides about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.handoff import Handoff
from bot.domain.lead import Facts, Signal
from storage import handoffs, signals
from storage.database import Session
from storage.tables import LeadRow


@dataclass(frozen=True, slots=True)
class Known:
    """A locked lead's facts, what it did and its handoffs, both the newest first.

    Of one that `is_new`, made in this very transaction, nothing else can be stored yet, and its account was looked up.
    """

    facts: Facts
    signals: Sequence[Signal]
    past: Sequence[Handoff] = ()
    is_new: bool = False


async def known_of(session: Session, lead: LeadRow) -> Known:
    """The same as it is stored now."""
    facts = Facts.model_validate(lead.facts)
    return Known(facts, await signals.of_lead(session, lead.id), await handoffs.of_lead(session, lead.id))
