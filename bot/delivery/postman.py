"""The postman sends the e-mails that are wanted, each at least once.

It claims one, writes it as things stand now, sends it, and settles. One that nobody needs any more is not sent. After
an unknown outcome it is sent again, with the same Message-ID.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery.email import Ending, Mailbox, Outcome
from bot.delivery.letters import awaits_its_card, letter_of
from bot.delivery.looping import one_by_one
from bot.delivery.settlement import LONGEST_WAIT, backoff
from storage.assigning import people
from storage.database import Database
from storage.delivery import emails
from storage.tables import EmailRow

log = structlog.get_logger()

REFUSALS = 3
"""So often an address is tried that is refused for good."""
LONGEST_AWAY = timedelta(minutes=1)
"""Between two tries while the server takes nothing."""
ALARMING = timedelta(minutes=1)
"""The server must be away for so long before anybody is told."""
SOON = timedelta(seconds=1)
ATTEMPT = 0.5
"""The share of the lease that an attempt may take; a stop waits for it."""

Settlement = dict[str, Any]
"""How an attempt ended: the columns of the e-mail that change."""


async def _nothing(*_: Any) -> None:
    return None


def _unheard(*_: object) -> None:
    return None


@dataclass(slots=True)
class Postman:
    """Sends what is wanted; any number of them may share one database. Without a mailbox every e-mail is needless."""

    database: Database
    mailbox: Mailbox | None
    clock: Callable[[], datetime]
    away: Callable[[str, datetime], Awaitable[None]] = _nothing
    """Called when the server has taken nothing for a while, with what it said; again with every further try."""
    back: Callable[[datetime], Awaitable[None]] = _nothing
    """Called whenever the server has taken an e-mail."""
    settled: Callable[[EmailRow, Ending], None] = _unheard
    """Called after each attempt; for those who count."""
    lease: timedelta = timedelta(seconds=30)
    _away_since: datetime | None = None
    _held_until: datetime | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until told to stop and woken; what is in hand is finished first."""
        await one_by_one(self.send_one, self._wake, stopping)

    async def send_one(self) -> bool:
        """Sends one e-mail, or finds it needless; false when none can be sent now."""
        now = self.clock()
        if self._held_until and now < self._held_until:
            return False
        async with self.database.read() as session:
            if not await emails.is_any_ready(session, now):
                return False
        async with self.database.write(wakes=False) as session:
            row = await emails.claim(session, now, self.lease)
        if row is None:
            return False
        outcome = await self._attempt(row, now)
        async with self.database.write(wakes=False) as session:
            if not await emails.settle(session, row.key, row.attempt, **self._settlement(row, outcome)):
                log.warning("another postman has taken over an e-mail", email=row.key, attempt=row.attempt)
        if outcome.ending is Ending.SENT:
            log.info("e-mail sent", email=row.key, attempt=row.attempt)
        self.settled(row, outcome.ending)
        await self._tell(outcome)
        return True

    async def _attempt(self, row: EmailRow, now: datetime) -> Outcome:
        """Ends well before the lease does, so that nobody else can be sending the same."""
        try:
            async with asyncio.timeout(self.lease.total_seconds() * ATTEMPT):
                return await self._send(row, now)
        except TimeoutError:
            return Outcome(Ending.AWAY, "timeout")
        except Exception:
            log.exception("e-mail could not be written", email=row.key, attempt=row.attempt)
            return Outcome(Ending.LATER, "bug")

    async def _send(self, row: EmailRow, now: datetime) -> Outcome:
        if self.mailbox is None:
            return Outcome(Ending.NEEDLESS, "no mail server is set up")
        async with self.database.read() as session:
            reader = await people.get(session, row.recipient)
            letter = await letter_of(session, row, reader, now) if reader and reader.active else None
            if letter and await awaits_its_card(session, row, now):
                return Outcome(Ending.EARLY)
        if reader is None or letter is None:
            return Outcome(Ending.NEEDLESS)
        if not reader.email:
            return Outcome(Ending.NOWHERE, "no address is known")
        return await self.mailbox.send(row.key, reader.email, letter, now)

    def _settlement(self, row: EmailRow, outcome: Outcome) -> Settlement:
        now, ending = self.clock(), outcome.ending
        if ending in {Ending.SENT, Ending.NEEDLESS}:
            return {"done_at": now, "sent": ending is Ending.SENT, "error": outcome.error}
        if ending is Ending.EARLY:
            return {"retry_at": now + SOON}
        said = {"email": row.key, "recipient": row.recipient, "attempt": row.attempt, "error": outcome.error}
        refused = row.details.get("refused", 0) + (ending is Ending.REFUSED)
        if ending is Ending.NOWHERE or refused >= REFUSALS:
            log.error("e-mail given up", **said)
            return {"done_at": now, "error": outcome.error}
        wait = min(backoff(row.failures), LONGEST_AWAY if ending is Ending.AWAY else LONGEST_WAIT)
        log.warning("e-mail not sent", ending=ending, wait=wait.total_seconds(), **said)
        if ending is Ending.AWAY:
            self._held_until = now + wait
        return {
            "retry_at": now + wait,
            "failures": row.failures + 1,
            "error": outcome.error,
            "details": {**row.details, "refused": refused},
        }

    async def _tell(self, outcome: Outcome) -> None:
        """Whether the server itself is well; somebody hears of it when it has been away for a while."""
        now = self.clock()
        if outcome.ending is Ending.SENT:
            self._away_since = None
            await self.back(now)
        elif outcome.ending is Ending.AWAY:
            self._away_since = self._away_since or now
            if now - self._away_since >= ALARMING:
                await self.away(outcome.error or "", now)
