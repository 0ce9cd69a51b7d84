"""Slack's pace: what may be sent now, and when the next thing may."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from storage.cards import BETWEEN_POSTS

MINUTE = timedelta(seconds=60)


class Lane(StrEnum):
    """A kind of call with a limit of its own."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    LOOK = "conversations.history"
    OPEN = "conversations.open"
    PUBLISH = "views.publish"
    PERSON = "users.info"


PER_MINUTE = {Lane.POST: 240, Lane.UPDATE: 46, Lane.LOOK: 46, Lane.OPEN: 46, Lane.PUBLISH: 96, Lane.PERSON: 96}
"""A little under Slack's own: some calls are on their way when the last free one is looked for."""
MANY_POSTS = PER_MINUTE[Lane.POST] // 2
"""From here on every post is counted before it is made: other processes may be posting too."""
COUNTED_FOR = timedelta(seconds=1)
KEPT_FREE = 15
"""Calls a minute that news may not use up: whoever answers a lead sees it on the card at once."""


class Pace:
    """Keeps every lane under its calls a minute, and every channel under one post a second."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sent: dict[Lane, deque[datetime]] = {lane: deque() for lane in Lane}
        self._held: dict[Lane, datetime] = {}
        self._posted: dict[str, datetime] = {}
        self._limited: dict[str, datetime] = {}
        self._counted: tuple[datetime, int] | None = None

    def take(self, lane: Lane, recipient: str | None = None) -> None:
        """One call is about to be made."""
        now = self._clock()
        self._sent[lane].append(now)
        if lane is Lane.POST and recipient:
            self._posted[recipient] = now

    def hold(self, lane: Lane, seconds: float) -> None:
        """Slack said to wait."""
        self._held[lane] = self._clock() + timedelta(seconds=seconds)

    def hold_recipient(self, recipient: str, seconds: float) -> None:
        """Slack said to wait with posts: to this recipient, or to everyone when another one was told so too."""
        now = self._clock()
        self._limited = {who: at for who, at in self._limited.items() if at > now}
        if self._limited.keys() - {recipient}:
            self.hold(Lane.POST, seconds)
        self._limited[recipient] = now + timedelta(seconds=seconds)

    def needs_count(self) -> bool:
        """Whether to ask how many messages all processes have posted in the last minute."""
        if self._counted is None:
            return True
        at, posts = self._counted
        return posts >= MANY_POSTS or not at <= self._clock() < at + COUNTED_FOR

    def counted(self, posts: int) -> None:
        """All processes have posted so many messages in the last minute; at the limit, posts rest a moment."""
        self._counted = self._clock(), posts
        if posts >= PER_MINUTE[Lane.POST]:
            self.hold(Lane.POST, COUNTED_FOR.total_seconds())

    def free_at(self, lane: Lane) -> datetime:
        """When the lane takes another call: now, or later."""
        now, sent = self._clock(), self._sent[lane]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        full = sent[0] + MINUTE if len(sent) >= PER_MINUTE[lane] else now
        return max(now, full, self._held.get(lane, now))

    def is_free(self, *lanes: Lane) -> bool:
        return all(self.free_at(lane) <= self._clock() for lane in lanes)

    def has_room_for_news(self, lane: Lane) -> bool:
        return self.is_free(lane) and len(self._sent[lane]) < PER_MINUTE[lane] - KEPT_FREE

    def resting(self) -> dict[str, datetime]:
        """Recipients that had a post less than a second ago or are limited, and until when they rest."""
        now = self._clock()
        self._posted = {who: at for who, at in self._posted.items() if at + BETWEEN_POSTS > now}
        limited = {who: at for who, at in self._limited.items() if at > now}
        return {who: at + BETWEEN_POSTS for who, at in self._posted.items()} | limited

    def opens_at(self) -> datetime | None:
        """When something that is closed now opens next; None when nothing is closed."""
        openings = [*map(self.free_at, Lane), *self.resting().values()]
        now = self._clock()  # read last: a lane that is free says "now", and that must not be later than this
        return min((at for at in openings if at > now), default=None)
