"""When something new was last learned of leads; what was told as history is no news."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, func, select, union_all

from storage.database import Session
from storage.tables import HandoffRow, SignalRow, TellingRow


class News(NamedTuple):
    """When something new was last learned (None: all that is known is history), and when the last of them began."""

    last: datetime | None
    begun: datetime | None


async def of_leads(session: Session, lead_ids: Collection[str]) -> News:
    """What was told, what was done, and the word of a person who handed one of these over; as it was noted then."""
    told = select(TellingRow.at).where(col(TellingRow.lead_id).in_(lead_ids), col(TellingRow.past).is_(False))
    done = select(SignalRow.received_at).where(col(SignalRow.lead_id).in_(lead_ids), col(SignalRow.past).is_(False))
    word = select(HandoffRow.created_at).where(col(HandoffRow.lead_id).in_(lead_ids), HandoffRow.origin == "hand")
    every = union_all(told, done, word).subquery()
    first = (
        select(func.min(TellingRow.at).label("at"))
        .where(col(TellingRow.lead_id).in_(lead_ids))
        .group_by(col(TellingRow.lead_id))
        .subquery()
    )
    last = (await session.exec(select(func.max(every.c.at)))).one()
    return News(last, (await session.exec(select(func.max(first.c.at)))).one())
