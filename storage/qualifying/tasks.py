"""Messages in which marketing is asked for what a lead lacks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select, update

from storage.database import Session
from storage.delivery import cards
from storage.tables import CardRow

KIND = "task"
ENDED = "ended"


async def of_lead(session: Session, lead_id: str) -> list[CardRow]:
    """Every message of this kind about the lead, the latest last."""
    its = (col(CardRow.lead_id) == lead_id, CardRow.kind == KIND)
    found = select(CardRow).where(*its).order_by(col(CardRow.created_at), col(CardRow.key))
    return list((await session.exec(found.execution_options(populate_existing=True))).all())


async def ask(session: Session, row: Mapping[str, Any], recipient: str, now: datetime) -> None:
    """One more of them: whose (`lead_id`), which of the lead's (`number`), and since when which path is met."""
    details = {name: part for name, part in row.items() if name != "lead_id"}
    key = f"{KIND}:{row['lead_id']}:{row['number']}:{recipient}"
    await cards.want(session, key, KIND, recipient, now, lead_id=row["lead_id"], details=details)


async def note(session: Session, row: CardRow, details: Mapping[str, Any], now: datetime) -> None:
    """The message is to show its present state, and this of it too."""
    statement = update(CardRow).where(col(CardRow.key) == row.key)
    await session.exec(statement.values(details={**row.details, **details}))
    await cards.want(session, row.key, KIND, row.recipient, now, lead_id=row.lead_id)
