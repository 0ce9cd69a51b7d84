"""Keeping history tamper-evident: chaining what happened, and checking the chain."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import chain
from bot.domain.chain import Damage, Entry
from storage.accounting import chain as chained
from storage.database import Database, Session


async def chain_some(database: Database) -> bool:
    """Chains committed rows of history, a page at most; false when there were none."""
    async with database.read() as session:
        if not await chained.is_any_loose(session):
            return False
    async with database.write(wakes=False) as session:
        return await chained.lengthen(session) > 0


@dataclass(frozen=True, slots=True)
class Noted:
    """An end of the chain that was noted earlier, elsewhere: its number, and the beginning of its hash."""

    link: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking the chain found: `head` is its end, to be noted; `damage` is the first, if there is any."""

    entries: int
    head: str | None
    loose: int
    damage: Damage | None = None


async def verify(database: Database, noted: Noted | None = None) -> Verified:
    """Walks the whole chain as it is at this moment, in order."""
    async with database.read(much=True) as session:
        link, head = await chained.head(session)
        found = await _walked(session, link, head)
        if found is None and noted:
            found = await _rewritten(session, noted)
        return Verified(link, f"{link}:{head}" if link else None, await chained.loose(session), found)


async def _walked(session: Session, link: int, head: str) -> Damage | None:
    erased = await chained.erasures(session)
    last: Entry | None = None
    async for entry in chained.in_order(session):
        place = (last.link or 0) + 1 if last else 1
        before = (last.hash or "") if last else chain.START
        if place > link:
            return chain.beyond(entry)
        if entry.link != place or not chain.fits(entry, place, before):
            return await _damage(session, place, last, entry)
        if entry.is_blank and not _erased_after(entry, erased):
            return chain.blanked(entry)
        last = entry
    if ((last.link or 0) if last else 0) < link:
        return await _damage(session, (last.link or 0) + 1 if last else 1, last, None)
    return None if (last.hash if last else chain.START) == head else chain.end_damage(last, link)


def _erased_after(entry: Entry, erased: Mapping[str | None, int | None]) -> bool:
    said = erased.get(entry.lead_id, 0)
    return said is None or said > (entry.link or 0)


async def _damage(session: Session, place: int, last: Entry | None, found: Entry | None) -> Damage:
    rightful = await chained.rightful(session, place, (last.hash or "") if last else chain.START)
    after = await chained.next_after(session, found.link or 0) if found else None
    return chain.damage(place, last, found, rightful, after)


async def _rewritten(session: Session, noted: Noted) -> Damage | None:
    there = await chained.hash_at(session, noted.link)
    return None if there and there.startswith(noted.hash) else chain.rewritten(noted.link)
