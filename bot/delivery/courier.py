"""The courier makes Slack show what the database says.

It claims messages that are behind, one a recipient, renders them as things stand now, sends each, and settles.
A message is never lost, and is posted twice only when Slack stores a post later than the settle wait: after an unknown
outcome the courier waits, looks for its own metadata in the channel, adopts what it finds, and only then posts again.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.delivery.choosing import choose, without_posts_over
from bot.delivery.hooks import Hooks
from bot.delivery.pace import MINUTE, Lane, Pace
from bot.delivery.rendering import Rendered, rendered
from bot.delivery.sender import Sender
from bot.delivery.settlement import Settlement
from bot.delivery.settling import Attempt, Settling
from bot.delivery.slack import Slack
from bot.delivery.verdicts import SHUT_OUT, UNREACHED, Answer, Verdict
from storage.assigning import people
from storage.database import Database, DatabaseError, Session
from storage.delivery import cards, sending
from storage.delivery.sending import Ended, Ready
from storage.tables import CardRow

Claimed = tuple[CardRow, Rendered | None, datetime]
"""A message in hand, as it should be (App Homes are read later), and when it was claimed."""
Reading = asyncio.Task[dict[str, Rendered]]
"""What messages are to be, while it is read."""

log = structlog.get_logger()

AT_ONCE = 32
"""So many messages are in hand at most: Slack takes a tenth of a second for one, and each place one a second."""
LOOKED_AT = 200
"""Of those that could be sent so many are looked at to choose from."""
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
    pace: Pace = None  # type: ignore[assignment]  # Slack's own, unless somebody measures without it
    _sender: Sender = field(init=False)
    _settling: Settling = field(init=False)
    _shut_until: datetime | None = None
    _in_hand: set[str] = field(default_factory=set)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.pace = self.pace or Pace(self.clock)
        self._sender = Sender(
            self.database, self.slack, self.pace, self.clock, self.hooks, self.lease, self.settle_wait
        )
        self._settling = Settling(self._write)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until told to stop and woken; what is in hand is finished first."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._rounds(stopping))
            while not stopping.is_set():
                self._wake.clear()  # before looking: what is committed meanwhile has it look again,
                closed_until = self.pace.opens_at()  # and so has what opens
                for one in await self._found():
                    group.create_task(self._carried_out(one))
                # what was left waits for its recipient, for a place or for Slack's pace: each of them wakes
                await self._rest(closed_until)

    async def _found(self) -> list[Claimed]:
        try:
            return await self._taken(AT_ONCE - len(self._in_hand))
        except Exception:
            log.exception("courier failed")
            return []

    async def _rest(self, closed_until: datetime | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._nap(closed_until))

    async def _carried_out(self, claimed: Claimed) -> None:
        try:
            await self._carry_out(*claimed)
        except Exception:
            log.exception("courier failed")
        self.wake()  # something else may have waited for the same recipient

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

    def _nap(self, closed_until: datetime | None) -> float | None:
        """Seconds until Slack's pace allows more, or it is time to ask whether Slack lets us in; None: until woken."""
        opens = min(filter(None, (closed_until, self.pace.opens_at(), self._shut_until)), default=None)
        return max(0.001, (opens - self.clock()).total_seconds()) if opens else None

    async def deliver_one(self) -> bool:
        """Brings one message up to date; false when none can be sent now."""
        claimed = await self._taken(1)
        for one in claimed:
            await self._carry_out(*one)
        return bool(claimed)

    async def _taken(self, most: int) -> list[Claimed]:
        """Messages that this courier has claimed, rendered; none when none can be sent now."""
        if most <= 0 or (self._shut_until and not await self._is_let_in(self._shut_until)):
            return []
        rows, now, reading = await self._claimed(most)
        try:
            made = await reading if reading else {}
        except BaseException:
            self._in_hand.difference_update(row.recipient for row in rows)
            raise
        return [(row, made.get(row.key), now) for row in rows]

    async def _rendered(self, rows: Sequence[CardRow], now: datetime) -> dict[str, Rendered]:
        """App Homes left out. Where many cannot be read together each is alone: a mistake in one spoils no other."""
        messages = [row for row in rows if row.kind != "home"]
        if not messages:
            return {}
        try:
            async with self.database.read() as session:
                return await rendered(session, messages, now)
        except Exception as error:
            if len(messages) == 1:
                return {messages[0].key: Rendered(error, None, None)}
        return {key: made for row in messages for key, made in (await self._rendered([row], now)).items()}

    async def _carry_out(self, row: CardRow, made: Rendered | None, now: datetime) -> None:
        try:
            ended = await self._sender.attempt(row, made, now)
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

    async def _claimed(self, most: int) -> tuple[list[CardRow], datetime, Reading | None]:
        """Messages to send, when they were claimed, and what they are to be, which is read while that is committed.

        Their recipients are in hand before others are chosen.
        """
        async with self._claiming:
            closed, now = self.pace.closed(self._in_hand), self.clock()
            async with self.database.read() as session:
                found = await sending.ready(session, now, closed, LOOKED_AT)
            chosen = choose(found, self.pace, len(self._in_hand), most)
            if not chosen:
                return [], now, None
            rows: list[CardRow] = []
            reading = None
            try:
                async with self.database.write(wakes=False) as session:
                    now = self.clock()
                    rows = await self._claim(session, chosen, now)
                    self._in_hand.update(row.recipient for row in rows)
                    reading = asyncio.create_task(self._rendered(rows, now))
            except BaseException:
                self._in_hand.difference_update(row.recipient for row in rows)
                if reading:
                    reading.cancel()
                raise
        return rows, now, reading

    async def _claim(self, session: Session, chosen: Sequence[Ready], now: datetime) -> list[CardRow]:
        if self.pace.needs_count():
            left = self.pace.counted(await sending.count_posts(session, now - MINUTE, now))
            chosen = without_posts_over(chosen, left)
        closed = self.pace.closed(self._in_hand)
        return await sending.claim(session, [one.key for one in chosen], now, self.lease, closed)

    async def _settle(self, row: CardRow, ended: Settlement) -> None:
        """Writes how the attempt ended and all that follows from it, or nothing."""
        if ended.refusal is None:
            await self._settling.settle(row, ended)
            return
        if ended.refusal.verdict in SHUT_OUT:
            self._shut_until = self.clock() + BETWEEN_PROBES
        async with self.database.write() as session:
            await self._follow_up(session, row, ended.refusal)
            written = await sending.settle(session, [Ended(row.key, row.attempt, ended.columns)])
        self._report(row, ended, row.key in written)

    async def _write(self, attempts: Sequence[Attempt]) -> None:
        """How these attempts ended, none of which was refused; of several, one that has to wait is written alone."""
        posted = {row.key: row.handoff_id for row, ended in attempts if ended.posted and row.handoff_id}
        async with self.database.write(wakes=False) as session:
            await people.remember_dms(session, _first_written_to(attempts), self.clock())
            ends = [Ended(row.key, row.attempt, ended.columns) for row, ended in attempts]
            written = await sending.settle(session, ends)
            await sending.wake_replies(
                session, {key: about for key, about in posted.items() if key in written}, self.clock()
            )
        left = [(row, ended) for row, ended in attempts if row.key not in written and len(attempts) > 1]
        done = [(row, ended) for row, ended in attempts if row.key in written or len(attempts) == 1]
        for row, ended in done:
            self._report(row, ended, row.key in written)
        await self._say_shown([(row, ended.posted) for row, ended in done if ended.posted or row.failures])
        for one in left:
            await self._write([one])

    async def _say_shown(self, messages: Sequence[tuple[CardRow, bool]]) -> None:
        """They are settled: a mistake in what follows must not have them settled again."""
        try:
            if messages:
                await self.hooks.shown(messages, self.clock())
        except Exception:
            log.exception("what follows from messages failed", cards=[row.key for row, _ in messages])

    def _report(self, row: CardRow, ended: Settlement, is_written: bool) -> None:
        if not is_written:
            log.warning("another courier has taken over a card", card=row.key, attempt=row.attempt)
        if ended.refusal is None:
            log.info("card settled", card=row.key, attempt=row.attempt, posted=ended.posted)
        self.hooks.settled(row, ended.refusal.verdict if ended.refusal else Verdict.SHOWN, self.clock())

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


def _first_written_to(attempts: Sequence[Attempt]) -> dict[str, str]:
    """In which channel people read, of whom that was not known."""
    return {row.recipient: ended.reads_in for row, ended in attempts if ended.reads_in}
