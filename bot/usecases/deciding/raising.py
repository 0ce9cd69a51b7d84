"""Telling a manager, or the channel of escalations, that a lead needs somebody: one message that grows, never fifty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.handoff import Handoff, Notice
from storage.database import Session
from storage.deciding import raised
from storage.deciding.raised import Growing
from storage.delivery.cards import Wanted

KINDS = frozenset({"escalation", "escalation_line"})
GROWS_FOR = timedelta(hours=1)
"""So long after its first lead a message takes more of them, while any of them needs somebody."""
SAYS_MORE_AFTER = timedelta(minutes=15)
"""An update rings no bell: no more often than this, a reply says that the message has grown."""


class Telling(NamedTuple):
    """A notice, the key that a message of its own has, and the message that it joins instead, where one grows."""

    notice: Notice
    own_key: str
    grows: Growing | None

    @property
    def key(self) -> str:
        """Of the message that tells of the lead."""
        return self.grows.key if self.grows else self.own_key


async def tellings(session: Session, notices: Mapping[str, Notice], now: datetime) -> list[Telling]:
    """Which messages tell of these notices, by their own keys; asked before anything is written to a card.

    Until this transaction ends nobody else tells the same people: two that do come one after another.
    """
    for recipient in sorted({notice.recipient for notice in notices.values()}):
        await raised.one_at_a_time(session, recipient)
    return [Telling(one, key, await _growing(session, one, key, now)) for key, one in notices.items()]


async def _growing(session: Session, notice: Notice, key: str, now: datetime) -> Growing | None:
    grows = await raised.growing(session, notice.kind, notice.recipient, now - GROWS_FOR)
    return grows if grows and grows.key != key else None


def wanted(handoff: Handoff, told: Iterable[Telling], now: datetime) -> Iterator[Wanted]:
    """The messages that begin, and the replies which say that one has grown."""
    for notice, key, grows in told:
        if grows is None:
            yield Wanted(key, notice.kind, notice.recipient, handoff.id, details=notice.details)
        elif (number := (now - grows.created_at) // SAYS_MORE_AFTER) and grows.kind == "escalation":
            more, details = f"{grows.key}:more:{number}", {"card": grows.key}
            yield Wanted(more, "escalation_more", grows.recipient, grows.handoff_id, parent=grows.key, details=details)


async def note(session: Session, handoff: Handoff, told: Sequence[Telling], now: datetime) -> None:
    """These messages tell of the handoff as it stands in this turn."""
    rows = [raised.Note(one.notice.recipient, one.notice.details["step"], one.key) for one in told]
    await raised.note(session, handoff, rows, now)
