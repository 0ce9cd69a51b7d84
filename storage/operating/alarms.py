"""What only an admin can mend: one open alarm a name."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from storage.asking import ask
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


OPEN = select(AlarmRow.name).where(
    col(AlarmRow.name).in_(bindparam("names", expanding=True)), col(AlarmRow.ended_at).is_(None)
)


async def are_any_open(session: Session, names: Collection[str]) -> bool:
    return bool(await open_of(session, names))


async def open_of(session: Session, names: Collection[str]) -> set[str]:
    """Those of these that are open."""
    return {row.name for row in await ask(session, OPEN, names=sorted(names))}


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
