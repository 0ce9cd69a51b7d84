"""Pairs of leads that may be one person, asked about once, and what was answered."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import union_all
from sqlmodel import and_, col, exists, func, or_, select

from storage import asking
from storage.database import Session
from storage.identifying import leads
from storage.identifying.merges import group
from storage.rows import insert
from storage.tables import CardRow, IdentityRow, LeadRow, LikenessRow, MergeRow

TWIN = "twin"
"""The kind of identity under which likely twins find each other; it names nobody."""


async def ask(session: Session, one: str, other: str, why: Mapping[str, Any], now: datetime) -> int | None:
    """Notes that these two may be one person; None when that was noted before, whatever came of it."""
    first, second = sorted((one, other))
    values = {"one": first, "other": second, "why": dict(why), "at": now}
    statement = insert(session, LikenessRow).values(values).on_conflict_do_nothing().returning(LikenessRow.id)
    found = (await session.exec(statement)).first()
    return found[0] if found else None


async def open_since(session: Session, at: datetime) -> int:
    """How many of the questions that were put since then nobody has answered yet."""
    about_leads = (col(CardRow.lead_id).is_not(None), CardRow.kind == "likeness", col(CardRow.created_at) > at)
    put = (await session.exec(select(CardRow.details).where(*about_leads))).all()
    these = (col(LikenessRow.id).in_({one["likeness"] for one in put}), col(LikenessRow.decided_at).is_(None))
    return (await session.exec(select(func.count()).select_from(LikenessRow).where(*these))).one() if put else 0


async def unasked(session: Session, limit: int) -> list[LikenessRow]:
    """The oldest pairs about which nobody was asked yet, and nobody has said anything."""
    about = col(CardRow.lead_id).in_((LikenessRow.one, LikenessRow.other))
    asked = exists().where(about, col(CardRow.kind) == "likeness", _shown("likeness") == LikenessRow.id)
    statement = select(LikenessRow).where(col(LikenessRow.decided_at).is_(None), ~asked)
    return list((await session.exec(statement.order_by(col(LikenessRow.id)).limit(limit))).all())


def _shown(kind: str) -> Any:
    """Which pair (`likeness`) or `merge` a card is about."""
    return col(CardRow.details)[kind].as_integer()


async def get(session: Session, likeness_id: int) -> LikenessRow | None:
    return await session.get(LikenessRow, likeness_id, populate_existing=True)


async def note_merge(session: Session, row: LikenessRow, merge_id: int) -> None:
    """They were made one because somebody said so."""
    row.why = {**row.why, "merge": merge_id}
    session.add(row)
    await session.flush()


async def say(session: Session, one: str, other: str, same: bool, by: str, now: datetime) -> None:
    """From now on it is known whether these two are one person."""
    first, second = sorted((one, other))
    said = {"same": same, "decided_at": now, "decided_by": by}
    statement = insert(session, LikenessRow).values(one=first, other=second, why={}, at=now, **said)
    await session.exec(statement.on_conflict_do_update(index_elements=["one", "other"], set_=said))


async def are_two(session: Session, here: Collection[str], there: Collection[str]) -> bool:
    """Whether somebody said of a lead of each side that these are two people."""
    across = or_(
        and_(col(LikenessRow.one).in_(here), col(LikenessRow.other).in_(there)),
        and_(col(LikenessRow.one).in_(there), col(LikenessRow.other).in_(here)),
    )
    return (
        await session.exec(select(LikenessRow.id).where(across, col(LikenessRow.same).is_(False)))
    ).first() is not None


async def of_leads(session: Session, lead_ids: Collection[str]) -> list[LikenessRow]:
    """All that was asked about any of these."""
    about = or_(col(LikenessRow.one).in_(lead_ids), col(LikenessRow.other).in_(lead_ids))
    return list((await session.exec(select(LikenessRow).where(about).order_by(col(LikenessRow.id)))).all())


OF_KEYS = (
    select(IdentityRow.kind, IdentityRow.value, func.coalesce(LeadRow.merged_into, LeadRow.id).label("speaks"))
    .join(LeadRow, col(LeadRow.id) == IdentityRow.lead_id)
    .where(*leads.NAMED)
)


async def of_keys(session: Session, keys: Mapping[str, Collection[tuple[str, str]]]) -> dict[str, list[str]]:
    """For each lead, whoever else is known by one of its keys (kind and value) and is no part of it, in order.

    These are the leads that speak for them; leads that share no key with another are left out.
    """
    asked = [*{key for theirs in keys.values() for key in theirs}]
    rows = await asking.ask(session, OF_KEYS, **leads.kinds_and_values(asked)) if asked else ()
    named = {(row.kind, row.value): row.speaks for row in rows}
    found = {one: sorted({named[key] for key in theirs if key in named} - {one}) for one, theirs in keys.items()}
    return {one: others for one, others in found.items() if others}


def beside(lead_id: str) -> Iterator[Any]:
    """Which cards show this person, or a part of them, beside another lead: conditions, any of which may hold."""
    pairs = {"likeness": (LikenessRow, LikenessRow.one, LikenessRow.other)}
    merged = {"merge": (MergeRow, MergeRow.survivor, MergeRow.absorbed)}
    for kind, (table, one, other) in (pairs | merged).items():
        theirs = or_(col(one).in_(group(lead_id)), col(other).in_(group(lead_id)))
        partners = union_all(select(one).where(theirs), select(other).where(theirs))
        asked = _shown(kind).in_(select(table.id).where(theirs))
        yield and_(col(CardRow.kind) == kind, col(CardRow.lead_id).in_(partners), asked)
