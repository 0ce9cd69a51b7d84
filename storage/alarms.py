"""What only an admin can mend: one open alarm a name."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, select, update

from storage.database import Session
from storage.rows import alone
from storage.tables import AlarmRow


async def lock(session: Session) -> None:
    """Until this transaction ends nobody else raises or ends an alarm."""
    await alone(session, "alarms")


async def get(session: Session, alarm_id: int) -> AlarmRow | None:
    return await session.get(AlarmRow, alarm_id, populate_existing=True)


async def open_named(session: Session, name: str) -> AlarmRow | None:
    return (await session.exec(select(AlarmRow).where(AlarmRow.name == name, col(AlarmRow.ended_at).is_(None)))).first()


async def every_open(session: Session) -> list[AlarmRow]:
    """The oldest first."""
    return list(await session.exec(select(AlarmRow).where(col(AlarmRow.ended_at).is_(None)).order_by(col(AlarmRow.id))))


async def are_any_open(session: Session, names: Collection[str]) -> bool:
    statement = select(AlarmRow.id).where(col(AlarmRow.name).in_(names), col(AlarmRow.ended_at).is_(None))
    return (await session.exec(statement.limit(1))).first() is not None


async def ended_since(session: Session, name: str, since: datetime) -> AlarmRow | None:
    """The last alarm of this name, where it ended after `since`."""
    statement = select(AlarmRow).where(AlarmRow.name == name, col(AlarmRow.ended_at) > since)
    return (await session.exec(statement.order_by(col(AlarmRow.id).desc()).limit(1))).first()


async def add(session: Session, alarm: AlarmRow) -> int:
    session.add(alarm)
    await session.flush()
    return alarm.id or 0


async def change(session: Session, alarm_id: int, words: str, ended_at: datetime | None) -> None:
    values = {"words": words, "ended_at": ended_at}
    await session.exec(update(AlarmRow).where(col(AlarmRow.id) == alarm_id).values(**values))
