"""Handing what was read to the use case it belongs to."""

from datetime import datetime

from bot.usecases.intake import Incoming, Refused, Taken, take_lead, take_outcome, take_signal
from handlers.faults import Fault
from handlers.incoming import Faults, Item, LeadSignal
from storage.database import Session


async def taken(
    session: Session, item: Item, now: datetime, *, history: bool = False, hand_over_at: datetime | None = None
) -> Taken | Faults:
    """One item stored in full, or not at all; a savepoint keeps it apart from others of the same transaction."""
    async with session.begin_nested() as savepoint:
        outcome = await _take(session, item, now, history, hand_over_at)
        if isinstance(outcome, Refused):
            await savepoint.rollback()
            return (Fault(outcome.where, f"{outcome.words[:1].upper()}{outcome.words[1:]}."),)
    return outcome


async def _take(
    session: Session, item: Item, now: datetime, history: bool, hand_over_at: datetime | None
) -> Taken | Refused:
    if isinstance(item, Incoming):
        return await take_lead(session, item, now, history=history, hand_over_at=hand_over_at)
    if isinstance(item, LeadSignal):
        return await take_signal(session, item.who, item.signal, now, history=history)
    return await take_outcome(session, item.who, item.result, now, history=history)
