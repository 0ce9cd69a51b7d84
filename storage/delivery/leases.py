"""Sending what waits, one at a time: whoever claims a row has it for as long as the lease, and settles it alone."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import col, delete, select, update

from storage.database import Session
from storage.rows import count, is_unheld
from storage.tables import EmailRow, WebhookRow

Leased = TypeVar("Leased", EmailRow, WebhookRow)


def is_free(table: type[EmailRow] | type[WebhookRow], now: Any) -> tuple[Any, ...]:
    """Waits, may be sent now, and is in nobody's hands."""
    return (
        col(table.done_at).is_(None),
        col(table.retry_at) <= now,
        is_unheld(table, now),
    )


async def claim(table: type[Leased], session: Session, oldest: Any, now: datetime, lease: timedelta) -> Leased | None:
    """Takes the first of these for as long as the lease; nobody else sends it meanwhile."""
    chosen = oldest.limit(1).with_for_update(skip_locked=True, of=table).cte("chosen")
    statement = (
        update(table)
        .where(col(table.key).in_(select(chosen.c.key)))
        .values(attempt=table.attempt + 1, lease_until=now + lease)
        .returning(table)
        .execution_options(populate_existing=True)
    )
    return (await session.exec(statement)).scalars().first()


async def settle(
    table: type[EmailRow] | type[WebhookRow], session: Session, key: str, attempt: int, **values: Any
) -> bool:
    """Writes how an attempt ended; false (and nothing written) when the claim was lost to another."""
    statement = update(table).where(col(table.key) == key, col(table.attempt) == attempt)
    return count(await session.exec(statement.values(lease_until=None, **values))) == 1


async def forget(table: type[EmailRow] | type[WebhookRow], session: Session, before: datetime, limit: int) -> int:
    """Removes what was sent, or was needless, before then, at most so many; how many."""
    old = select(table.key).where(col(table.done_at) < before).limit(limit)
    return count(await session.exec(delete(table).where(col(table.key).in_(old))))
