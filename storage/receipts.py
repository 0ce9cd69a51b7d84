"""What was answered, and what was done, so that neither is done again."""

import hashlib
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, select

from storage.database import Session
from storage.rows import count, insert
from storage.tables import ReceiptRow

SLACK = "slack\n"
"""Begins the receipts of what people do in Slack; no sender can choose an id like it."""


async def answer_to(session: Session, webhook_id: str) -> tuple[int, dict[str, Any]] | None:
    """The status and body this webhook was answered with, if it was."""
    row = await session.get(ReceiptRow, webhook_id) or await session.get(ReceiptRow, hidden(webhook_id))
    return (row.status, row.answer) if row else None


def hidden(webhook_id: str) -> str:
    """A sender's id for a message, as a receipt keeps it that must not say any more whom the message was about."""
    return f"sha256:{hashlib.sha256(webhook_id.encode()).hexdigest()}"


async def remember(session: Session, webhook_id: str, status: int, answer: dict[str, Any], now: datetime) -> bool:
    """Whether this answer is the first one; on PostgreSQL waits for a request with the same id that is under way."""
    values = {"webhook_id": webhook_id, "status": status, "answer": answer, "at": now}
    statement = insert(session, ReceiptRow).values(values).on_conflict_do_nothing().returning(ReceiptRow.webhook_id)
    return (await session.exec(statement)).first() is not None


async def is_done(session: Session, request: str) -> bool:
    """Whether this thing that somebody did in Slack has been done; ask under the lock of what it is done to."""
    return await session.get(ReceiptRow, f"{SLACK}{request}") is not None


async def done(session: Session, request: str, now: datetime) -> bool:
    """From now on this thing is done; whether it was not before."""
    return await remember(session, f"{SLACK}{request}", 200, {}, now)


async def forget(session: Session, before: datetime, limit: int) -> int:
    """Removes answers given before then, at most so many; how many."""
    old = select(ReceiptRow.webhook_id).where(col(ReceiptRow.at) < before).limit(limit)
    return count(await session.exec(delete(ReceiptRow).where(col(ReceiptRow.webhook_id).in_(old))))
