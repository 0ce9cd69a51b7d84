"""Filling in what a lead lacks: by hand, by the same rules as what senders tell, under the lead's lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.handoff import Handoff, Refusal
from bot.domain.judging.verification import checks
from bot.domain.lead import Facts, fact
from bot.domain.tasks import Lacking, lacking
from bot.usecases.deciding.handoffs import TWICE, UNKNOWN
from bot.usecases.qualifying.intake import take_about
from bot.usecases.qualifying.qualification import proofs_of
from bot.usecases.qualifying.telling import Incoming, Refused
from bot.usecases.qualifying.vouching import vouch
from storage.accounting import history, receipts
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads
from storage.qualifying import signals
from storage.tables import LeadRow

NOTHING = Refusal("Nothing is asked about this lead any more.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the lead, what may be filled in, and what is lacking of that."""

    facts: Facts
    fields: tuple[str, ...]
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the lead stands after that: its newest handoff, and what is lacking still."""

    newest: Handoff | None
    lacking: tuple[Lacking, ...]


async def asked_about(
    database: Database, lead_id: str, now: datetime, *, request: str | None = None
) -> Asked | Refusal:
    """What the form asks, or why there is nothing to fill in: nothing is left of a `request` that was done before."""
    async with database.read() as session:
        if request and await receipts.is_done(session, request):
            return TWICE
        lead = await leads.find_one(session, lead_id)
        return await _asked(session, lead, now) if lead else UNKNOWN


async def _asked(session: Session, lead: LeadRow, now: datetime) -> Asked | Refusal:
    found = await policies.in_force(session)
    if lead.erased_at or found is None:
        return UNKNOWN
    if lead.merged_into or not lead.gated:
        return NOTHING
    gate, facts = found[1].gate(lead.gated), Facts.model_validate(lead.facts)
    found_out = checks(facts, await signals.of_lead(session, lead.id), proofs_of(lead), now, lead.lacking)
    fields = tuple(dict.fromkeys((*gate.required, *gate.verified)))
    return Asked(facts, fields, lacking(facts, lead.lacking, gate, found_out))


async def complete(
    database: Database,
    lead_id: str,
    incoming: Incoming,
    checked: Collection[str],
    by: str,
    now: datetime,
    *,
    request: str,
) -> Saved | Refused | Refusal:
    """Stores what was written and vouched for, once; the lead passes by itself when that was all it lacked."""
    async with database.write() as session:
        await leads.lock_identities(session, [("email", incoming.facts.email)] if incoming.facts.email else [])
        if await leads.find_one(session, lead_id) is None:
            return UNKNOWN
        lead = await leads.lock(session, lead_id)
        if await receipts.is_done(session, request):
            return TWICE
        asked = await _asked(session, lead, now)
        if isinstance(asked, Refusal):
            return asked
        if refused := await _somebody_else(session, lead, incoming.facts):
            return refused
        await receipts.done(session, request, now)
        vouch(lead, asked.facts.merged(incoming.facts), checked, by, now)
        told = [field for field in asked.fields if fact(incoming.facts, field) not in (None, ())]
        why = {"by": by, "fields": told, "checked": sorted(checked)}
        await history.append(session, now, "completed", by, lead_id=lead.id, why=why)
        await take_about(session, lead, incoming, now)
        left = await _asked(session, lead, now)
        newest = next(iter(await handoffs.of_lead(session, lead.id)), None)
        return Saved(newest, left.lacking if isinstance(left, Asked) else ())


async def _somebody_else(session: Session, lead: LeadRow, told: Facts) -> Refused | None:
    """An address that is another lead's is not written over this one's."""
    named = await leads.known_as(session, [("email", told.email)]) if told.email else {}
    strangers = set(named.values()) - {lead.id, *lead.absorbed}
    return Refused("email", "another lead is known by this address") if strangers else None
