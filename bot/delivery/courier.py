"""The courier makes Slack show what the database says.

It claims one message that is behind, renders it as things stand now, sends it, and settles. A message is never lost,
and is posted twice only when Slack stores a post later than the settle wait: after an unknown outcome the courier
waits, looks for its own metadata in the channel, adopts what it finds, and only then posts again.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery.pace import Lane, Pace
from bot.delivery.rendering import home_of, message_of, thread_of
from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer, Verdict
from bot.views.blocks import Message
from storage import cards, people
from storage.database import Database
from storage.tables import CardRow

log = structlog.get_logger()

WORKERS = 4
LONGEST_WAIT = timedelta(hours=1)
THREAD_WAIT = timedelta(seconds=1)
REVOKED_WAIT = timedelta(seconds=30)
"""Between two tries while Slack does not let us in."""

Settlement = dict[str, Any]
"""How an attempt ended: the columns of the card that change."""


@dataclass(slots=True)
class Courier:
    """Sends what is wanted; any number of couriers may share one database."""

    database: Database
    slack: Slack
    clock: Callable[[], datetime]
    lease: timedelta = timedelta(seconds=30)
    settle_wait: timedelta = timedelta(seconds=5)
    tick: float = 1.0
    pace: Pace = field(init=False)
    _in_hand: set[str] = field(default_factory=set)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock)

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until told to stop; what is in hand is finished first."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work(stopping))

    async def _work(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self._wake.clear()  # before looking: what is committed meanwhile wakes whoever waits next
            try:
                if await self.deliver_one():
                    continue
            except Exception:
                log.exception("courier failed")
            try:
                await asyncio.wait_for(self._wake.wait(), self._nap())
            except TimeoutError:
                continue

    def _nap(self) -> float:
        opens = self.pace.opens_at()
        return min(self.tick, max(0.01, (opens - self.clock()).total_seconds())) if opens else self.tick

    async def deliver_one(self) -> bool:
        """Brings one message up to date; false when none can be sent now."""
        async with self.database.read() as session:
            if not await cards.is_any_ready(session, self.clock(), self._closed()):
                return False
        row, now = await self._claimed()
        if row is None:
            return False
        try:
            settlement = await self._attempt(row, now)
        finally:
            self._in_hand.discard(row.recipient)
        async with self.database.write(wakes=False) as session:
            if not await cards.settle(session, row.key, row.attempt, **settlement):
                log.warning("another courier has taken over a card", card=row.key, attempt=row.attempt)
        return True

    async def _claimed(self) -> tuple[CardRow | None, datetime]:
        """One message to send, and when it was claimed; its recipient is in hand before the next one is chosen."""
        async with self._claiming:
            async with self.database.write(wakes=False) as session:
                now = self.clock()
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

    async def _attempt(self, row: CardRow, now: datetime) -> Settlement:
        """Ends well before the lease does, so that nobody else can be sending the same."""
        try:
            async with asyncio.timeout(self.lease.total_seconds() * 0.8):
                return await (self._publish_home if row.kind == "home" else self._deliver)(row, now)
        except TimeoutError:
            return self._later(row, Answer(Verdict.UNKNOWN, error="timeout"), unsure=row.posting_since)
        except Exception:
            log.exception("card could not be sent", card=row.key, attempt=row.attempt)
            return self._later(row, Answer(Verdict.UNREACHABLE, error="bug"), unsure=row.posting_since)

    async def _deliver(self, row: CardRow, now: datetime) -> Settlement:
        async with self.database.read() as session:
            message = await message_of(session, row, now)
            thread = await thread_of(session, row)
        if message is None and _earlier(row, now) is None:
            return _nothing_to_say(row)
        if message and row.ts and row.channel:
            return await self._update(row, message, row.channel, row.ts, now)
        if row.parent and thread is None:
            return {"retry_at": now + THREAD_WAIT, "posting_since": _earlier(row, now)}
        channel = await self._channel_of(row, now)
        if isinstance(channel, Answer):
            return self._later(row, channel, lane=Lane.OPEN, unsure=_earlier(row, now))
        if found := await self._find(row, channel, thread, now):
            return found
        return await self._post(row, message, channel, thread) if message else _nothing_to_say(row)

    async def _find(self, row: CardRow, channel: str, thread: str | None, now: datetime) -> Settlement | None:
        """What an earlier attempt with an unknown outcome left in Slack; None when there is nothing."""
        since = _earlier(row, now)
        if since is None:
            return None
        self.pace.take(Lane.LOOK)
        found = await self.slack.find(channel, row.key, since, thread)
        if found.verdict is not Verdict.SHOWN:
            return self._later(row, found, lane=Lane.LOOK, unsure=since)
        if found.ts is None:
            return None
        log.info("adopted a message whose answer was lost", card=row.key)
        return {"channel": channel, "ts": found.ts, "posting_since": None, "failures": 0}

    async def _post(self, row: CardRow, message: Message, channel: str, thread: str | None) -> Settlement:
        self.pace.take(Lane.POST, row.recipient)
        answer = await self.slack.post(channel, row.key, message, thread)
        if answer.verdict is Verdict.MALFORMED:
            log.error("Slack refused the blocks of a card; sent plain", card=row.key, error=answer.error)
            answer = await self.slack.post(channel, row.key, plainer(message), thread)
        if answer.verdict is not Verdict.SHOWN:
            unsure = row.posting_since if answer.verdict is Verdict.UNKNOWN else None
            return self._later(row, answer, lane=Lane.POST, unsure=unsure)
        return {
            "channel": answer.channel or channel,
            "ts": answer.ts,
            "posted_at": self.clock(),
            **_shown(row, message),
        }

    async def _update(self, row: CardRow, message: Message, channel: str, ts: str, now: datetime) -> Settlement:
        if row.digest == digest(message):
            return _shown(row, message)
        self.pace.take(Lane.UPDATE)
        answer = await self.slack.update(channel, ts, message)
        if answer.verdict is Verdict.MALFORMED:
            log.error("Slack refused the blocks of a card; sent plain", card=row.key, error=answer.error)
            answer = await self.slack.update(channel, ts, plainer(message))
        if answer.verdict is Verdict.GONE:
            log.warning("a card is gone from Slack and is posted again", card=row.key, error=answer.error)
            return {"ts": None, "digest": None, "retry_at": now, "posting_since": None}
        if answer.verdict is not Verdict.SHOWN:
            return self._later(row, answer, lane=Lane.UPDATE)
        return _shown(row, message)

    async def _publish_home(self, row: CardRow, now: datetime) -> Settlement:
        async with self.database.read() as session:
            view = await home_of(session, row.recipient, now)
        self.pace.take(Lane.PUBLISH)
        answer = await self.slack.publish_home(row.recipient, view)
        if answer.verdict is not Verdict.SHOWN:
            return self._later(row, answer, lane=Lane.PUBLISH)
        return {"shown": row.wanted, "posting_since": None, "failures": 0, "error": None}

    async def _channel_of(self, row: CardRow, now: datetime) -> str | Answer:
        """Where this recipient reads: the channel itself, or the person's DM, asked for once."""
        if not row.recipient.startswith(("U", "W")):
            return row.recipient
        async with self.database.read() as session:
            person = await people.get(session, row.recipient)
        if person and person.dm_channel:
            return person.dm_channel
        self.pace.take(Lane.OPEN)
        answer = await self.slack.open_dm(row.recipient)
        if answer.verdict is not Verdict.SHOWN or not answer.channel:
            return answer
        async with self.database.write(wakes=False) as session:
            await people.remember_dm(session, row.recipient, answer.channel, now)
        return answer.channel

    def _later(
        self, row: CardRow, answer: Answer, *, lane: Lane = Lane.POST, unsure: datetime | None = None
    ) -> Settlement:
        """Nothing is dropped: the message waits as long as the verdict says."""
        backoff = min(timedelta(seconds=2 ** min(row.failures + 1, 12)), LONGEST_WAIT)
        wait = {
            Verdict.LIMITED: timedelta(seconds=answer.wait),
            Verdict.UNKNOWN: self.settle_wait,
            Verdict.REVOKED: REVOKED_WAIT,
        }.get(answer.verdict, backoff)
        if answer.verdict is Verdict.LIMITED:
            self.pace.hold(lane, answer.wait)
        said = {"verdict": answer.verdict, "error": answer.error, "wait": wait.total_seconds()}
        log.warning("card not sent", card=row.key, attempt=row.attempt, **said)
        return {
            "retry_at": self.clock() + wait,
            "posting_since": unsure,
            "failures": row.failures + 1,
            "error": answer.error,
        }


def _nothing_to_say(row: CardRow) -> Settlement:
    return {"shown": row.wanted, "refresh_at": None, "posting_since": None, "failures": 0}


def _shown(row: CardRow, message: Message) -> Settlement:
    return {
        "shown": row.wanted,
        "digest": digest(message),
        "refresh_at": message.refresh_at,
        "posting_since": None,
        "failures": 0,
        "error": None,
    }


def _earlier(row: CardRow, now: datetime) -> datetime | None:
    """Since when the message may be in Slack, from attempts before this one."""
    return row.posting_since if row.posting_since and row.posting_since < now else None


def digest(message: Message) -> str:
    shown = json.dumps([message.text, message.blocks], sort_keys=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()


def plainer(message: Message) -> Message:
    """The same in the fewest blocks: what it says, and what can be pressed."""
    words: dict[str, Any] = {"type": "section", "text": {"type": "plain_text", "text": message.text[:3000]}}
    return Message(message.text, [words, *(block for block in message.blocks if block["type"] == "actions")])
