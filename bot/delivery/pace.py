"""Slack's pace: what may be sent now, and when the next thing may."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from storage.delivery.sending import BETWEEN_POSTS, Closed

MINUTE = timedelta(seconds=60)


class Lane(StrEnum):
    """A kind of call with a limit of its own."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    LOOK = "conversations.history"
    OPEN = "conversations.open"
    PUBLISH = "views.publish"
    PERSON = "users.info"


PER_MINUTE: Mapping[Lane, int] = {
    Lane.POST: 240,
    Lane.UPDATE: 46,
    Lane.LOOK: 46,
    Lane.OPEN: 46,
    Lane.PUBLISH: 96,
    Lane.PERSON: 96,
}
"""A little under Slack's own: some calls are on their way when the last free one is looked for."""
COUNTED_FOR = timedelta(seconds=1)
KEPT_FREE = 15
"""Calls a minute that news may not use up: whoever answers a lead sees it on the card at once."""
KEPT_FOR_REPS = 8
"""Of these, calls that only a rep's own card may use: a wave of rewritten messages to others does not hold it up."""


class Pace:
    """Keeps every lane under its calls a minute, and every channel at one post a second."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        per_minute: Mapping[Lane, int] = PER_MINUTE,
        between_posts: timedelta = BETWEEN_POSTS,
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._between_posts = between_posts
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

    def posted(self, recipient: str, at: datetime) -> None:
        """Slack had a post to this recipient then: from then on it rests."""
        self._posted[recipient] = at

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
        """Whether to ask how many messages all processes have posted in the last minute.

        From half of what Slack takes on they are counted before every post: other processes may be posting too.
        """
        if self._counted is None:
            return True
        at, posts = self._counted
        return posts >= self._per_minute[Lane.POST] // 2 or not at <= self._clock() < at + COUNTED_FOR

    def counted(self, posts: int) -> int:
        """All processes have posted so many messages in the last minute; how many more may be, none for a moment."""
        self._counted = self._clock(), posts
        left = self._per_minute[Lane.POST] - posts
        if left <= 0:
            self.hold(Lane.POST, COUNTED_FOR.total_seconds())
        return max(0, left)

    def free_at(self, lane: Lane, kept: int = 0) -> datetime:
        """When the lane takes another call, so many still being kept free: now, or later."""
        now, sent = self._clock(), self._sent[lane]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        over = len(sent) - max(1, self._per_minute[lane] - kept)
        full = sent[over] + MINUTE if over >= 0 else now
        return max(now, full, self._held.get(lane, now))

    def is_free(self, *lanes: Lane) -> bool:
        return all(self.free_at(lane) <= self._clock() for lane in lanes)

    def room(self, lane: Lane) -> int:
        """How many calls the lane takes at this moment."""
        return self._per_minute[lane] - len(self._sent[lane]) if self.is_free(lane) else 0

    def closed(self, in_hand: Collection[str]) -> Closed:
        """What this pace, and what is in hand for these recipients, forbid at this moment."""
        kept = {kept: self.free_at(Lane.UPDATE, kept) > self._clock() for kept in (KEPT_FOR_REPS, KEPT_FREE)}
        return Closed(
            recipients={*self.resting(), *in_hand},
            new=not self.is_free(Lane.POST),
            unopened=not self.is_free(Lane.OPEN),
            unsure=not self.is_free(Lane.LOOK),
            shown=not self.is_free(Lane.UPDATE),
            others=kept[KEPT_FOR_REPS],
            news=kept[KEPT_FREE],
            homes=not self.is_free(Lane.PUBLISH),
            rest=self._between_posts,
        )

    def resting(self) -> dict[str, datetime]:
        """Recipients that had a post less than a second ago or are limited, and until when they rest."""
        now = self._clock()
        self._posted = {who: at for who, at in self._posted.items() if at + self._between_posts > now}
        limited = {who: at for who, at in self._limited.items() if at > now}
        return {who: at + self._between_posts for who, at in self._posted.items()} | limited

    def opens_at(self) -> datetime | None:
        """When something that is closed now opens next; None when nothing is closed."""
        openings = [*map(self.free_at, Lane), self.free_at(Lane.UPDATE, KEPT_FOR_REPS), *self.resting().values()]
        now = self._clock()  # read last: a lane that is free says "now", and that must not be later than this
        return min((at for at in openings if at > now), default=None)
