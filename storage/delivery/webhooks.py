"""Events that another system is to be told: which may be sent now, who is sending them, and how that ended."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, and_, col, exists, func, select, update

from bot.domain.announcing import Announcement
from storage.asking import ask_first, tell
from storage.database import Session
from storage.delivery import leases
from storage.rows import count
from storage.tables import WebhookRow

NEXT = timedelta(microseconds=1)


WEBHOOK = SQLModel.metadata.tables["webhook"]
NEWEST = select(func.max(WEBHOOK.c.created_at).label("at")).where(WEBHOOK.c.lead_id == bindparam("lead_id"))
ADD = insert(WEBHOOK)


async def want(
    session: Session, events: Iterable[Announcement], lead_id: str, handoff_id: str | None, now: datetime
) -> None:
    """These are to be told, after all that is to be told of this lead already; the caller holds the lead's lock."""
    wanted = list(events)
    if not wanted:
        return
    newest = await ask_first(session, NEWEST, lead_id=lead_id)
    last, rows = newest.at if newest else None, []
    for one in wanted:
        last = max(now, last + NEXT) if last else now
        rows.append(
            {
                "key": f"msg_{secrets.token_hex(12)}",
                "event": one.event,
                "lead_id": lead_id,
                "handoff_id": handoff_id,
                "details": dict(one.details),
                "retry_at": now,
                "sent": False,
                "attempt": 0,
                "failures": 0,
                "created_at": last,
            }
        )
    await tell(session, ADD, rows)


async def is_any_ready(session: Session, now: datetime) -> bool:
    """Whether `claim` would find something; takes no lock."""
    return (await session.exec(ready(now).limit(1))).first() is not None


def ready(now: Any) -> Any:
    """The keys of what may be told now, and is in nobody's hands; of each lead the first that is not told yet alone:
    a later one never overtakes it."""
    earlier = aliased(WebhookRow)
    before = and_(
        col(earlier.lead_id) == WebhookRow.lead_id,
        col(earlier.done_at).is_(None),
        col(earlier.created_at) < WebhookRow.created_at,
    )
    return select(WebhookRow.key).where(*leases.is_free(WebhookRow, now), ~exists().where(before))


async def claim(session: Session, now: datetime, lease: timedelta) -> WebhookRow | None:
    """Takes the event that has waited longest, for as long as the lease; nobody else sends it meanwhile."""
    oldest = ready(now).order_by(col(WebhookRow.retry_at), col(WebhookRow.created_at))
    return await leases.claim(WebhookRow, session, oldest, now, lease)


settle = partial(leases.settle, WebhookRow)
forget = partial(leases.forget, WebhookRow)


async def is_anybody_told(session: Session, since: datetime) -> bool:
    """Whether somebody has told, or tried to tell, anything since then."""
    told = select(WebhookRow.key).where(col(WebhookRow.done_at) > since, col(WebhookRow.sent))
    waits = (col(WebhookRow.done_at).is_(None), col(WebhookRow.retry_at) > since)
    tried = select(WebhookRow.key).where(*waits, col(WebhookRow.attempt) > 0)
    return any([(await session.exec(one.limit(1))).first() is not None for one in (told, tried)])


async def none_needed(session: Session, before: datetime, now: datetime, limit: int) -> int:
    """What has waited since before then is needless, at most so many; how many."""
    old = (col(WebhookRow.retry_at) <= before, col(WebhookRow.created_at) <= before)
    waiting = select(WebhookRow.key).where(col(WebhookRow.done_at).is_(None), *old).order_by(col(WebhookRow.retry_at))
    chosen = waiting.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    needless = update(WebhookRow).where(col(WebhookRow.key).in_(select(chosen.c.key)))
    return count(await session.exec(needless.values(done_at=now)))


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
