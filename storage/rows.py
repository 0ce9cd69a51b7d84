"""Small things that every query module needs."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Result, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, func, or_, select

from storage.asking import ask
from storage.database import Session

Row = TypeVar("Row", bound=SQLModel)


def insert(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of this database."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


def inserts(table: type[SQLModel]) -> Mapping[str, Any]:
    """The same for statements that are put together before it is known which database is asked: by dialect."""
    return {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}


ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("doing"), 0)))


async def alone(session: Session, doing: str) -> None:
    """Until this transaction ends nobody else does this; on SQLite writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await ask(session, ALONE, doing=doing)


ONE_AFTER_ANOTHER = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(doing, 0)) FROM unnest(CAST(:doing AS text[])) AS doing"
)


async def all_alone(session: Session, doing: Sequence[str]) -> None:
    """The same for several things; whoever names them in one order never waits for another who does."""
    if doing and session.get_bind().dialect.name == "postgresql":
        await (await session.connection()).execute(ONE_AFTER_ANOTHER, {"doing": list(doing)})


def is_unheld(its: Any, now: Any) -> Any:
    """Whether a row of this table, or of its columns, is in nobody's hands: it is not leased, or no longer."""
    return or_(its.lease_until.is_(None), its.lease_until <= now)


def count(result: Result[Any]) -> int:
    """How many rows a statement changed."""
    return cast(CursorResult[Any], result).rowcount
