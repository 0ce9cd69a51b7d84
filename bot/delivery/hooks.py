"""What the courier tells the rest of Baton: delivery calls no use case."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.delivery.verdicts import Answer, Verdict
from storage.database import Session
from storage.tables import CardRow


def _unheard(*_: Any) -> None:
    return None


async def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Those with a session are called in the transaction that settles the attempt, before the card's own row is
    written, so that a lead can be locked first: neither is lost without the other. Each may be called again."""

    not_shown: Callable[[Session, CardRow, Answer, datetime], Awaitable[None]] = _nothing
    """This message could not be shown, for a reason that lasts."""
    shown: Callable[[Sequence[tuple[CardRow, bool]], datetime], Awaitable[None]] = _nothing
    """These messages (as they were before the attempt) were posted, or without that wait no more."""
    let_in: Callable[[Session, datetime], Awaitable[None]] = _nothing
    """Slack accepts the token again."""
    person_seen: Callable[[Session, str, bool, datetime], Awaitable[None]] = _nothing
    """Slack was asked whether this account is in use."""
    status_seen: Callable[[str, str, str, int, datetime], Awaitable[None]] = _nothing
    """What Slack says is the status of this person: its words, its emoji, when it expires (0: never)."""
    settled: Callable[[CardRow, Verdict, datetime], None] = _unheard
    """An attempt (of the card as it was before) has been settled; for those who count."""
