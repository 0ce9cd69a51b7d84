"""Which leads are one person: pointers on their rows, and a row for every merge that says why, and whether it holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal, union_all
from sqlmodel import col, select, update

from storage.asking import ask
from storage.database import Session
from storage.tables import IdentityRow, LeadRow, MergeRow

LOOKS = 20
"""So often somebody may be merged or parted in the moment between a look and its lock."""


def group(lead_id: str) -> Any:
    """The ids of this lead and of all that were merged into it, for `in_`."""
    return group_of(literal(lead_id))


def group_of(lead_id: ColumnElement[str]) -> Any:
    """The same where the lead is named when the statement is asked."""
    return union_all(select(lead_id), select(col(LeadRow.id)).where(col(LeadRow.merged_into) == lead_id))


SPEAKERS = select(LeadRow.id, LeadRow.merged_into).where(col(LeadRow.id).in_(bindparam("ids", expanding=True)))


async def speaks_for(session: Session, lead_id: str) -> str:
    """The lead that speaks for this person: this one, or the one it was merged into."""
    return next(iter(await speakers(session, [lead_id])), lead_id)


async def speakers(session: Session, lead_ids: Collection[str]) -> set[str]:
    """The same for several leads, each speaker once."""
    rows = await ask(session, SPEAKERS, ids=list(lead_ids)) if lead_ids else ()
    return {row.merged_into or row.id for row in rows}


async def members(session: Session, lead_id: str) -> list[str]:
    """This lead and all that were merged into it."""
    absorbed = await session.exec(select(LeadRow.id).where(LeadRow.merged_into == lead_id).order_by(LeadRow.id))
    return [lead_id, *absorbed]


async def names_of(session: Session, lead_ids: Collection[str]) -> set[tuple[str, str]]:
    """What these leads are known by: kind and value."""
    rows = await session.exec(select(IdentityRow).where(col(IdentityRow.lead_id).in_(lead_ids)))
    return {(row.kind, row.value) for row in rows}


async def lock_all(session: Session, lead_ids: Collection[str]) -> dict[str, LeadRow]:
    """All these leads, locked in the order of their ids, as everybody does who needs more than one."""
    statement = select(LeadRow).where(col(LeadRow.id).in_(set(lead_ids))).order_by(LeadRow.id).with_for_update()
    rows = await session.exec(statement.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


async def lock_speaker(session: Session, lead_id: str) -> LeadRow:
    """The lead that speaks for this person, locked, though it be another since a moment ago."""
    while True:
        row = (await lock_all(session, [lead_id]))[lead_id]
        if row.merged_into is None:
            return row
        lead_id = row.merged_into


async def lock_person(session: Session, lead_id: str) -> LeadRow:
    """The lead that speaks for this person, locked with all its parts: together, and in the order of their ids.

    Where others made or parted them meanwhile, what was locked is let go first: nobody waits out of order.

    Raises:
        LookupError: where its parts are others at every look, as no merge leaves them.
    """
    for _ in range(LOOKS):
        async with session.begin_nested() as attempt:
            speaker = await speaks_for(session, lead_id)
            rows = await lock_all(session, await members(session, speaker))
            if rows[speaker].merged_into is None and {speaker, *rows[speaker].absorbed} == set(rows):
                return rows[speaker]
            await attempt.rollback()
    raise LookupError(f"the parts of lead {lead_id} cannot be held together")


async def add(session: Session, row: MergeRow) -> int:
    """Notes a merge; its id."""
    session.add(row)
    await session.flush()
    return row.id or 0


async def get(session: Session, merge_id: int) -> MergeRow | None:
    return await session.get(MergeRow, merge_id, populate_existing=True)


async def undo(session: Session, merge_id: int, by: str, now: datetime) -> None:
    statement = update(MergeRow).where(col(MergeRow.id) == merge_id, col(MergeRow.undone_at).is_(None))
    await session.exec(statement.values(undone_at=now, undone_by=by))


async def tree_below(session: Session, lead_id: str) -> list[str]:
    """All that are part of this lead by merges that hold, whatever it is part of itself."""
    found: list[str] = []
    level = [lead_id]
    while level:
        held = (col(MergeRow.survivor).in_(level), col(MergeRow.undone_at).is_(None))
        level = list((await session.exec(select(MergeRow.absorbed).where(*held).order_by(MergeRow.absorbed))).all())
        found += level
    return found


async def into(session: Session, lead_id: str) -> MergeRow | None:
    """The merge by which this lead became a part of another, while it holds."""
    held = (MergeRow.absorbed == lead_id, col(MergeRow.undone_at).is_(None))
    return (await session.exec(select(MergeRow).where(*held))).first()


async def undone_at(session: Session, lead_id: str, at: datetime) -> bool:
    """Whether this lead was made a part of another at that moment, and is one by itself again."""
    then = (MergeRow.absorbed == lead_id, MergeRow.at == at, col(MergeRow.undone_at).is_not(None))
    return (await session.exec(select(MergeRow.id).where(*then))).first() is not None


async def last_between(session: Session, one: str, other: str) -> MergeRow | None:
    """The last merge of these two, whether it holds or not."""
    pair = (col(MergeRow.survivor).in_((one, other)), col(MergeRow.absorbed).in_((one, other)))
    return (await session.exec(select(MergeRow).where(*pair).order_by(col(MergeRow.id).desc()))).first()


async def that_made(session: Session, lead_id: str) -> list[MergeRow]:
    """The merges that hold by which others became a part of this lead, the newest first."""
    held = (MergeRow.survivor == lead_id, col(MergeRow.undone_at).is_(None))
    return list((await session.exec(select(MergeRow).where(*held).order_by(col(MergeRow.id).desc()))).all())
