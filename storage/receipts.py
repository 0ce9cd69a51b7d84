"""Answers that webhooks got."""

from datetime import datetime
from typing import Any

from storage.database import Session
from storage.rows import insert
from storage.tables import ReceiptRow


async def answer_to(session: Session, webhook_id: str) -> tuple[int, dict[str, Any]] | None:
    """The status and body this webhook was answered with, if it was."""
    row = await session.get(ReceiptRow, webhook_id)
    return (row.status, row.answer) if row else None


async def remember(session: Session, webhook_id: str, status: int, answer: dict[str, Any], now: datetime) -> bool:
    """Whether this answer is the first one; on PostgreSQL waits for a request with the same id that is under way."""
    values = {"webhook_id": webhook_id, "status": status, "answer": answer, "at": now}
    statement = insert(session, ReceiptRow).values(values).on_conflict_do_nothing().returning(ReceiptRow.webhook_id)
    return (await session.exec(statement)).first() is not None
