"""Backtests: what a policy would have done. Nothing is locked while leads are looked at; nothing of them is written."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Literal

from bot.domain.authority import Ask, Role, may_not, roles_of
from bot.domain.backtesting.backtest import Case, Effect, Tally
from bot.domain.backtesting.comparing import Comparison, compare
from bot.domain.backtesting.replay import Life
from bot.domain.handoff import Refusal
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.domain.values import Value
from bot.usecases.stepping import StepFailed
from storage.database import Database
from storage.delivery import cards
from storage.governing import effects, pasts, policies
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
UNKNOWN = Refusal("This version of the policy is not here.")


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
    async with database.read(much=True) as session:
        comparison = compare(proposal, await pasts.eras(session), since, now)
        number, erased = await pasts.number(session), await pasts.erased(session, since)
    tally, after = Tally(since, now), ""
    while lives := await _page(database, after):
        await _add(tally, comparison, lives)
        after = lives[-1].lead_id
        advance(tally.counts["leads"], number)
    return Result(tally.effect(erased), tally.changes)


async def _page(database: Database, after: str) -> list[Life]:
    async with database.read(much=True) as session:
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

    Raises:
        StepFailed: when it could not be worked out; it is tried again when the minute is over.
    """
    async with database.read() as session:
        row = await policies.pending(session)
    if row is None or not _is_free(row, now):
        return False
    mine = secrets.token_hex(8)
    async with database.write(wakes=False) as session:
        row = await effects.lock_pending(session)
        if row is None or not _is_free(row, now):
            return False
        working = _kept(row) or Working(so_far=Effect(at=now, since=now - PERIOD))
        claimed = working.model_copy(update={"by": mine, "until": now + LEASE})
        await effects.keep(session, row, claimed.model_dump(mode="json"))
    try:
        found = await _portion(database, policies.parsed(row), working)
    except Exception as error:
        raise StepFailed("the backtest of version", str(row.version), error) from error
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
    async with database.read(much=True) as session:
        comparison = compare(proposal, await pasts.eras(session), so_far.since, so_far.at)
        erased = await pasts.erased(session, so_far.since)
    while True:
        lives = await _page(database, after)
        tally = Tally(so_far.since, so_far.at)
        await _add(tally, comparison, lives)
        so_far = so_far.plus(tally.effect())
        if len(lives) < PAGE:
            return Done(effect=so_far.model_copy(update={"erased": erased}))
        after = lives[-1].lead_id
        if monotonic() - start >= MOMENT:
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What the window of a version shows: what is kept of its backtest, and how people know its leads and rules."""

    version: int
    stored: Mapping[str, Any] | None
    facts: Mapping[str, Facts]
    labels: Mapping[str, str]


async def seen(database: Database, version: int, person: str) -> Seen | Refusal:
    """The backtest of a version, for whoever the policy in force names; one read, no lock."""
    async with database.read() as session:
        held = await policies.in_force(session)
        policy = held[1] if held else None
        row = await policies.get(session, version)
        if row is None:
            return UNKNOWN
        signs = row.state == "pending" and person in policies.parsed(row).sign_off.people
        if refusal := may_not(Ask.BACKTEST, roles_of(person, policy) | ({Role.SIGNER} if signs else set()), policy):
            return refusal
        done = Done.model_validate(row.effect) if row.effect and row.effect.get("state") == "done" else None
        facts = await pasts.facts_of(session, shown(done.effect)) if done else {}
        labels = labels_of([era.policy for era in await pasts.eras(session)], policies.parsed(row))
    return Seen(version, row.effect, facts, labels)


def shown(effect: Effect) -> list[str]:
    """The leads that a backtest tells by name."""
    return [*(case.lead_id for case in (*effect.entering, *effect.leaving)), *effect.unexplained_leads]


async def names(database: Database, effect: Effect, proposal: Policy) -> tuple[Mapping[str, Facts], Mapping[str, str]]:
    """What is known of these leads, and the labels of paths and criteria, whatever version they are of."""
    async with database.read() as session:
        eras = await pasts.eras(session)
        return await pasts.facts_of(session, shown(effect)), labels_of([era.policy for era in eras], proposal)


def labels_of(before: Sequence[Policy], proposal: Policy) -> dict[str, str]:
    """Labels of paths and criteria by id; of two versions that name one differently, the later counts."""
    definitions = [one for policy in (*before, proposal) for one in policy.all_definitions]
    labels = {criterion.id: criterion.label for one in definitions for criterion in one.criteria}
    return labels | {path.id: path.label for one in definitions for path in one.paths}
