"""What a transaction has read and need not read again, until it writes any of that itself, or undoes anything."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session as Sync

from storage.database import Session

REMEMBERED = "remembered"
Found = TypeVar("Found")


async def once(session: Session, what: Hashable, read: Callable[[], Awaitable[Found]]) -> Found:
    """What was read when this was first asked; nobody changes it."""
    known = of(session)
    if what not in known:
        known[what] = await read()
    found: Found = known[what]
    return found


def of(session: Session) -> dict[Hashable, Any]:
    """All that is remembered."""
    known: dict[Hashable, Any] = session.info.setdefault(REMEMBERED, {})
    return known


def forget(session: Session) -> None:
    """Something of it is written."""
    session.info.pop(REMEMBERED, None)


@event.listens_for(Sync, "after_soft_rollback")
def _undone(session: Sync, _: object) -> None:
    session.info.pop(REMEMBERED, None)
