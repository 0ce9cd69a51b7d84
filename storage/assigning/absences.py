"""When people get no leads, and who said so."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, bindparam
from sqlmodel import SQLModel, col, delete, func, or_, select, update

from bot.domain.availability import Absence, Source
from storage import remembered
from storage.asking import ask
from storage.database import Session
from storage.rows import alone, count
from storage.tables import AbsenceRow


def _not_over(now: Any) -> Any:
    return or_(col(AbsenceRow.ends_at).is_(None), col(AbsenceRow.ends_at) > now)


def _absence(row: AbsenceRow | Row[Any]) -> Absence:
    return Absence.model_validate({name: getattr(row, name) for name in Absence.model_fields})


ABSENCE = SQLModel.metadata.tables["absence"]
OF = (
    ABSENCE.select()
    .where(
        ABSENCE.c.person.in_(bindparam("people", expanding=True)),
        _not_over(bindparam("now", type_=ABSENCE.c.ends_at.type)),
    )
    .order_by(ABSENCE.c.starts_at, ABSENCE.c.id)
)


async def of(session: Session, people: Iterable[str], now: datetime) -> list[Absence]:
    """What keeps these people away, now or later, in the order in which it begins; asked once a transaction."""

    async def read(persons: list[str]) -> dict[str, list[Absence]]:
        found: dict[str, list[Absence]] = {}
        for row in await ask(session, OF, people=persons, now=now):
            found.setdefault(row.person, []).append(_absence(row))
        return found

    away = await remembered.each(session, ("absences", now), people, read)
    return sorted(chain(*away.values()), key=lambda one: (one.starts_at, one.id))


async def get(session: Session, absence_id: int) -> Absence | None:
    row = await session.get(AbsenceRow, absence_id, populate_existing=True)
    return _absence(row) if row else None


async def add(session: Session, absence: Absence, now: datetime) -> int:
    """Notes the absence, whatever its id; its id from now on."""
    remembered.forget(session)
    row = AbsenceRow(**absence.model_dump(exclude={"id"}), created_at=now)
    session.add(row)
    await session.flush()
    return row.id or 0


async def end(session: Session, person: str, sources: Collection[Source], now: datetime) -> int:
    """Ends what keeps this person away now by the word of these; how many that were. What is to come stays."""
    remembered.forget(session)
    running = (col(AbsenceRow.person) == person, col(AbsenceRow.source).in_(sources), _not_over(now))
    statement = update(AbsenceRow).where(*running, col(AbsenceRow.starts_at) <= now)
    return count(await session.exec(statement.values(ends_at=now)))


async def end_one(session: Session, absence_id: int, now: datetime) -> None:
    """Ends one that has begun, and takes back one that has not."""
    remembered.forget(session)
    await session.exec(delete(AbsenceRow).where(col(AbsenceRow.id) == absence_id, col(AbsenceRow.starts_at) > now))
    begun = update(AbsenceRow).where(col(AbsenceRow.id) == absence_id, _not_over(now))
    await session.exec(begun.values(ends_at=now))


async def newest(session: Session, person: str, source: Source) -> Absence | None:
    """The last one that was noted by this word, over or not."""
    statement = select(AbsenceRow).where(col(AbsenceRow.person) == person, col(AbsenceRow.source) == source)
    last = statement.order_by(col(AbsenceRow.id).desc()).limit(1).execution_options(populate_existing=True)
    row = (await session.exec(last)).first()
    return _absence(row) if row else None


async def take_back(session: Session, person: str, source: Source, now: datetime) -> None:
    """All that Slack said of this person is over: what runs ends, what was to come is gone, and nothing is repeated."""
    remembered.forget(session)
    said = (col(AbsenceRow.person) == person, col(AbsenceRow.source) == source)
    await session.exec(delete(AbsenceRow).where(*said, col(AbsenceRow.starts_at) > now))
    await session.exec(update(AbsenceRow).where(*said, _not_over(now)).values(ends_at=now))
    await session.exec(update(AbsenceRow).where(*said, col(AbsenceRow.why).is_not(None)).values(why=None))


async def alone_switching(session: Session) -> None:
    """Until this transaction ends nobody else switches anybody off duty."""
    await alone(session, "switch off duty")


async def last_end(session: Session, person: str, source: Source) -> datetime | None:
    """When this person was last back from what this word kept them away for."""
    statement = select(func.max(AbsenceRow.ends_at)).where(
        col(AbsenceRow.person) == person, col(AbsenceRow.source) == source
    )
    return (await session.exec(statement)).one()


async def forget(session: Session, person: str) -> int:
    """Drops every absence of one of our own people; how many there were."""
    remembered.forget(session)
    return count(await session.exec(delete(AbsenceRow).where(col(AbsenceRow.person) == person)))
