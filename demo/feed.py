"""What happens in a workspace, as it happens: hears which conversation changed, and reads what is new in it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from demo.lines import THREAD, Happening
from demo.reading import Json, Seen
from demo.together import together
from demo.workspace import Workspace

PAUSE = 0.3
"""Seconds in which changes gather, so that a burst is read once."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation, or one thread in it, that somebody should read again."""

    reader: str
    channel: str
    thread: str | None


@dataclass(slots=True)
class Feed:
    """Everything said in the workspace since the feed began: channels, and threads of direct messages."""

    workspace: Workspace
    people: list[str]
    channels: dict[str, str]
    """Names by id."""
    readers: dict[str, str]
    """For each channel, who reads it."""
    _changed: set[Changed] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    async def hear(self) -> None:
        """Notes what changes in anybody's sight, for as long as the workspace runs."""
        await together(*map(self._hear, self.people))

    async def _hear(self, person: str) -> None:
        async for notice in self.workspace.notices(person):
            if changed := self._noted(person, notice):
                self._changed.add(changed)
                self._news.set()

    def _noted(self, person: str, notice: Json) -> Changed | None:
        """What this person should read; None where somebody else does, or where nothing is of interest."""
        channel, thread = notice.get("channel"), notice.get("thread_ts")
        if channel is None or notice["type"] not in {"message", "update"}:
            return None
        direct = channel not in self.channels
        if direct == (thread is None) or self.readers.get(channel, person) != person:
            return None
        return Changed(person, channel, thread)

    async def happenings(self) -> AsyncIterator[Happening]:
        """Each message that is new or reads differently, for ever."""
        while True:
            await self._news.wait()
            await asyncio.sleep(PAUSE)
            self._news.clear()
            changed, self._changed = self._changed, set()
            for one in sorted(changed, key=lambda one: one.channel):
                for happening in await self._read(one):
                    yield happening

    async def _read(self, changed: Changed) -> list[Happening]:
        messages = await self.workspace.messages(changed.reader, changed.channel, changed.thread)
        said = messages[1:] if changed.thread else messages
        place = THREAD if changed.thread else self.channels[changed.channel]
        return [Happening(place, before, one.text) for one in said if (before := self._learned(one)) != one.text]

    def _learned(self, message: Seen) -> str | None:
        """What the message said when it was last read; what it says now is remembered."""
        key = (message.channel, message.ts)
        before = self._known.get(key)
        self._known[key] = message.text
        return before


async def feed_of(workspace: Workspace) -> Feed:
    """A feed of everything that is said from now on."""
    facts = await workspace.facts()
    people = [one["id"] for one in facts["people"] if one["email"] and not (one["is_bot"] or one["deleted"])]
    channels = [one for one in facts["channels"] if one["app"]]
    readers = {one["id"]: next(person for person in people if person in one["members"]) for one in channels}
    return Feed(workspace, people, {one["id"]: one["name"] for one in channels}, readers)
