"""Slack's limits as the real ceiling: what a day of leads asks of Slack, and how long each message waits for its turn.

Nothing is timed here: a day is added up call by call, under the limits that Baton keeps.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from bot.delivery.pace import PER_MINUTE, Lane
from storage.delivery.sending import BETWEEN_POSTS

MINUTE, HOUR = 60.0, 3600.0
CURVE = (6, 12, 14, 12, 7, 9, 13, 12, 9, 6)
"""How the leads of a day come, hour by hour of ten, in hundredths: with a morning, a lunch and an afternoon."""
BUSIEST = max(CURVE) / 100
"""The part of a day's leads that comes in its busiest hour."""
ANSWERED, FOLLOWED_UP = 20 * MINUTE, 2 * HOUR
"""Seconds after which a rep accepts a lead, and then follows up, at the mean."""
UNDO = 5 * MINUTE
"""Seconds after an answer in which its card offers to undo it, and changes once more."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Calls in any minute, and seconds between two to one recipient; where it `merges`, one shows all that waits."""

    a_minute: int
    between: float = 0.0
    merges: bool = False


POSTS = Limit(PER_MINUTE[Lane.POST], BETWEEN_POSTS.total_seconds())
UPDATES = Limit(PER_MINUTE[Lane.UPDATE], merges=True)


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """Something that Slack should show from then on: a message to a recipient, or what changed on one that is there."""

    at: float
    recipient: str


@dataclass(frozen=True, slots=True)
class Day:
    """Leads that are handed over on one day, to reps of teams with a channel each.

    Of all of them `together` come in the same minute, as from a fair. With `digest`, a channel gets one message in so
    many seconds with all that came, and only the rep one for each lead.
    """

    handed_over: int
    teams: int
    reps: int
    together: float = 0.0
    digest: float = 0.0


def posts(day: Day, random: Random) -> Iterator[Call]:
    """The messages of a day: of each lead one to its rep and one to its team, and to marketing when it is accepted."""
    told: set[Call] = set()
    for number, at in enumerate(_arrivals(day, random)):
        yield Call(at, f"rep {number % day.reps}")
        accepted = at + random.expovariate(1 / ANSWERED)
        for moment, channel in ((at, f"team {number % day.teams}"), (accepted, "marketing")):
            call = Call(_digested(moment, day.digest), channel)
            if not day.digest or call not in told:
                yield call
            told.add(call)


def updates(day: Day, random: Random) -> Iterator[Call]:
    """The changes of a day: both cards when it is accepted and when it is worked on, the rep's when it stays so."""
    for number, at in enumerate(_arrivals(day, random)):
        accepted = at + random.expovariate(1 / ANSWERED)
        worked_on = accepted + random.expovariate(1 / FOLLOWED_UP)
        for moment, whose in ((accepted, "rep team"), (accepted + UNDO, "rep"), (worked_on, "rep team")):
            yield from (Call(moment, f"{one} {number}") for one in whose.split())


def _arrivals(day: Day, random: Random) -> Iterator[float]:
    for number in range(day.handed_over):
        if number < day.handed_over * day.together:
            yield 3 * HOUR + random.uniform(0, MINUTE)
        else:
            (hour,) = random.choices(range(len(CURVE)), CURVE)
            yield (hour + random.random()) * HOUR


def _digested(at: float, every: float) -> float:
    return math.ceil(at / every) * every if every else at


@dataclass(frozen=True, slots=True)
class Made:
    """One call to Slack, and how many seconds each of those waited that it shows."""

    at: float
    recipient: str
    waited: tuple[float, ...]


def waits(calls: Iterable[Call], limit: Limit) -> list[float]:
    """Seconds that each of them waits for Slack, in the order in which they are shown."""
    return [seconds for one in made(calls, limit) for seconds in one.waited]


def made(calls: Iterable[Call], limit: Limit) -> Iterator[Made]:
    """What is asked of Slack where, of all that may be shown now, the oldest always is."""
    queue, coming = _Queue(limit), deque(sorted(calls))
    while coming or queue.opens() < math.inf:
        at = queue.opens()
        if coming and coming[0].at <= at:
            queue.add(coming.popleft())
        else:
            yield queue.make_one(at)


@dataclass(slots=True)
class _Waiting:
    """What waits for one recipient, since when, and from when on it takes the next."""

    since: deque[float] = field(default_factory=deque)
    opens: float = -math.inf


@dataclass(slots=True)
class _Queue:
    """Whoever waits for Slack: recipients that rest, by when they open; those that are open, by their oldest."""

    limit: Limit
    recipients: dict[str, _Waiting] = field(default_factory=dict)
    resting: list[tuple[float, str]] = field(default_factory=list)
    ready: list[tuple[float, str]] = field(default_factory=list)
    made: deque[float] = field(default_factory=deque)
    now: float = -math.inf

    def add(self, call: Call) -> None:
        one = self.recipients.setdefault(call.recipient, _Waiting())
        one.since.append(call.at)
        if len(one.since) == 1:
            heapq.heappush(self.resting, (max(one.opens, call.at), call.recipient))

    def opens(self) -> float:
        """When the next call can be made; infinite while nobody waits."""
        if not self.ready and not self.resting:
            return math.inf
        full = self.made[0] + MINUTE if len(self.made) == self.limit.a_minute else -math.inf
        return max(self.now, full, -math.inf if self.ready else self.resting[0][0])

    def make_one(self, at: float) -> Made:
        """To the open recipient whose oldest has waited longest."""
        while self.resting and self.resting[0][0] <= at:
            name = heapq.heappop(self.resting)[1]
            heapq.heappush(self.ready, (self.recipients[name].since[0], name))
        name = heapq.heappop(self.ready)[1]
        one = self.recipients[name]
        shown = [one.since.popleft() for _ in range(len(one.since) if self.limit.merges else 1)]
        self.now, one.opens = at, at + self.limit.between
        if one.since:
            heapq.heappush(self.resting, (one.opens, name))
        if len(self.made) == self.limit.a_minute:
            self.made.popleft()
        self.made.append(at)
        return Made(at, name, tuple(at - since for since in shown))
