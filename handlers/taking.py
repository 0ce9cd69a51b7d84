"""Handing what was read to the use case it belongs to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TypeVar

from bot.usecases.identifying.accounts import IncomingAccount, TakenAccount, take_account
from bot.usecases.qualifying.intake import take_lead, take_outcome, take_signal
from bot.usecases.qualifying.telling import Incoming, Refused, Taken
from handlers.faults import Fault
from handlers.incoming import Faults, Item, LeadSignal, SheetItem
from storage.database import BREATH, Database, Session

T = TypeVar("T")

PORTION = 20
"""Items of one transaction: enough to be quick, few enough that nobody's click has to wait for them."""


async def portions(database: Database, items: Sequence[T], size: int = PORTION) -> AsyncIterator[Sequence[T]]:
    """The items a transaction at a time, with room between for whoever else wants to write; at least one portion."""
    for start in range(0, max(len(items), 1), max(size, 1)):
        if start and database.is_sqlite:
            await asyncio.sleep(BREATH)
        yield items[start : start + size]


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


async def taken_in(
    session: Session, item: SheetItem, now: datetime, *, history: bool = False, hand_over_at: datetime | None = None
) -> Taken | TakenAccount | Faults:
    """The same for a row of a spreadsheet, which may tell of an account too."""
    if not isinstance(item, IncomingAccount):
        return await taken(session, item, now, history=history, hand_over_at=hand_over_at)
    stored = await take_account(session, item, now)
    return (Fault("owner", f"{stored[:1].upper()}{stored[1:]}."),) if isinstance(stored, str) else stored


async def _take(
    session: Session, item: Item, now: datetime, history: bool, hand_over_at: datetime | None
) -> Taken | Refused:
    if isinstance(item, Incoming):
        return await take_lead(session, item, now, history=history, hand_over_at=hand_over_at)
    if isinstance(item, LeadSignal):
        return await take_signal(session, item.who, item.signal, now, history=history)
    return await take_outcome(session, item.who, item.result, now, history=history)
