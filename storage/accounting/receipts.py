"""What was answered, and what was done, so that neither is done again."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from storage.asking import ask, ask_first, tell
from storage.database import Session
from storage.rows import count, inserts
from storage.tables import ReceiptRow

SLACK = "slack\n"
"""Begins the receipts of what people do in Slack; no sender can choose an id like it."""


ANSWERS = select(ReceiptRow.webhook_id, ReceiptRow.answer).where(
    col(ReceiptRow.webhook_id).in_(bindparam("ids", expanding=True))
)


async def answers_to(session: Session, webhook_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The bodies with which those of these webhooks were answered that were."""
    kept_as = {one: (hidden(one), one) for one in webhook_ids}
    rows = await ask(session, ANSWERS, ids=[*chain(*kept_as.values())]) if kept_as else ()
    found = {row.webhook_id: row.answer for row in rows}
    return {one: found[mark] for one, marks in kept_as.items() for mark in marks if mark in found}


def hidden(webhook_id: str) -> str:
    """A sender's id for a message, as a receipt keeps it that must not say any more whom the message was about."""
    return f"sha256:{hashlib.sha256(webhook_id.encode()).hexdigest()}"


FIRST = {dialect: new.on_conflict_do_nothing() for dialect, new in inserts(ReceiptRow).items()}


async def remember(session: Session, webhook_id: str, status: int, answer: dict[str, Any], now: datetime) -> bool:
    """Whether this answer is the first one; on PostgreSQL waits for a request with the same id that is under way."""
    values = {"webhook_id": webhook_id, "status": status, "answer": answer, "at": now}
    return await tell(session, FIRST[session.get_bind().dialect.name], values) == 1


async def remember_all(session: Session, answers: Mapping[str, dict[str, Any]], now: datetime) -> bool:
    """The same for several that were taken, in the order of their ids, so that nobody waits in a circle."""
    rows = [{"webhook_id": one, "status": 202, "answer": answers[one], "at": now} for one in sorted(answers)]
    await tell(session, FIRST[session.get_bind().dialect.name], rows)
    return await answers_to(session, list(answers)) == answers


IS_DONE = select(ReceiptRow.at).where(col(ReceiptRow.webhook_id) == bindparam("id"))


async def is_done(session: Session, request: str) -> bool:
    """Whether this thing that somebody did in Slack has been done; ask under the lock of what it is done to."""
    return await ask_first(session, IS_DONE, id=f"{SLACK}{request}") is not None


async def done(session: Session, request: str, now: datetime) -> bool:
    """From now on this thing is done; whether it was not before."""
    return await remember(session, f"{SLACK}{request}", 200, {}, now)


async def forget(session: Session, before: datetime, limit: int) -> int:
    """Removes answers given before then, at most so many; how many."""
    old = select(ReceiptRow.webhook_id).where(col(ReceiptRow.at) < before).limit(limit)
    return count(await session.exec(delete(ReceiptRow).where(col(ReceiptRow.webhook_id).in_(old))))
