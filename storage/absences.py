"""When people get no leads, and who said so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from bot.domain.availability import Absence
from storage.database import Session
from storage.tables import AbsenceRow


def _not_over(now: datetime) -> Any:
    return or_(col(AbsenceRow.ends_at).is_(None), col(AbsenceRow.ends_at) > now)


async def of(session: Session, people: Iterable[str], now: datetime) -> list[Absence]:
    """What keeps these people away, now or later, in the order in which it begins."""
    statement = select(AbsenceRow).where(col(AbsenceRow.person).in_(set(people)), _not_over(now))
    rows = await session.exec(statement.order_by(col(AbsenceRow.starts_at), col(AbsenceRow.id)))
    return [Absence.model_validate(row.model_dump(exclude={"created_at"})) for row in rows]
