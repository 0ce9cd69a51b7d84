"""What a transaction has read and need not read again, until it writes any of that itself, or undoes anything."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
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


async def each(
    session: Session, kind: Hashable, keys: Iterable[str], read: Callable[[list[str]], Awaitable[Mapping[str, Found]]]
) -> dict[str, Found]:
    """The same for each of these keys, as far as anything is found for it; those that are new are read together."""
    known, asked = of(session), sorted(set(keys))
    new = [key for key in asked if (kind, key) not in known]
    if new:
        found = await read(new)
        known.update({(kind, key): found.get(key) for key in new})
    return {key: one for key in asked if (one := known[kind, key]) is not None}


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
