"""Asking marketing whether two leads are one person, once a pair, and doing as they say."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.handoff import BATON, Refusal
from bot.domain.identifying.identity import Alike, compared, may_be_one, speaks_against, twin_keys
from bot.domain.lead import Facts
from bot.usecases.accounting.marketing import listeners
from bot.usecases.deciding.handoffs import TWICE
from bot.usecases.identifying import merging
from bot.usecases.identifying.merging import Merged
from storage.accounting import history, receipts
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies
from storage.identifying import leads, likenesses, merges
from storage.tables import LeadRow, LikenessRow

EVERY = timedelta(hours=1)
"""How often it is looked whether more may be asked."""
MOST_A_DAY = 10
"""Questions that wait for marketing's answer at most, of those put within a day; an import may bring hundreds."""
MOST = 3
"""Pairs asked about at once: more of one name at one company are a list of colleagues, or a test."""


async def look_for_twins(session: Session, lead: LeadRow, now: datetime) -> None:
    """Notes leads that may be the same person as this locked one, as far as that was not noted before, and asks.

    Whoever comes first keeps the key that tells a likely twin (name and company): one look-up by index finds them.
    """
    facts = Facts.model_validate(lead.facts)
    keys = keys_of(facts, lead.account_id)
    await leads.name(session, lead.id, keys)
    others = await likenesses.of_keys(session, {lead.id: told_apart_by(facts, keys)})
    await ask_whether_one(session, lead, others.get(lead.id, ()), now)


def keys_of(facts: Facts, account: int | None) -> list[leads.Identity]:
    """Under which a lead and its likely twin find each other."""
    return [(likenesses.TWIN, key) for key in sorted(twin_keys(facts, account))]


def told_apart_by(facts: Facts, keys: Sequence[leads.Identity]) -> list[leads.Identity]:
    """All that makes another lead its likely twin: these keys, and its phone."""
    return [*keys, *([("phone", facts.phone)] if facts.phone else [])]


async def ask_whether_one(session: Session, lead: LeadRow, others: Sequence[str], now: datetime) -> None:
    """Notes which of these others may be the same person as this locked lead, and asks."""
    for other_id in others[:MOST]:
        other = await leads.get(session, other_id)
        found = _compared(lead, other)
        here, there = await merges.members(session, lead.id), await merges.members(session, other_id)
        if other.erased_at or not may_be_one(found) or await likenesses.are_two(session, here, there):
            continue
        if await likenesses.ask(session, lead.id, other_id, found.model_dump(mode="json"), now):
            await _ask(session, now)


async def ask_more(database: Database, now: datetime) -> None:
    """Asks what had to wait, as far as marketing has room for it again."""
    async with database.write() as session:
        await _ask(session, now)


async def _ask(session: Session, now: datetime) -> None:
    """The oldest questions first; what is too much for a day waits for the next, or until others are answered."""
    room = MOST_A_DAY - await likenesses.open_since(session, now - timedelta(days=1))
    for pair in await likenesses.unasked(session, room) if room > 0 else ():
        await _tell(session, f"likeness:{pair.id}", "likeness", pair.one, {"likeness": pair.id or 0}, now)


def _compared(one: LeadRow, other: LeadRow) -> Alike:
    same_account = one.account_id is not None and one.account_id == other.account_id
    return compared(Facts.model_validate(one.facts), Facts.model_validate(other.facts), same_account=same_account)


async def _tell(session: Session, key: str, kind: str, lead_id: str, details: dict[str, int], now: datetime) -> None:
    found = await policies.in_force(session)
    for recipient in await listeners(session, found[1]) if found else ():
        to = f"{key}:{recipient}"
        await cards.want(session, to, kind, recipient, now, lead_id=lead_id, details=details)


async def merge_named_together(session: Session, one: str, other: str, told: Facts, now: datetime) -> str | None:
    """The lead that two are from now on, because one item names both; None where something speaks against it."""
    if await merging.hold(session, one, other) is None:
        return await merges.speaks_for(session, one)
    rows = [await leads.get(session, lead_id) for lead_id in (one, other)]
    first, second = (Facts.model_validate(row.facts) for row in rows)
    if any(row.erased_at for row in rows) or speaks_against(first, second, told):
        return None
    here, there = await merges.members(session, one), await merges.members(session, other)
    if await likenesses.are_two(session, here, there):
        return None
    merged = await merging.merge(session, one, other, BATON, {"told": "one item names both"}, now)
    if isinstance(merged, Refusal):
        return await merges.speaks_for(session, one) if merged is merging.ONE_ALREADY else None
    await _tell(session, f"merge:{merged.id}", "merge", merged.survivor, {"merge": merged.id}, now)
    return merged.survivor


async def say_same(database: Database, number: int, by: str, now: datetime, *, request: str) -> Refusal | None:
    """They are one person: merged, once."""
    async with database.write() as session:
        asked = await _open(session, number, request)
        if isinstance(asked, Refusal):
            return asked
        merged = await merging.merge(session, asked.one, asked.other, by, {"likeness": number}, now)
        if isinstance(merged, Merged):
            await likenesses.say(session, asked.one, asked.other, same=True, by=by, now=now)
            await likenesses.note_merge(session, asked, merged.id)
            await receipts.done(session, request, now)
            await _ask(session, now)
            return None
        return merged


async def say_two(database: Database, number: int, by: str, now: datetime, *, request: str) -> Refusal | None:
    """They are two people: nobody is asked again, and nothing merges them by itself."""
    async with database.write() as session:
        asked = await _open(session, number, request)
        if isinstance(asked, Refusal):
            return asked
        await likenesses.say(session, asked.one, asked.other, same=False, by=by, now=now)
        await receipts.done(session, request, now)
        for lead_id in (asked.one, asked.other):
            await history.append(session, now, "told apart", by, lead_id=lead_id, why={"likeness": number})
            await cards.refresh_lead(session, lead_id, now)
        await _ask(session, now)
    return None


async def _open(session: Session, number: int, request: str) -> LikenessRow | Refusal:
    """The question, both leads locked, unless it has been answered."""
    known = await likenesses.get(session, number)
    if known is None:
        return merging.GONE
    held = await merging.hold(session, known.one, known.other)
    asked = await likenesses.get(session, number)
    if asked is None or await receipts.is_done(session, request):
        return TWICE
    if asked.decided_by:
        return Refusal(
            f"<@{asked.decided_by}> said {'that this is one person' if asked.same else 'two people'} before."
        )
    if held is None:
        return merging.ONE_ALREADY
    return merging.GONE if any(side.row.erased_at for side in held) else asked


async def undo(database: Database, number: int, by: str, now: datetime, *, request: str) -> Refusal | None:
    """They are two people again, once."""
    async with database.write() as session:
        if await receipts.is_done(session, request):
            return TWICE
        undone = await merging.unmerge(session, number, by, now)
        if isinstance(undone, Merged):
            await receipts.done(session, request, now)
            return None
        return undone
