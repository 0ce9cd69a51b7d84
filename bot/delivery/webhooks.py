"""The messenger tells another system what became of leads, each event at least once and in each lead's own order.

It claims one, writes it as things stand now, sends it, and settles. After an unknown outcome it is sent again, with the
same id. What cannot be told for three days is given up.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery.endpoint import Ending, Endpoint, Outcome
from bot.delivery.looping import one_by_one
from bot.domain.lead import Facts
from storage.assigning import people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.delivery import webhooks
from storage.governing import policies
from storage.identifying import leads, merges
from storage.tables import LeadRow, WebhookRow

log = structlog.get_logger()

WAITS = (
    *(timedelta(seconds=seconds) for seconds in (5, 30)),
    *(timedelta(minutes=minutes) for minutes in (2, 10, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24)),
)
"""Before the second try, the third, and so on."""
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_AWAY = timedelta(minutes=1)
"""Between two tries, whatever is to be told, while nothing is taken."""
ALARMING = timedelta(hours=1)
"""Something must have waited for so long before anybody is told."""

UNTOLD_FOR = timedelta(hours=1)
"""An event that waited for so long is needless where nobody is to be told; another process may know of somebody."""
BETWEEN_CLEARINGS = timedelta(minutes=10)
CLEARED_AT_ONCE = 1000
"""So many in one transaction: more would hold up whoever answers a lead."""


async def _nothing(*_: Any) -> None:
    return None


def _unheard(*_: object) -> None:
    return None


@dataclass(slots=True)
class Messenger:
    """Tells what is wanted; any number of them may share one database.

    Without an endpoint an event is needless that no other process has told after an hour.
    """

    database: Database
    endpoint: Endpoint | None
    clock: Callable[[], datetime]
    away: Callable[[str, datetime], Awaitable[None]] = _nothing
    """Called when something could not be told for an hour, with what went wrong; again with every further try."""
    given_up: Callable[[str, datetime], Awaitable[None]] = _nothing
    """Called when something will not be told any more."""
    back: Callable[[datetime], Awaitable[None]] = _nothing
    """Called whenever something was told."""
    settled: Callable[[WebhookRow, Ending], None] = _unheard
    """Called after each attempt; for those who count."""
    lease: timedelta = timedelta(seconds=30)
    _held_until: datetime | None = None
    _failed: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There may be something to tell."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Tells until told to stop and woken; what is in hand is finished first."""
        await one_by_one(self.send_one, self._wake, stopping)

    async def send_one(self) -> bool:
        """Tells one event, or finds it needless; false when none can be told now."""
        now = self.clock()
        if self._held_until and now < self._held_until:
            return False
        async with self.database.read() as session:
            if not await webhooks.is_any_ready(session, now):
                return False
        if self.endpoint is None:
            self._held_until = now + BETWEEN_CLEARINGS
            return await self._clear(now - UNTOLD_FOR, now)
        async with self.database.write(wakes=False) as session:
            row = await webhooks.claim(session, now, self.lease)
        if row is None:
            return False
        outcome = await self._attempt(self.endpoint, row)
        await self._settle(row, outcome)
        return True

    async def _clear(self, before: datetime, now: datetime) -> bool:
        """What has waited since before then is needless where nobody is told; whether there was any."""
        async with self.database.read(much=True) as session:
            if await webhooks.is_anybody_told(session, before):
                return False
        is_any = False
        while True:
            async with self.database.write(wakes=False) as session:
                cleared = await webhooks.none_needed(session, before, now, CLEARED_AT_ONCE)
            is_any = is_any or cleared > 0
            if cleared < CLEARED_AT_ONCE:
                return is_any

    async def _attempt(self, endpoint: Endpoint, row: WebhookRow) -> Outcome:
        try:
            async with self.database.read() as session:
                body = await body_of(session, row)
        except Exception:
            log.exception("webhook could not be written", webhook=row.key, attempt=row.attempt)
            return Outcome(Ending.REFUSED, "bug")
        return await endpoint.send(row.key, body) if body else Outcome(Ending.NEEDLESS)

    async def _settle(self, row: WebhookRow, outcome: Outcome) -> None:
        now, ending = self.clock(), outcome.ending
        done = ending in {Ending.SENT, Ending.NEEDLESS}
        gives_up = not done and now - row.created_at >= GIVEN_UP_AFTER
        if done or gives_up:
            values = {"done_at": now, "sent": ending is Ending.SENT, "error": outcome.error}
        else:
            values = {"retry_at": self._next(row, outcome, now), "failures": row.failures + 1, "error": outcome.error}
        async with self.database.write(wakes=False) as session:
            if not await webhooks.settle(session, row.key, row.attempt, **values):
                log.warning("another process has taken over a webhook", webhook=row.key, attempt=row.attempt)
            if ending is Ending.SENT and self._failed:
                await webhooks.try_at_once(session, now)
        self._failed = not done
        said = {"webhook": row.key, "event": row.event, "attempt": row.attempt, "error": outcome.error}
        if ending is Ending.AWAY:
            self._held_until = now + min(_wait(row), LONGEST_AWAY)
        self.settled(row, ending)
        if ending is Ending.SENT:
            log.info("webhook sent", webhook=row.key, attempt=row.attempt)
            await self.back(now)
        elif gives_up:
            log.error("webhook given up", **_named(said))
            await self.given_up(row.event, now)
        elif not done:
            log.warning("webhook not sent", ending=ending, **_named(said))
            if now - row.created_at >= ALARMING:
                await self.away(outcome.error or "", now)

    def _next(self, row: WebhookRow, outcome: Outcome, now: datetime) -> datetime:
        """As the table says, or longer where that was asked; the last time when the three days are over."""
        last = row.created_at + GIVEN_UP_AFTER
        return min(now + max(_wait(row), outcome.wait), max(last, now + WAITS[0]))


def _named(said: dict[str, Any]) -> dict[str, Any]:
    """`event` is what the logger calls its own words."""
    return {("what" if name == "event" else name): value for name, value in said.items()}


def _wait(row: WebhookRow) -> timedelta:
    return WAITS[min(row.failures, len(WAITS) - 1)]


async def body_of(session: Session, row: WebhookRow) -> str | None:
    """The event as JSON, with what is known of the lead now; None where the lead was erased."""
    lead = await leads.find_one(session, await merges.speaks_for(session, row.lead_id))
    if lead is None or lead.erased_at:
        return None
    said = {"lead": _lead(lead), "handoff_id": row.handoff_id, **await _details(session, row)}
    told = {"type": row.event, "timestamp": row.created_at.isoformat(), "data": said}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _lead(lead: LeadRow) -> dict[str, Any]:
    facts = Facts.model_validate(lead.facts)
    known = facts.model_dump(include={"source", "external_id", "email", "consent"})
    return {"id": lead.id, **known, "stage": lead.stage}


async def _details(session: Session, row: WebhookRow) -> dict[str, Any]:
    """Our own people by their addresses, reasons by their labels."""
    said = dict(row.details)
    by = said.pop("by", None)
    person = await people.get(session, by) if by else None
    rep = {"rep": person.email if person else None} if "by" in row.details else {}
    handoff = await handoffs.get(session, row.handoff_id) if row.handoff_id else None
    if handoff and said.get("reason"):
        reason = (await policies.of_version(session, handoff.policy_version)).reason(said["reason"])
        said["reason"] = {"id": said["reason"], "label": reason.label if reason else said["reason"]}
    return {**rep, **said}
