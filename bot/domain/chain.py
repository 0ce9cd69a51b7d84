"""The chain through history: the hash of each entry covers all it says and the hash of the entry before it.

What an entry says of a person can be taken out later and the chain still holds: the digest of it stays. A digest is of
a random salt too, so that nobody finds out by guessing what was there.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

START = ""
"""What stands before the first entry."""
ERASED = "erased:"
"""Begins the salt of an entry whose `why` was erased; the digest follows."""

Kind = Literal["changed", "removed", "inserted", "moved", "blanked"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of history with its place in the chain; without one it waits to be chained."""

    id: int
    at: datetime
    lead_id: str | None
    handoff_id: str | None
    what: str
    who: str
    policy_version: int | None
    why: Mapping[str, Any]
    link: int | None = None
    salt: str | None = None
    hash: str | None = None

    @property
    def is_blank(self) -> bool:
        """Its `why` was erased."""
        return (self.salt or "").startswith(ERASED)


@dataclass(frozen=True, slots=True)
class Damage:
    """The first place at which the chain does not hold, and what was done there."""

    kind: Kind
    link: int
    words: str


def digest(salt: str, why: Mapping[str, Any]) -> str:
    """Of the part of an entry that may be erased."""
    return hashlib.sha256((salt + _canonical(why)).encode()).hexdigest()


def hash_of(entry: Entry, link: int, before: str, digested: str) -> str:
    """What the entry's hash must be at this place, after an entry with the hash `before`."""
    told = [
        *(before, link, entry.id, entry.at.astimezone(UTC).isoformat(timespec="microseconds")),
        *(entry.lead_id, entry.handoff_id, entry.what, entry.who, entry.policy_version, digested),
    ]
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def fits(entry: Entry, link: int, before: str) -> bool:
    """Whether this entry, unchanged, was chained at this place."""
    if entry.salt is None or (entry.is_blank and entry.why):
        return False
    digested = entry.salt.removeprefix(ERASED) if entry.is_blank else digest(entry.salt, entry.why)
    return entry.hash == hash_of(entry, link, before, digested)


def damage(link: int, before: Entry | None, found: Entry | None, rightful: Entry | None, after: Entry | None) -> Damage:
    """What happened where the entry that belongs at this place is not there.

    `before` is the last good entry, `found` the next one there is and `after` the one that follows it; `rightful` is
    the entry that was chained at this place, if it is still anywhere.
    """
    if found and found.link == link:
        return _displaced(link, before, found, rightful, after)
    place = f"entry {link:,}"
    if found and (found.link or 0) < link:
        return Damage("inserted", link, f"{_row(found)} was inserted: it stands in no place of the chain")
    if rightful:
        return Damage("moved", link, f"{_row(rightful)} was moved: it was {place}")
    return Damage("removed", link, f"{place} was removed{_between(before, found)}")


def _displaced(link: int, before: Entry | None, found: Entry, rightful: Entry | None, after: Entry | None) -> Damage:
    place = f"entry {link:,}"
    if rightful and rightful.link == link + 1 and not fits(found, link + 1, rightful.hash or ""):
        return Damage("inserted", link, f"{_row(found)} was inserted as {place}, before {_row(rightful)}")
    if rightful:
        return Damage("moved", link, f"{_row(rightful)} was moved: it was {place}, where {_row(found)} is now")
    if after and fits(after, link + 2, found.hash or ""):
        return Damage("removed", link, f"{place} was removed{_between(before, found)}, and what follows renumbered")
    rehashed = f", or {_row(before)} before it was, and hashed anew" if before else ""
    return Damage("changed", link, f"{place}, {_row(found)}, was changed{rehashed}")


def end_damage(last: Entry | None, link: int) -> Damage:
    """What happened where every entry follows from the one before it, and the noted end is another."""
    which = f"{_row(last)}, was changed and hashed anew, or" if last else "is not what was noted:"
    return Damage("changed", link, f"the last entry, {which} the noted end of the chain was changed")


def beyond(entry: Entry) -> Damage:
    """There are entries after the noted end."""
    link = entry.link or 0
    return Damage("inserted", link, f"{_row(entry)} was inserted after the end of the chain, or that end was changed")


def rewritten(link: int) -> Damage:
    """The chain holds, and is another than it was when its end was noted."""
    return Damage(
        "changed",
        link,
        f"entry {link:,} is not the one that was noted: the chain up to there was rewritten, or cut off before",
    )


def blanked(entry: Entry) -> Damage:
    """The reasons of an entry are gone, and history tells of no erasure of its lead after it."""
    link = entry.link or 0
    return Damage("blanked", link, f"entry {link:,}, {_row(entry)}, lost its reasons, and no erasure says why")


def _row(entry: Entry) -> str:
    return f"row {entry.id} of {entry.at:%Y-%m-%d %H:%M:%S} UTC"


def _between(before: Entry | None, after: Entry | None) -> str:
    stood = [f"after {_row(before)}"] if before else []
    stood += [f"before {_row(after)}"] if after else []
    return f": it stood {' and '.join(stood)}" if stood else ""
