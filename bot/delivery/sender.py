"""One attempt at one message: rendered as things stand now, sent once, and what came of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.delivery import settlement
from bot.delivery.hooks import Hooks
from bot.delivery.pace import Lane, Pace
from bot.delivery.rendering import Rendered, home_of, is_person
from bot.delivery.settlement import THREAD_WAIT, Settlement, earlier, later, nothing_to_say, shown, wait_after
from bot.delivery.slack import Slack
from bot.delivery.verdicts import ERRORS, SHUT_OUT, UNREACHED, Answer, Verdict
from bot.views.blocks import Message, plainer
from storage.assigning import people
from storage.database import Database
from storage.tables import CardRow, PersonRow

log = structlog.get_logger()

STILL_THERE = timedelta(minutes=5)
"""So long an account that was in use counts as in use: Slack takes messages to deactivated ones without a word."""
IN_TIME = 0.8
"""The share of the lease after which an attempt is over, reading what it says included."""
NOT_THERE = "message_not_found"
WHOLE_WORKSPACE = "message_limit_exceeded"


@dataclass(frozen=True, slots=True)
class Sender:
    """Makes attempts; each ends well before the lease does, so that nobody else can be sending the same."""

    database: Database
    slack: Slack
    pace: Pace
    clock: Callable[[], datetime]
    hooks: Hooks
    lease: timedelta
    settle_wait: timedelta

    async def attempt(self, row: CardRow, made: Rendered | None, now: datetime) -> Settlement:
        """Sends the message, claimed at `now`, as it was just rendered; App Homes are rendered here."""
        left = self.lease * IN_TIME - (self.clock() - now)
        if left <= timedelta(0):  # to begin would be to send a part of it
            return self._refused(row, Answer(Verdict.AWAY, error="timeout"), unsure=earlier(row, now))
        try:
            async with asyncio.timeout(left.total_seconds()):
                return await (self._deliver(row, made, now) if made else self._publish_home(row, now))
        except TimeoutError:
            return self._refused(row, Answer(Verdict.UNKNOWN, error="timeout"), unsure=row.posting_since)
        except Exception:
            log.exception("card could not be sent", card=row.key, attempt=row.attempt)
            return self._refused(row, Answer(Verdict.REFUSED, error="bug"), unsure=row.posting_since)

    async def _deliver(self, row: CardRow, made: Rendered, now: datetime) -> Settlement:
        message, parent, person = made.message, made.parent, made.person
        if isinstance(message, Exception):
            raise message
        if message is None and earlier(row, now) is None:
            return nothing_to_say(row)
        if message and row.ts and row.channel:
            return await self._update(row, message, row.channel, row.ts, now)
        if row.parent and (parent is None or parent.ts is None):
            return self._waits_for(row, parent, now)
        channel = await self._channel_of(row, person, now)
        ended = await self._send_new(row, message, parent, channel, now)
        if not ended.posted or isinstance(channel, Answer) or not is_person(row):
            return ended
        return ended if person and person.dm_channel == channel else replace(ended, reads_in=channel)

    async def _send_new(
        self, row: CardRow, message: Message | None, parent: CardRow | None, channel: str | Answer, now: datetime
    ) -> Settlement:
        """Posts what is not in Slack yet; of a message that says nothing any more only a trace is looked for."""
        found = channel if isinstance(channel, Answer) else await self._find(row, channel, parent, now)
        if found and found.verdict is Verdict.SHOWN:
            log.info("adopted a message whose answer was lost", card=row.key)
            where = {"channel": channel, "ts": found.ts, "posting_since": None, "failures": 0}
            return Settlement(where, posted=True)
        if message is None and found and found.verdict in UNREACHED | {Verdict.NO_PERSON}:
            return nothing_to_say(row)
        if isinstance(channel, Answer):
            return self._refused(row, channel, lane=Lane.OPEN, unsure=earlier(row, now))
        if found:
            return self._refused(row, found, lane=Lane.LOOK, unsure=earlier(row, now))
        return await self._post(row, message, channel, parent) if message else nothing_to_say(row)

    def _waits_for(self, row: CardRow, parent: CardRow | None, now: datetime) -> Settlement:
        """A reply waits for the message it answers, and is as lost as that one is."""
        unsure, error = earlier(row, now), (parent.error if parent else None) or ""
        answer = Answer(ERRORS.get(error.partition(" ")[0], Verdict.UNKNOWN), error=error)
        if answer.verdict is Verdict.NO_PERSON:
            return settlement.given_up(row, answer)
        if answer.verdict in UNREACHED or parent is None or not parent.stale:
            until = max(now + settlement.backoff(row.failures), parent.retry_at if parent else now)
            return later(row, answer, until - now, now, unsure)
        return Settlement({"retry_at": max(now + THREAD_WAIT, parent.retry_at), "posting_since": unsure})

    async def _find(self, row: CardRow, channel: str, parent: CardRow | None, now: datetime) -> Answer | None:
        """What an earlier attempt with an unknown outcome left in Slack; None when there is nothing."""
        since = earlier(row, now)
        if since is None:
            return None
        self.pace.take(Lane.LOOK)
        found = await self.slack.find(channel, row.key, since, parent.ts if parent else None)
        nowhere = found.verdict is Verdict.NO_THREAD or (found.verdict is Verdict.SHOWN and found.ts is None)
        return None if nowhere else _about_a_person(row, found)

    async def _post(self, row: CardRow, message: Message, channel: str, parent: CardRow | None) -> Settlement:
        thread = parent.ts if parent else None
        self.pace.take(Lane.POST, row.recipient)
        asked_at = self.clock()
        answer = await self.slack.post(channel, row.key, message, thread)
        if answer.verdict is Verdict.MALFORMED:
            _sent_plain(row, answer)
            answer = await self.slack.post(channel, row.key, plainer(message), thread)
        if answer.verdict is not Verdict.SHOWN:
            unsure = row.posting_since if answer.verdict is Verdict.UNKNOWN else None
            ended = self._refused(row, _about_a_person(row, answer), lane=Lane.POST, unsure=unsure)
            return replace(ended, columns={**ended.columns, "posted_at": self.clock()}) if unsure else ended
        posted_at = self._had_at(answer.ts, asked_at)
        self.pace.posted(row.recipient, posted_at)
        return shown(row, message, channel=answer.channel or channel, ts=answer.ts, posted_at=posted_at)

    def _had_at(self, ts: str | None, asked_at: datetime) -> datetime:
        """When Slack had the post: as its own clock says, as far as ours can believe that."""
        try:
            said = datetime.fromtimestamp(float(ts or ""), UTC)
        except ValueError:
            return self.clock()
        return min(max(said, asked_at), self.clock())

    async def _update(self, row: CardRow, message: Message, channel: str, ts: str, now: datetime) -> Settlement:
        if row.digest == settlement.digest(message):
            return shown(row, message)
        self.pace.take(Lane.UPDATE)
        answer = await self.slack.update(channel, ts, message)
        if answer.verdict is Verdict.MALFORMED:
            _sent_plain(row, answer)
            answer = await self.slack.update(channel, ts, plainer(message))
        if answer.verdict is Verdict.GONE and not (answer.error or "").startswith(NOT_THERE):
            deleted = await self.slack.delete(channel, ts)  # else its old words stay beside the new ones
            if message.last and deleted.verdict not in {Verdict.SHOWN, Verdict.GONE}:
                return self._refused(row, deleted, lane=Lane.UPDATE)
        if answer.verdict is Verdict.GONE:
            log.warning("a card is gone from Slack and is posted again", card=row.key, error=answer.error)
            return Settlement({"ts": None, "digest": None, "retry_at": now, "posting_since": None})
        if answer.verdict is not Verdict.SHOWN:
            return self._refused(row, _about_a_person(row, answer), lane=Lane.UPDATE)
        return shown(row, message)

    async def _publish_home(self, row: CardRow, now: datetime) -> Settlement:
        async with self.database.read() as session:
            view = await home_of(session, row.recipient, now)
        self.pace.take(Lane.PUBLISH)
        answer = await self.slack.publish_home(row.recipient, view)
        if answer.verdict is not Verdict.SHOWN:
            return self._refused(row, answer, lane=Lane.PUBLISH)
        return nothing_to_say(row)

    async def _channel_of(self, row: CardRow, person: PersonRow | None, now: datetime) -> str | Answer:
        """Where this recipient reads: the channel itself, or the person's DM, asked for once."""
        if not is_person(row):
            return row.recipient
        if person is None or not person.dm_channel or row.error == "channel_not_found":
            return await self._opened(row.recipient)
        if person.checked_at <= now - STILL_THERE and self.pace.is_free(Lane.PERSON):
            answer = await self.look_at(row.recipient, now)
            if answer.verdict in SHUT_OUT | {Verdict.NO_PERSON}:
                return answer
            if answer.verdict is Verdict.SHOWN:
                return person.dm_channel
        return person.dm_channel if person.active else Answer(Verdict.NO_PERSON, error="user_disabled")

    async def look_at(self, person: str, now: datetime) -> Answer:
        """Asks Slack whether the account is in use, and notes that it is, or that Slack does not say."""
        self.pace.take(Lane.PERSON)
        answer, row, status = await self.slack.look_at(person, now)
        if answer.verdict is Verdict.LIMITED:
            self.pace.hold(Lane.PERSON, answer.wait)
        if answer.verdict is Verdict.SHOWN and row:
            async with self.database.write(wakes=False) as session:
                await self.hooks.person_seen(session, person, True, now)
                await people.save(session, row)
            await self.hooks.status_seen(person, *status, now)
        if answer.verdict in UNREACHED:
            async with self.database.write(wakes=False) as session:
                await people.asked_about(session, person, now)
        return answer

    async def _opened(self, person: str) -> str | Answer:
        self.pace.take(Lane.OPEN)
        answer = await self.slack.open_dm(person)
        if answer.verdict is not Verdict.SHOWN:
            return answer
        return answer.channel or Answer(Verdict.REFUSED, error="no channel in the answer")

    def _refused(
        self, row: CardRow, answer: Answer, *, lane: Lane = Lane.POST, unsure: datetime | None = None
    ) -> Settlement:
        """Nothing is dropped: the message waits as long as the verdict says, unless nobody is there to read it."""
        if answer.verdict is Verdict.NO_PERSON:
            log.warning("card given up: the account is deactivated", card=row.key, attempt=row.attempt)
            return settlement.given_up(row, answer)
        if answer.verdict is Verdict.LIMITED:
            self._rest(row, answer, lane)
        wait = wait_after(row, answer, self.settle_wait)
        said = {"verdict": answer.verdict, "error": answer.error, "wait": wait.total_seconds()}
        log.warning("card not sent", card=row.key, attempt=row.attempt, **said)
        return later(row, answer, wait, self.clock(), unsure)

    def _rest(self, row: CardRow, answer: Answer, lane: Lane) -> None:
        if lane is Lane.POST and answer.error != WHOLE_WORKSPACE:
            self.pace.hold_recipient(row.recipient, answer.wait)
        else:
            self.pace.hold(lane, answer.wait)


def _about_a_person(row: CardRow, answer: Answer) -> Answer:
    """What Slack says of a direct message's channel is about the person."""
    if answer.verdict is Verdict.NO_CHANNEL and is_person(row):
        return Answer(Verdict.NO_DM, error=answer.error)
    return answer


def _sent_plain(row: CardRow, answer: Answer) -> None:
    log.error("Slack refused the blocks of a card; sent plain", card=row.key, error=answer.error)
