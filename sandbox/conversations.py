"""Channels, direct messages and what was said in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.json_types import Json

TOMBSTONE = "tombstone"


class Kind(StrEnum):
    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"


@dataclass(slots=True)
class Message:
    """One message as Slack stores it; `visible_to` names the only person who sees an ephemeral one."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    by_app: bool = False
    username: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    visible_to: str | None = None
    subtype: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """One conversation: its members, its messages oldest first, and how far each member has read."""

    id: str
    name: str
    kind: Kind
    created: int
    members: set[str]
    topic: str = ""
    archived: bool = False
    roots: dict[str, Message] = field(default_factory=dict)
    replies: dict[str, list[Message]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        if message.visible_to is not None:
            self.ephemerals.append(message)
        elif message.is_reply and message.thread_ts is not None:
            self.replies.setdefault(message.thread_ts, []).append(message)
        else:
            self.roots[message.ts] = message

    def find(self, ts: str) -> Message | None:
        """The stored message with that stamp, root or reply; never an ephemeral one."""
        if ts in self.roots:
            return self.roots[ts]
        return next((reply for thread in self.replies.values() for reply in thread if reply.ts == ts), None)

    def find_ephemeral(self, ts: str, user: str) -> Message | None:
        return next((one for one in self.ephemerals if one.ts == ts and one.visible_to == user), None)

    def remove(self, message: Message) -> None:
        """Takes a message away; a root with replies leaves a tombstone, which the last reply takes with it."""
        if message.visible_to is not None:
            self.ephemerals.remove(message)
        elif message.is_reply and message.thread_ts is not None:
            self.replies[message.thread_ts].remove(message)
            root = self.roots.get(message.thread_ts)
            if root is not None and root.subtype == TOMBSTONE and not self.replies_to(root.ts):
                del self.roots[root.ts]
        elif self.replies_to(message.ts):
            self.roots[message.ts] = Message(message.ts, "USLACKBOT", "This message was deleted.", subtype=TOMBSTONE)
        else:
            del self.roots[message.ts]

    def replies_to(self, ts: str) -> list[Message]:
        return self.replies.get(ts, [])

    def seen_by(self, user: str, thread_ts: str | None = None) -> list[Message]:
        """What that person sees, oldest first: the roots, or with `thread_ts` one thread; ephemerals in their place."""
        if thread_ts is None:
            stored = list(self.roots.values())
        else:
            stored = [self.roots[thread_ts]] if thread_ts in self.roots else []
            stored += self.replies_to(thread_ts)
        whispers = [one for one in self.ephemerals if one.visible_to == user and one.thread_ts == thread_ts]
        return sorted([*stored, *whispers], key=lambda message: message.ts)

    def unread_by(self, user: str) -> int:
        """How many messages of others that person has not read; replies count in a direct message only."""
        since = self.last_read.get(user, "")
        threads = self.replies.values() if self.kind is Kind.IM else ()
        stored = [*self.roots.values(), *(reply for thread in threads for reply in thread)]
        return sum(1 for message in stored if message.ts > since and message.user != user)

    def latest(self) -> Message | None:
        return next(reversed(self.roots.values()), None)
