"""Handing what was read to the use case it belongs to."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from itertools import chain, takewhile
from typing import TypeVar

from bot.usecases.identifying.accounts import IncomingAccount, TakenAccount, take_account
from bot.usecases.qualifying.intake import take_lead, take_leads, take_outcome, take_signal
from bot.usecases.qualifying.telling import Incoming, Refused, Taken, identities_of
from handlers.intake.faults import Fault
from handlers.intake.incoming import Faults, Item, LeadResult, LeadSignal, SheetItem
from storage.assigning import turns
from storage.database import BREATH, RUN, Database, Session
from storage.governing import policies
from storage.identifying import leads, merges

T = TypeVar("T")

PORTION = 20
"""Items of one transaction: enough to be quick, few enough that nobody's click has to wait for them."""


async def portions(database: Database, items: Sequence[T], size: int = PORTION) -> AsyncIterator[Sequence[T]]:
    """The items a transaction at a time, with room at times for whoever else wants to write; at least one portion."""
    begun = time.monotonic()
    for start in range(0, max(len(items), 1), max(size, 1)):
        if database.is_sqlite and time.monotonic() - begun > RUN:
            await asyncio.sleep(BREATH)
            begun = time.monotonic()
        yield items[start : start + size]


async def take_some(
    session: Session,
    items: Sequence[Item | Faults],
    now: datetime,
    enough: Callable[[], bool] = lambda: False,
    *,
    history: bool = False,
) -> list[Taken | Faults]:
    """The first of these, until there is `enough`, at least one; of what cannot be taken nothing is stored."""
    outcomes: list[Taken | Faults] = []
    while len(outcomes) < len(items) and not (outcomes and enough()):
        item = items[len(outcomes)]
        told = [*takewhile(lambda one: isinstance(one, Incoming), items[len(outcomes) :])]
        if told:
            stored = await take_leads(session, told, now, history=history, enough=enough)  # type: ignore[arg-type]
            outcomes += map(_outcome, stored)
        else:
            outcomes.append(item if isinstance(item, tuple) else await taken(session, item, now, history=history))
    return outcomes


async def hold(session: Session, items: Sequence[Item | Faults]) -> None:
    """Locks all leads that these may be before anything is decided about one, in the order in which everybody does.

    What their teams' turns need is locked with the first of them that is handed over.
    """
    told = [*chain(*(identities_of(one.facts) for one in items if isinstance(one, Incoming)))]
    named = chain(*(identities_of(one.who) for one in items if isinstance(one, LeadSignal | LeadResult)))
    await leads.lock_identities(session, told)
    known = await leads.known_as(session, [*told, *named])
    await merges.lock_all(session, await merges.speakers(session, {*known.values()}))
    if found := await policies.in_force(session):
        turns.lock_every(session, found[1].teams)


async def taken(
    session: Session, item: Item, now: datetime, *, history: bool = False, hand_over_at: datetime | None = None
) -> Taken | Faults:
    """One item stored in full, or not at all; a savepoint keeps it apart from others of the same transaction."""
    async with session.begin_nested() as savepoint:
        outcome = await _take(session, item, now, history, hand_over_at)
        if isinstance(outcome, Refused):
            await savepoint.rollback()
    return _outcome(outcome)


def _outcome(outcome: Taken | Refused) -> Taken | Faults:
    if isinstance(outcome, Taken):
        return outcome
    return (Fault(outcome.where, f"{outcome.words[:1].upper()}{outcome.words[1:]}."),)


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
