"""The weekly list of near misses, read as everybody on it stands now."""

from datetime import datetime

from bot.domain.handoff import Handoff
from bot.domain.judging.near_misses import Listed
from bot.domain.judging.qualification import judge
from bot.domain.lead import NURTURED, Facts, Proof
from bot.domain.policy import Policy
from bot.views.blocks import Message
from bot.views.qualifying import near_misses as views
from storage.database import Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads, merges
from storage.qualifying import signals
from storage.tables import CardRow, LeadRow


async def near_misses(session: Session, row: CardRow, now: datetime) -> Message | None:
    """The list; None where it was never shown and nobody on it is near any more."""
    found = await policies.in_force(session)
    if found is None:
        return None
    speaking = [await merges.speaks_for(session, lead_id) for lead_id in row.details["leads"]]
    known = [lead for lead_id in dict.fromkeys(speaking) if (lead := await leads.find_one(session, lead_id))]
    listed = [await _listed(session, lead, row.created_at, found[1], now) for lead in known]
    if row.ts is None and all(one.how != "near" for one in listed):
        return None
    return views.near_misses(listed, row.details["team"], found[1])


async def _listed(session: Session, lead: LeadRow, since: datetime, policy: Policy, now: datetime) -> Listed:
    facts = Facts.model_validate(lead.facts)
    if lead.erased_at:
        return Listed(lead.id, "erased", facts)
    newest = next(iter(await handoffs.of_lead(session, lead.id)), None)
    if newest and (newest.is_open or lead.stage not in NURTURED):
        return _with_sales(lead, facts, newest)
    if newest and newest.created_at >= since:
        return Listed(lead.id, "back", facts)
    if facts.consent is False:
        return Listed(lead.id, "no consent", facts)
    done, proofs = await signals.of_lead(session, lead.id), [Proof.model_validate(one) for one in lead.proofs]
    scoring = judge(policy, facts, done, now, proofs)
    if scoring.near is None:
        return Listed(lead.id, "over" if scoring.path or scoring.gated else "far", facts)
    return Listed(lead.id, "near", facts, scoring.near, scoring.evidence, scoring.gaps, lead.evidence_at)


def _with_sales(lead: LeadRow, facts: Facts, newest: Handoff) -> Listed:
    claimed = newest.origin == "claim" and newest.owner == newest.qualified_by
    held = newest.owner if newest.offered_at or newest.accepted_at else None
    return Listed(lead.id, "with sales", facts, by=held, at=newest.created_at, claimed=claimed)
