"""Backtests: what a policy would have done. Nothing is locked while leads are looked at; nothing of them is written."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

from bot.domain.backtest import Case, Effect, Tally
from bot.domain.comparing import Comparison, compare
from bot.domain.policy import Policy
from bot.domain.replay import Life
from bot.domain.values import Value
from storage import cards, effects, pasts, policies
from storage.database import Database
from storage.tables import PolicyRow

PERIOD = timedelta(days=90)
"""How far back a proposal is looked at for those who sign it."""
PAGE = 200
"""Leads read at once."""
BREATH = 20
"""Leads after which whoever else waits for this process gets a turn."""
MOMENT = 0.25
"""Seconds of one portion, so that deadlines never wait for it."""
LEASE = timedelta(minutes=1)
"""So long a portion may take; then somebody else may take it up."""


@dataclass(frozen=True, slots=True)
class Result:
    """The numbers, and every lead that enters or leaves."""

    effect: Effect
    changes: Sequence[Case]


class Working(Value):
    """A backtest in hand: what is found of the leads up to `after`, and who has the next page until when."""

    state: Literal["working"] = "working"
    so_far: Effect
    after: str = ""
    by: str = ""
    until: datetime | None = None


class Done(Value):
    """A backtest that is done."""

    state: Literal["done"] = "done"
    effect: Effect


async def run(
    database: Database, proposal: Policy, since: datetime, now: datetime, advance: Callable[[int, int], None]
) -> Result:
    """Looks at every lead, a page at a time; `advance` hears how many were looked at, of how many."""
    async with database.read() as session:
        comparison = compare(proposal, await pasts.eras(session), since, now)
        number, erased = await pasts.number(session), await pasts.erased(session, since)
    tally, after = Tally(since, now), ""
    while lives := await _page(database, after):
        await _add(tally, comparison, lives)
        after = lives[-1].lead_id
        advance(tally.counts["leads"], number)
    return Result(tally.effect(erased), tally.changes)


async def _page(database: Database, after: str) -> list[Life]:
    async with database.read() as session:
        return await pasts.page(session, after, PAGE)


async def _add(tally: Tally, comparison: Comparison, lives: Sequence[Life]) -> None:
    for number, life in enumerate(lives, 1):
        tally.add(life.lead_id, comparison.of_life(life))
        if number % BREATH == 0:
            await asyncio.sleep(0)


async def work_out(database: Database, now: datetime) -> bool:
    """Looks at some more leads for the proposal that waits for signatures; false when there is nothing to work out.

    What is found so far is kept with the proposal. Whoever takes a portion has it for a minute: after a crash somebody
    else takes it, and what is brought too late is dropped.
    """
    async with database.read() as session:
        row = await effects.pending(session)
    if row is None or not _is_free(row, now):
        return False
    mine = secrets.token_hex(8)
    async with database.write(wakes=False) as session:
        row = await effects.pending(session, lock=True)
        if row is None or not _is_free(row, now):
            return False
        working = _kept(row) or Working(so_far=Effect(at=now, since=now - PERIOD))
        claimed = working.model_copy(update={"by": mine, "until": now + LEASE})
        await effects.keep(session, row, claimed.model_dump(mode="json"))
    found = await _portion(database, policies.parsed(row), working)
    await _bring(database, row.version or 0, found, mine, now)
    return True


def _is_free(row: PolicyRow, now: datetime) -> bool:
    if row.effect and row.effect.get("state") == "done":
        return False
    working = _kept(row)
    return working is None or working.until is None or working.until <= now


def _kept(row: PolicyRow) -> Working | None:
    return Working.model_validate(row.effect) if row.effect else None


async def _portion(database: Database, proposal: Policy, working: Working) -> Working | Done:
    """Page after page for a moment; `Done` after the last one."""
    start, so_far, after = monotonic(), working.so_far, working.after
    async with database.read() as session:
        comparison = compare(proposal, await pasts.eras(session), so_far.since, so_far.at)
        erased = await pasts.erased(session, so_far.since)
    while monotonic() - start < MOMENT:
        lives = await _page(database, after)
        tally = Tally(so_far.since, so_far.at)
        await _add(tally, comparison, lives)
        so_far = so_far.plus(tally.effect())
        if len(lives) < PAGE:
            return Done(effect=so_far.model_copy(update={"erased": erased}))
        after = lives[-1].lead_id
    return Working(so_far=so_far, after=after)


async def _bring(database: Database, version: int, found: Working | Done, mine: str, now: datetime) -> None:
    async with database.write(wakes=isinstance(found, Done)) as session:
        row = await effects.lock(session, version)
        working = _kept(row) if row and row.effect and row.effect.get("state") == "working" else None
        if row is None or row.state != "pending" or working is None or working.by != mine:
            return
        await effects.keep(session, row, found.model_dump(mode="json"))
        if isinstance(found, Done):
            await cards.refresh_policy(session, version, now)
