"""What people decide about a handoff: one transaction each, decided under the lead's lock."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.deciding import answers, managing
from bot.domain.handoff import Agreement, Change, Handoff, Refusal, State
from bot.domain.identifying.merging import in_hand
from bot.domain.lead import Facts, Stage
from bot.usecases.assigning import assignment
from bot.usecases.deciding.changes import apply
from storage.accounting import receipts
from storage.assigning import people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.delivery import cards
from storage.governing import agreements
from storage.identifying import leads
from storage.retrying import once_more
from storage.tables import LeadRow

UNKNOWN = Refusal("This lead is no longer here.")
TWICE = Refusal("This came twice, and was done once.")

REACHED = frozenset({Stage.OPPORTUNITY, Stage.WON, Stage.LOST})

Decide = Callable[[Session, LeadRow, Handoff, Agreement], Awaitable[Change | Refusal]]
Rule = Callable[[Handoff, Agreement], Change | Refusal]
Lock = Callable[[Session, str], Awaitable[LeadRow | None]]
"""Of a handoff the lead, locked."""


class DoneBefore(Exception):
    """Undoes what was about to be done a second time for one request."""


async def decide(
    database: Database,
    handoff_id: str,
    now: datetime,
    decision: Decide,
    request: str | None = None,
    *,
    lock: Lock = leads.lock_of,
) -> Change | Refusal:
    """Decides under the lock and writes all that follows, or nothing; what was done for a request is done once."""
    try:
        return await once_more(lambda: _decide(database, handoff_id, now, decision, request, lock))
    except DoneBefore:
        return TWICE


def by_rule(rule: Rule) -> Decide:
    """A decision that the domain makes by itself: nothing else need be read for it."""

    async def decision(_s: Session, _l: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        return rule(handoff, agreement)

    return decision


async def _decide(
    database: Database, handoff_id: str, now: datetime, decision: Decide, request: str | None, lock: Lock
) -> Change | Refusal:
    async with database.write() as session:
        lead = await lock(session, handoff_id)
        found = await agreements.with_handoff(session, handoff_id) if lead else None
        if lead is None or found is None or lead.erased_at:
            return UNKNOWN
        handoff, agreement = found
        if lead.merged_into and handoff.state is not State.ACCEPTED:
            return await _elsewhere(session, lead.merged_into)
        decided = await decision(session, lead, handoff, agreement)
        if isinstance(decided, Change):
            await apply(session, lead, handoff, decided, agreement, now)
            if request and not await receipts.done(session, request, now):
                raise DoneBefore
        return decided


async def _elsewhere(session: Session, lead_id: str) -> Refusal:
    """Why nothing is decided about a lead that is a part of another."""
    theirs = await handoffs.of_lead(session, lead_id)
    owner = next((one.owner for one in theirs if in_hand(one) and one.offered_at), None)
    who = f"<@{owner}>" if owner else "marketing"
    return Refusal(f"This is one person with another lead, who is with {who}.")


async def accept(
    database: Database, handoff_id: str, by: str, now: datetime, *, request: str | None = None
) -> Change | Refusal:
    rule = by_rule(lambda handoff, agreement: answers.accept(handoff, by, agreement, now))
    return await decide(database, handoff_id, now, rule, request)


async def undo(
    database: Database, handoff_id: str, by: str, now: datetime, *, request: str | None = None
) -> Change | Refusal:
    async def decision(session: Session, lead: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        newest = (await handoffs.of_lead(session, lead.id))[0]
        if newest.id != handoff.id:
            return Refusal("This lead has been handed over again since; decide on the new card.")
        return _moved_on(lead) or answers.undo(handoff, by, agreement, now)

    return await decide(database, handoff_id, now, decision, request)


def _moved_on(lead: LeadRow) -> Refusal | None:
    """Why this lead cannot be offered again, whoever asks."""
    if Facts.model_validate(lead.facts).consent is False:
        return Refusal("This person does not agree to be contacted any more.")
    if lead.stage in REACHED:
        return Refusal(f"Since then sales has reported this lead as {lead.stage}.")
    return None


async def reject(
    database: Database,
    handoff_id: str,
    by: str,
    reason_id: str,
    now: datetime,
    *,
    detail: str | None = None,
    disputed: str | None = None,
    request: str | None = None,
) -> Change | Refusal:
    """Rejects with a reason of the handoff's own policy; what the reason asks was checked by the form."""

    async def decision(session: Session, lead: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        reason = agreement.own.reason(reason_id)
        if reason is None:
            return Refusal("This reason is not in the policy any more. Choose another.")
        elsewhere = None
        if reason.means == "reroute" and answers.may_reject(handoff, by, agreement):
            search = assignment.Search(
                without=frozenset({by, handoff.owner or by}),
                without_teams=(*handoff.without_teams, handoff.team),
                path=agreement.own.path(handoff.path),
                leaving=handoff.team,
            )
            elsewhere = await assignment.find(session, lead, agreement.current, search, now)
        decided = answers.reject(
            handoff, by, reason, agreement, now, detail=detail, disputed=disputed, elsewhere=elsewhere
        )
        return assignment.told(decided, elsewhere) if isinstance(decided, Change) else decided

    return await decide(database, handoff_id, now, decision, request)


async def assign(
    database: Database,
    handoff_id: str,
    to: str,
    by: str,
    now: datetime,
    *,
    note: str | None = None,
    request: str | None = None,
) -> Change | Refusal:
    """Offers the lead to a rep of the manager's choice, with the manager's word for them."""

    async def decision(session: Session, _l: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        decided = managing.assign(handoff, to, by, agreement, now, note)
        gone = isinstance(decided, Change) and await people.inactive(session, [to])
        return Refusal(f"The account of <@{to}> is deactivated. Choose another rep.") if gone else decided

    return await decide(database, handoff_id, now, decision, request)


async def take_over(
    database: Database, handoff_id: str, by: str, now: datetime, *, request: str | None = None
) -> Change | Refusal:
    rule = by_rule(lambda handoff, agreement: managing.take_over(handoff, by, agreement, now))
    return await decide(database, handoff_id, now, rule, request)


async def note_opened(database: Database, handoff_id: str, by: str, now: datetime) -> None:
    """The first touch of its card by the rep who has the offer, whatever came of it."""
    async with database.read() as session:
        if not await handoffs.is_unopened(session, handoff_id, by):
            return
    async with database.write() as session:
        if await leads.lock_of(session, handoff_id) and await handoffs.mark_opened(session, handoff_id, by, now):
            await cards.refresh_handoff(session, handoff_id, now)
