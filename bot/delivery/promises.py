"""What marketing owes sales, read at the moment of sending."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.handoff import Handoff, State
from bot.domain.lead import Facts
from bot.domain.marketing_clock import MarketingClock, Owed
from bot.views.accounting import promises
from bot.views.blocks import Message
from bot.views.operating.erased import erased
from storage.accounting import marketing_clocks, marketing_late
from storage.database import Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads
from storage.tables import CardRow

RENDER: Mapping[str, Callable[[Owed, str, datetime], Message]] = {
    "question": lambda owed, _viewer, _now: promises.question(owed),
    "asked": lambda owed, _viewer, _now: promises.asked(owed),
    "answer": lambda owed, viewer, _now: promises.answer(owed, viewer),
    "marketing_reminder": lambda owed, _viewer, now: promises.reminder(owed, now),
}


async def about_one(session: Session, row: CardRow, now: datetime) -> Message | None:
    """The message about one promise; None where it was never shown and is of no use any more."""
    clock = await marketing_clocks.get(session, row.details["clock"])
    if clock is None:
        return None
    lead = await leads.get(session, clock.lead_id)
    if lead.erased_at:
        return erased(lead.erased_at) if row.ts else None
    if clock.ended_at and row.ts is None and row.kind not in {"answer", "asked"}:
        return None
    return RENDER[row.kind](await owed(session, clock), row.recipient, now)


async def late(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """All that was late with marketing when this message was added to; leads that were erased are left out."""
    told = await marketing_late.on(session, row.key, row.details.get("clocks", ()), promises.LISTED)
    if row.ts is None and not told.still:
        return None
    longest, rules = [await owed(session, one) for one in told.longest], await policies.in_force(session)
    return promises.late(longest, told.still, told.done, rules[1].channels.marketing if rules else None)


async def with_answer(session: Session, handoff: Handoff, message: Message) -> Message:
    """The message of a lead that came back, with what marketing can answer, or has."""
    clocks = [one for one in await marketing_clocks.of_handoff(session, handoff.id) if one.kind == "returned"]
    return promises.returned(message, await owed(session, clocks[-1]) if clocks else None)


async def owed(session: Session, clock: MarketingClock) -> Owed:
    """The promise with what a message says of it."""
    lead = await leads.get(session, clock.lead_id)
    handoff = await handoffs.get(session, clock.handoff_id) if clock.handoff_id else None
    facts = Facts.model_validate(lead.facts)
    if handoff is None:
        return Owed(clock, facts)
    own = await policies.of_version(session, handoff.policy_version)
    reason = own.reason(handoff.reason or "")
    final = handoff.state is State.DISQUALIFIED
    return Owed(clock, facts, reason.label if reason else None, handoff.decided_by, is_final=final)
