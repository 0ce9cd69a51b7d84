"""What is due of the ladders of handoffs, each decided again under its lead's lock."""

from dataclasses import replace
from datetime import datetime

from bot.domain.authority import may_hold_leads
from bot.domain.deciding import deadlines, managing
from bot.domain.handoff import Agreement, Handoff, Target
from bot.usecases.assigning import assignment, off_duty
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import apply
from bot.usecases.stepping import Taken, take_one, take_some
from storage.assigning import people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.identifying import leads
from storage.tables import HandoffRow, LeadRow


async def escalate_some(database: Database, now: datetime) -> Taken:
    """Takes one step each of some handoffs whose deadlines have come, the longest due first."""
    return await take_some(database, HandoffRow, "handoff", _step, now)


async def escalate_one(database: Database, now: datetime) -> bool:
    """Takes one step of one handoff whose deadline has come; false when none has.

    Raises:
        StepFailed: when the step could not be decided; nothing of it is left, and the handoff has been put off, alone.
    """
    return await take_one(database, HandoffRow, "handoff", _step, now)


async def _step(session: Session, handoff_id: str, now: datetime) -> None:
    handoff = (await handoffs.get_one(session, handoff_id)).model_copy(update={"backoff": 0})
    lead = await leads.lock(session, handoff.lead_id)
    agreement = await agreement_of(session, handoff)
    if handoff.owner_gone:
        target = await _elsewhere(session, lead, handoff, agreement, now)
        given = await _gave_it_away(session, handoff.owner, agreement)
        change = managing.lose_owner(handoff, target, agreement, now, given=given)
    else:
        needed = deadlines.wants_rep(handoff, agreement)
        target = await _elsewhere(session, lead, handoff, agreement, now) if needed else None
        change = deadlines.deadline(handoff, target, agreement, now)
        if target and target.account and change.offered_to:
            change = replace(change, why={**change.why, "account": target.account})
    await off_duty.alone(session, change, agreement.current)
    await apply(session, lead, handoff, assignment.told(change, target), agreement, now)
    await off_duty.note_missed(session, handoff, change, agreement.current, now)


async def _gave_it_away(session: Session, owner: str | None, agreement: Agreement) -> bool:
    """Whether whoever had the lead could have kept it."""
    may_hold = owner is not None and owner in may_hold_leads(agreement.current)
    return may_hold and not await people.inactive(session, [owner or ""])


async def _elsewhere(
    session: Session, lead: LeadRow, handoff: Handoff, agreement: Agreement, now: datetime
) -> Target | None:
    """Within the team; by the rules again where the team is gone or has already been ruled out."""
    lost = handoff.team in handoff.without_teams or agreement.current.team(handoff.team) is None
    search = assignment.Search(
        team=None if lost or handoff.owner_gone else handoff.team,
        without=frozenset(filter(None, [handoff.owner])),
        without_teams=handoff.without_teams,
        path=agreement.own.path(handoff.path),
        leaving=handoff.team,
    )
    return await assignment.find(session, lead, agreement.current, search, now)
