"""Whether any step waits to be taken, asked at every tick of every process: one look at three indexes."""

from datetime import datetime

from sqlmodel import col, exists, or_, select

from storage.database import Session
from storage.tables import HandoffRow, LeadRow, MarketingClockRow


async def is_any_due(session: Session, now: datetime) -> bool:
    """Of a handoff's ladder, of a lead that is to be scored, or of what marketing promised; takes no lock."""
    moments = (HandoffRow.due_at, LeadRow.score_at, MarketingClockRow.due_at)
    waits = or_(*(exists().where(col(moment) <= now) for moment in moments))
    return bool((await session.exec(select(waits))).one())
