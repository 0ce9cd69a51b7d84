"""Events that another system is to be told: which may be sent now, who is sending them, and how that ended."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, delete, exists, func, or_, select, update

from bot.domain.announcing import Announcement
from storage.database import Session
from storage.rows import count
from storage.tables import WebhookRow

NEXT = timedelta(microseconds=1)


async def want(
    session: Session, events: Iterable[Announcement], lead_id: str, handoff_id: str | None, now: datetime
) -> None:
    """These are to be told, after all that is to be told of this lead already; the caller holds the lead's lock."""
    wanted = list(events)
    if not wanted:
        return
    newest = await session.exec(select(func.max(WebhookRow.created_at)).where(WebhookRow.lead_id == lead_id))
    last = newest.one()
    for one in wanted:
        last = max(now, last + NEXT) if last else now
        row = WebhookRow(
            key=f"msg_{secrets.token_hex(12)}",
            event=one.event,
            lead_id=lead_id,
            handoff_id=handoff_id,
            details=dict(one.details),
            retry_at=now,
            created_at=last,
        )
        session.add(row)
    await session.flush()


async def is_any_ready(session: Session, now: datetime) -> bool:
    """Whether `claim` would find something; takes no lock."""
    return (await session.exec(_ready(now).limit(1))).first() is not None


def _ready(now: datetime) -> Any:
    """Of each lead the first that is not told yet: a later one never overtakes it."""
    earlier = aliased(WebhookRow)
    before = and_(
        col(earlier.lead_id) == WebhookRow.lead_id,
        col(earlier.done_at).is_(None),
        col(earlier.created_at) < WebhookRow.created_at,
    )
    return select(WebhookRow.key).where(
        col(WebhookRow.done_at).is_(None),
        col(WebhookRow.retry_at) <= now,
        or_(col(WebhookRow.lease_until).is_(None), col(WebhookRow.lease_until) <= now),
        ~exists().where(before),
    )


async def claim(session: Session, now: datetime, lease: timedelta) -> WebhookRow | None:
    """Takes the event that has waited longest, for as long as the lease; nobody else sends it meanwhile."""
    oldest = _ready(now).order_by(col(WebhookRow.retry_at), col(WebhookRow.created_at)).limit(1)
    chosen = oldest.with_for_update(skip_locked=True, of=WebhookRow).cte("chosen")
    statement = (
        update(WebhookRow)
        .where(col(WebhookRow.key).in_(select(chosen.c.key)))
        .values(attempt=WebhookRow.attempt + 1, lease_until=now + lease)
        .returning(WebhookRow)
        .execution_options(populate_existing=True)
    )
    return (await session.exec(statement)).scalars().first()


async def settle(session: Session, key: str, attempt: int, **values: Any) -> bool:
    """Writes how an attempt ended; false (and nothing written) when the claim was lost to another."""
    statement = update(WebhookRow).where(col(WebhookRow.key) == key, col(WebhookRow.attempt) == attempt)
    return count(await session.exec(statement.values(lease_until=None, **values))) == 1


async def none_needed(session: Session, now: datetime) -> None:
    """Nobody is to be told: what waits is needless."""
    await session.exec(update(WebhookRow).where(col(WebhookRow.done_at).is_(None)).values(done_at=now))


async def try_at_once(session: Session, now: datetime) -> None:
    """Whoever could not be told is there again: what was put off waits no longer."""
    put_off = (col(WebhookRow.done_at).is_(None), col(WebhookRow.failures) > 0, col(WebhookRow.retry_at) > now)
    await session.exec(update(WebhookRow).where(*put_off).values(retry_at=now))


async def is_any_failing(session: Session, since: datetime) -> bool:
    """Whether something wanted before then could not be told, and is still to be."""
    failing = (col(WebhookRow.done_at).is_(None), col(WebhookRow.failures) > 0, col(WebhookRow.created_at) <= since)
    return (await session.exec(select(WebhookRow.key).where(*failing).limit(1))).first() is not None


async def last_error(session: Session) -> str | None:
    """How the attempt ended that failed last, of what is still to be told."""
    failing = select(WebhookRow.error).where(col(WebhookRow.done_at).is_(None), col(WebhookRow.error).is_not(None))
    return (await session.exec(failing.order_by(col(WebhookRow.retry_at).desc()).limit(1))).first()


async def forget(session: Session, before: datetime, limit: int) -> int:
    """Removes events that were told, or were needless, before then, at most so many; how many."""
    old = select(WebhookRow.key).where(col(WebhookRow.done_at) < before).limit(limit)
    return count(await session.exec(delete(WebhookRow).where(col(WebhookRow.key).in_(old))))
