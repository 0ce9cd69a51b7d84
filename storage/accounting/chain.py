"""The chain through history: lengthening it, and reading it in order."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, func, select, update

from bot.domain import chain
from bot.domain.chain import Entry
from storage.database import Session
from storage.tables import HistoryHeadRow, HistoryRow

PAGE = 500
"""Rows a transaction chains, or a statement reads."""


async def is_any_loose(session: Session) -> bool:
    """Whether history has rows that are not chained yet; takes no lock."""
    return (
        await session.exec(select(HistoryRow.id).where(col(HistoryRow.link).is_(None)).limit(1))
    ).first() is not None


async def lock_head(session: Session) -> HistoryHeadRow:
    """The end of the chain; until this transaction ends nobody else lengthens it, or erases what is in it."""
    statement = select(HistoryHeadRow).with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one()


async def lengthen(session: Session) -> int:
    """Chains the oldest rows that are not yet, a page at most; how many."""
    head = await lock_head(session)
    loose = select(HistoryRow).where(col(HistoryRow.link).is_(None)).order_by(col(HistoryRow.id)).limit(PAGE)
    chained = []
    for row in (await session.exec(loose)).all():
        entry, salt, link = _entry(row), secrets.token_hex(16), head.link + 1
        head.hash = chain.hash_of(entry, link, head.hash, chain.digest(salt, entry.why))
        head.link = link
        chained.append({"row": entry.id, "new_link": link, "new_salt": salt, "new_hash": head.hash})
    if chained:
        new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("link", "salt", "hash")}
        statement = update(HistoryRow.__table__).where(col(HistoryRow.id) == bindparam("row")).values(**new)  # type: ignore[attr-defined]
        await (await session.connection()).execute(statement, chained)
        session.add(head)
    return len(chained)


def _entry(row: HistoryRow) -> Entry:
    return Entry(**row.model_dump())


async def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the last entry."""
    row = (await session.exec(select(HistoryHeadRow))).one()
    return row.link, row.hash


async def in_order(session: Session) -> AsyncIterator[Entry]:
    """Every chained row, in the order of the chain."""
    last: int | None = None
    while True:
        page = select(HistoryRow).where(col(HistoryRow.link).is_not(None)).order_by(col(HistoryRow.link)).limit(PAGE)
        rows = (await session.exec(page.where(col(HistoryRow.link) > last) if last is not None else page)).all()
        for row in rows:
            yield _entry(row)
        session.expunge_all()
        if len(rows) < PAGE:
            return
        last = rows[-1].link


async def rightful(session: Session, link: int, before: str) -> Entry | None:
    """The row that was chained at this place, wherever it is now."""
    last = 0
    while True:
        page = select(HistoryRow).where(col(HistoryRow.id) > last).order_by(col(HistoryRow.id)).limit(PAGE)
        rows = (await session.exec(page)).all()
        for entry in map(_entry, rows):
            if chain.fits(entry, link, before):
                return entry
        session.expunge_all()
        if len(rows) < PAGE:
            return None
        last = rows[-1].id or 0


async def loose(session: Session) -> int:
    """How many rows are not chained yet."""
    return (await session.exec(select(func.count()).where(col(HistoryRow.link).is_(None)))).one()


async def erasures(session: Session) -> dict[str | None, int | None]:
    """Each lead that history says was erased, and the place of the last row that says so; None: not chained yet."""
    says = select(HistoryRow.lead_id, HistoryRow.link).where(HistoryRow.what == ERASED)
    in_order = says.order_by(col(HistoryRow.link).is_(None), col(HistoryRow.link))
    return dict((await session.exec(in_order)).all())


ERASED = "erased"
"""What history says of a lead that was erased."""


async def blank(session: Session, lead_id: str, keep: frozenset[str]) -> int:
    """Erases why things happened to a lead, where more is said than `keep` names; the chain holds. How many rows.

    The caller has locked the head, so that no row is chained meanwhile.
    """
    blanked = 0
    statement = select(HistoryRow).where(HistoryRow.lead_id == lead_id)
    for row in (await session.exec(statement.execution_options(populate_existing=True))).all():
        if keep.issuperset(row.why) or _entry(row).is_blank:
            continue
        if row.salt is not None:
            row.salt = chain.ERASED + chain.digest(row.salt, row.why)
        row.why = {}
        session.add(row)
        blanked += 1
    return blanked


async def hash_at(session: Session, link: int) -> str | None:
    """The hash at this place of the chain."""
    return (await session.exec(select(HistoryRow.hash).where(HistoryRow.link == link))).first()


async def next_after(session: Session, link: int) -> Entry | None:
    """The row that comes next in the chain after this place."""
    following = select(HistoryRow).where(col(HistoryRow.link) > link).order_by(col(HistoryRow.link)).limit(1)
    row = (await session.exec(following)).first()
    return _entry(row) if row else None
