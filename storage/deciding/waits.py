"""When clocks stood still because a rep waited for the prospect, as history has it."""

from datetime import datetime

from sqlmodel import col, select

from storage.database import Session
from storage.tables import HistoryRow

BEGAN = "paused"
ENDED = ("resumed", "attempted", "followed up")
"""What ends a wait: whoever logs a touch waits no longer."""


async def of_handoff(session: Session, handoff_id: str, since: datetime) -> list[tuple[datetime, datetime]]:
    """Every wait of the handoff that is over, begun since then, the first first."""
    told = select(HistoryRow.what, HistoryRow.at).where(
        HistoryRow.handoff_id == handoff_id,
        col(HistoryRow.at) >= since,
        col(HistoryRow.what).in_((BEGAN, *ENDED)),
    )
    waits, began = [], None
    for what, at in await session.exec(told.order_by(col(HistoryRow.id))):
        if began:
            waits.append((began, at))
        began = at if what == BEGAN else None
    return waits
