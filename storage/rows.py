"""Small things that every query module needs."""

from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Result
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, func, select

from storage.database import Session

Row = TypeVar("Row", bound=SQLModel)


def insert(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of this database."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


async def alone(session: Session, doing: str) -> None:
    """Until this transaction ends nobody else does this; on SQLite writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(doing, 0))))


def count(result: Result[Any]) -> int:
    """How many rows a statement changed."""
    return cast(CursorResult[Any], result).rowcount
