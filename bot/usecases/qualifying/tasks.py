"""Asking marketing for what a lead lacks that meets a path, once at a time, until it is there or of no use any more."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import tasks as domain
from bot.domain.handoff import BATON, Handoff
from bot.domain.judging.eligibility import may_pass
from bot.domain.lead import Facts
from bot.usecases.accounting import marketing_clocks
from bot.usecases.accounting.marketing import listeners
from storage.accounting import history
from storage.database import Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.qualifying import tasks
from storage.tables import CardRow, LeadRow


async def follow(session: Session, lead: LeadRow, now: datetime) -> None:
    """Brings what marketing is asked about a locked and judged lead up to date: opened, shown anew, or over."""
    asked = await tasks.of_lead(session, lead.id)
    open_now = [row for row in asked if tasks.ENDED not in row.details]
    facts, newest = Facts.model_validate(lead.facts), next(iter(await handoffs.of_lead(session, lead.id)), None)
    why = _ending(lead, facts, newest)
    if why != "passed" and (why or may_pass(lead, facts.consent, now)):
        await marketing_clocks.follow_gate(session, lead, why, now)
    if not (open_now or lead.gated):
        return
    if open_now:
        await _shown(session, lead, open_now, why, newest, now)
    elif why is None and may_pass(lead, facts.consent, now):
        await _open(session, lead, len({row.details["number"] for row in asked}) + 1, now)


def _ending(lead: LeadRow, facts: Facts, newest: Handoff | None) -> domain.Ending | None:
    return domain.ending(
        merged=lead.merged_into is not None,
        consent=facts.consent,
        with_sales=newest is not None and newest.is_open,
        stage=lead.stage,
        path=lead.path,
        gated=lead.gated,
    )


async def _shown(
    session: Session,
    lead: LeadRow,
    open_now: Sequence[CardRow],
    why: domain.Ending | None,
    newest: Handoff | None,
    now: datetime,
) -> None:
    to = newest.owner if why == "passed" and newest and newest.offered_at else None
    over = {tasks.ENDED: {"why": why, "at": now.isoformat(), "to": to}} if why else {"path": lead.gated}
    for row in open_now:
        await tasks.note(session, row, over, now)


async def _open(session: Session, lead: LeadRow, number: int, now: datetime) -> None:
    found = await policies.in_force(session)
    if found is None:
        return
    version, policy = found
    row = {"lead_id": lead.id, "number": number, "path": lead.gated, "since": now.isoformat()}
    for recipient in await listeners(session, policy):
        await tasks.ask(session, row, recipient, now)
    why = {"path": lead.gated, "fields": lead.lacking}
    await history.append(session, now, "held back", BATON, lead_id=lead.id, policy_version=version, why=why)
