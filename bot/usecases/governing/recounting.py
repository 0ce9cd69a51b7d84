"""Counting open clocks anew, where the author of a policy asks for it: one handoff a transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.deciding.recounting import counted_anew, direction, recount
from bot.domain.handoff import Agreement, Handoff
from bot.domain.policy import Policy
from bot.usecases.deciding.changes import apply
from storage.database import Database, Session
from storage.deciding import open_clocks
from storage.governing import policies
from storage.governing.agreements import agreement_of
from storage.identifying import leads

log = structlog.get_logger()

PORTION = 50
"""Clocks that one tick counts at most: deadlines do not wait for them."""


async def recount_some(database: Database, now: datetime) -> bool:
    """Counts some more clocks by the version that asks for it; false when nothing is left to count.

    What is counted says so itself, so that a crash, another process or a newer version leaves none out and counts none
    twice. One that cannot be counted keeps the clock it has, and holds up no other.
    """
    async with database.read() as session:
        asked = await open_clocks.asked(session)
        left = await open_clocks.left(session, asked.version, asked.after, PORTION) if asked else ()
    if asked is None:
        return False
    for handoff_id in left:
        try:
            await _recount(database, handoff_id, asked.version, now)
        except Exception:
            log.exception("a clock could not be counted anew", handoff=handoff_id, version=asked.version)
            async with database.write(wakes=False) as session:
                await open_clocks.pass_over(session, asked.version, handoff_id)
            return True
    if not left:
        async with database.write(wakes=False) as session:
            await open_clocks.finish(session, asked.version)
    return bool(left)


async def _recount(database: Database, handoff_id: str, version: int, now: datetime) -> None:
    async with database.write() as session:
        handoff = await open_clocks.lock(session, handoff_id, version)
        if handoff is None:
            return
        before, after = await _agreements(session, handoff, version)
        change = recount(handoff, before, after, version, now)
        lead = await leads.get(session, handoff.lead_id)
        await apply(session, lead, handoff, change, after, now)
        if change.handoff.accepted_at is None:
            await open_clocks.promise(session, handoff_id, change.handoff.deadline_at)


async def _agreements(session: Session, handoff: Handoff, version: int) -> tuple[Agreement, Agreement]:
    """By whose word the clock has run, and by whose it is to run."""
    now_valid = await agreement_of(session, handoff)
    row = await policies.get(session, version)
    replaced = await policies.replaced_by(session, row) if row else None
    current = policies.parsed(replaced) if replaced else now_valid.current
    before = Agreement(now_valid.own, current, now_valid.timing)
    return before, Agreement(now_valid.own, now_valid.current, await policies.of_version(session, version))


@dataclass(frozen=True, slots=True)
class Preview:
    """Open handoffs as they are, and as they would be under another policy."""

    moved: Sequence[tuple[Handoff, Handoff]]
    now: datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many are due `earlier`, `later`, the `same`, are `done`; and `at once`, of the earlier ones."""
        counted: dict[str, int] = dict(Counter(direction(before, after) for before, after in self.moved))
        counted["at once"] = sum(
            direction(was, becomes) == "earlier" and becomes.due_at is not None and becomes.due_at <= self.now
            for was, becomes in self.moved
        )
        return counted


async def preview(session: Session, policy: Policy, now: datetime) -> Preview:
    """What counting all open clocks by this policy would change now; writes nothing."""
    moved = []
    for handoff in await open_clocks.every(session):
        before = await agreement_of(session, handoff)
        moved.append((handoff, counted_anew(handoff, before, Agreement(before.own, policy, policy), now)))
    return Preview(moved, now)
