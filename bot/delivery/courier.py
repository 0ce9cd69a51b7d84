"""The courier makes Slack show what the database says.

It claims one message that is behind, renders it as things stand now, sends it, and settles. A message is never lost,
and is posted twice only when Slack stores a post later than the settle wait: after an unknown outcome the courier
waits, looks for its own metadata in the channel, adopts what it finds, and only then posts again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery.hooks import Hooks
from bot.delivery.pace import MINUTE, Lane, Pace
from bot.delivery.sender import Sender
from bot.delivery.settlement import Settlement
from bot.delivery.slack import Slack
from bot.delivery.verdicts import SHUT_OUT, UNREACHED, Answer, Verdict
from storage import cards, people
from storage.database import Database, DatabaseError, Session
from storage.tables import CardRow

log = structlog.get_logger()

WORKERS = 4
BETWEEN_PROBES = timedelta(seconds=30)
"""Between two tries while Slack does not let us in."""
BETWEEN_ROUNDS = 60.0
SEEN_FOR = timedelta(days=1)
"""So long nobody asks whether an account is in use that no message goes to."""


@dataclass(slots=True)
class Courier:
    """Sends what is wanted; any number of couriers may share one database."""

    database: Database
    slack: Slack
    clock: Callable[[], datetime]
    lease: timedelta = timedelta(seconds=30)
    settle_wait: timedelta = cards.SETTLE_WAIT
    hooks: Hooks = field(default_factory=Hooks)
    pace: Pace = field(init=False)
    _sender: Sender = field(init=False)
    _shut_until: datetime | None = None
    _in_hand: set[str] = field(default_factory=set)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock)
        self._sender = Sender(
            self.database, self.slack, self.pace, self.clock, self.hooks, self.lease, self.settle_wait
        )

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until told to stop and woken; what is in hand is finished first."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work(stopping))
            group.create_task(self._rounds(stopping))

    async def _work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with self._looking:  # one looks and naps; whoever found something leaves that to the next
                    claimed = None if stopping.is_set() else await self._found_or_rested()
                if claimed:
                    await self._carry_out(*claimed)
                    self.wake()  # something else may have waited for the same recipient
            except Exception:
                log.exception("courier failed")

    async def _found_or_rested(self) -> tuple[CardRow, datetime] | None:
        self._wake.clear()  # before looking: what is committed meanwhile wakes whoever waits next
        try:
            if claimed := await self._taken():
                return claimed
        except Exception:
            log.exception("courier failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._nap())
        return None

    async def _rounds(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                while not stopping.is_set() and await self.look_at_one():
                    pass
            except Exception:
                log.exception("looking at people failed")
            try:
                await asyncio.wait_for(stopping.wait(), BETWEEN_ROUNDS)
            except TimeoutError:
                continue

    def _nap(self) -> float | None:
        """Seconds until Slack's pace allows more, or it is time to ask whether Slack lets us in; None: until woken."""
        opens = min(filter(None, (self.pace.opens_at(), self._shut_until)), default=None)
        return max(0.01, (opens - self.clock()).total_seconds()) if opens else None

    async def deliver_one(self) -> bool:
        """Brings one message up to date; false when none can be sent now."""
        claimed = await self._taken()
        if claimed:
            await self._carry_out(*claimed)
        return claimed is not None

    async def _taken(self) -> tuple[CardRow, datetime] | None:
        """A message that this courier has claimed, and when; None when none can be sent now."""
        if self._shut_until and not await self._is_let_in(self._shut_until):
            return None
        async with self.database.read() as session:
            if not await cards.is_any_ready(session, self.clock(), self._closed()):
                return None
        row, now = await self._claimed()
        return (row, now) if row else None

    async def _carry_out(self, row: CardRow, now: datetime) -> None:
        try:
            ended = await self._sender.attempt(row, now)
        finally:
            self._in_hand.discard(row.recipient)
        await self._settle(row, ended)

    async def look_at_one(self) -> bool:
        """Asks Slack about one person not asked about for a day; false when there is none, or not now."""
        now = self.clock()
        if self._shut_until or not self.pace.is_free(Lane.PERSON):
            return False
        async with self.database.read() as session:
            person = await people.not_seen_since(session, now - SEEN_FOR)
        if person is None:
            return False
        answer = await self._sender.look_at(person, now)
        if answer.verdict is Verdict.NO_PERSON:
            async with self.database.write() as session:
                await self.hooks.person_seen(session, person, False, now)
                await people.asked_about(session, person, now)
        return answer.verdict in UNREACHED | {Verdict.SHOWN, Verdict.NO_PERSON}

    async def _is_let_in(self, shut_until: datetime) -> bool:
        """One call in a while finds out whether Slack lets us in again; until then no card is tried."""
        now = self.clock()
        if now < shut_until:
            return False
        self._shut_until = now + BETWEEN_PROBES
        if (await self.slack.who_am_i()).verdict is not Verdict.SHOWN:
            return False
        async with self.database.write(wakes=False) as session:
            await self.hooks.let_in(session, now)
        self._shut_until = None
        log.info("Slack lets us in again")
        return True

    async def _claimed(self) -> tuple[CardRow | None, datetime]:
        """One message to send, and when it was claimed; its recipient is in hand before the next one is chosen."""
        async with self._claiming:
            async with self.database.write(wakes=False) as session:
                now = self.clock()
                if self.pace.needs_count():
                    self.pace.counted(await cards.count_posts(session, now - MINUTE, now))
                row = await cards.claim(session, now, self.lease, self._closed())
            if row:
                self._in_hand.add(row.recipient)
        return row, now

    def _closed(self) -> cards.Closed:
        """What Slack's pace, and what is in hand, forbid at this moment."""
        return cards.Closed(
            recipients={*self.pace.resting(), *self._in_hand},
            new=not self.pace.is_free(Lane.POST, Lane.OPEN, Lane.LOOK),
            shown=not self.pace.is_free(Lane.UPDATE),
            news=not self.pace.has_room_for_news(Lane.UPDATE),
            homes=not self.pace.is_free(Lane.PUBLISH),
        )

    async def _settle(self, row: CardRow, ended: Settlement) -> None:
        """Writes how the attempt ended and all that follows from it, or nothing."""
        refusal = ended.refusal
        if refusal and refusal.verdict in SHUT_OUT:
            self._shut_until = self.clock() + BETWEEN_PROBES
        async with self.database.write(wakes=refusal is not None) as session:
            if refusal:
                await self._follow_up(session, row, refusal)
            if not await cards.settle(session, row.key, row.attempt, **ended.columns):
                log.warning("another courier has taken over a card", card=row.key, attempt=row.attempt)
            elif ended.posted and row.handoff_id:
                await cards.wake_replies(session, row.handoff_id, row.key, self.clock())
        if refusal is None:
            log.info("card settled", card=row.key, attempt=row.attempt, posted=ended.posted)
        self.hooks.settled(row, refusal.verdict if refusal else Verdict.SHOWN, self.clock())
        if ended.posted or (row.failures and refusal is None):
            await self.hooks.shown(row, ended.posted, self.clock())

    async def _follow_up(self, session: Session, row: CardRow, refusal: Answer) -> None:
        """A mistake in what follows must not keep the card from being settled."""
        now = self.clock()
        try:
            async with session.begin_nested():
                if refusal.verdict is Verdict.NO_PERSON:
                    await self.hooks.person_seen(session, row.recipient, False, now)
                elif refusal.verdict is Verdict.NO_THREAD and row.parent:
                    await cards.doubt(session, row.parent, now)
                elif refusal.verdict in SHUT_OUT | UNREACHED:
                    await self.hooks.not_shown(session, row, refusal, now)
        except DatabaseError:
            raise
        except Exception:
            log.exception("what follows from an attempt failed", card=row.key, attempt=row.attempt)
