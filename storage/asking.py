"""Statements that are put together once, when their module is read, and asked with values ever after.

To put one together and to look it up among the compiled ones takes SQLAlchemy ten times as long as SQLite takes to
answer it; to make rows of it that remember their changes, as long again. What is asked for every lead is asked here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.orm import Session as Sync

from storage.database import HERE, Session

Values = Mapping[str, Any]


async def ask(session: Session, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
    """All rows, as plain ones: what is written to them is not written anywhere."""
    if session.info.get(HERE):
        return _executed(session.sync_session, statement, values).all()
    return await session.run_sync(lambda sync: _executed(sync, statement, values).all())


async def ask_first(session: Session, statement: Executable, **values: Any) -> Row[Any] | None:
    """The first row, as a plain one; None when there is none."""
    return next(iter(await ask(session, statement, **values)), None)


async def tell(session: Session, statement: Executable, values: Values | Sequence[Values]) -> int:
    """Writes, once or for each of many values, none included; how many rows changed (-1 where many were told)."""
    if not values and not isinstance(values, Mapping):
        return 0
    if session.info.get(HERE):
        return _executed(session.sync_session, statement, values).rowcount
    return await session.run_sync(lambda sync: _executed(sync, statement, values).rowcount)


def _executed(sync: Sync, statement: Executable, values: Values | Sequence[Values]) -> CursorResult[Any]:
    sync.flush()
    return sync.connection().execute(statement, values)
