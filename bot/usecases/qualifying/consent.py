"""A person who does not agree to be contacted is with no rep."""

from datetime import datetime

from bot.domain.deciding import managing
from bot.domain.handoff import BATON
from bot.domain.lead import Facts, Stage
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import apply
from storage.database import Session
from storage.deciding import handoffs
from storage.tables import LeadRow


async def honour_consent(session: Session, lead: LeadRow, now: datetime) -> None:
    """Takes a locked lead back from sales where it is known that the person does not agree."""
    if Facts.model_validate(lead.facts).consent is not False:
        return
    past = await handoffs.of_lead(session, lead.id)
    change = managing.withdraw(past[0], BATON, {"consent": False}, now) if past else None
    if change:
        await apply(session, lead, past[0], change, await agreement_of(session, past[0]), now)
        lead.stage = Stage.PROSPECT
