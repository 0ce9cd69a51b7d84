"""What Slack said of the people a policy names."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlmodel import col, func, select, update

from storage import remembered
from storage.asking import ask, tell
from storage.database import Session
from storage.rows import insert, inserts
from storage.tables import PersonRow


async def get(session: Session, slack_id: str) -> PersonRow | None:
    return await session.get(PersonRow, slack_id)


OF_IDS = select(PersonRow).where(col(PersonRow.slack_id).in_(bindparam("ids", expanding=True)))


async def of_ids(session: Session, slack_ids: Collection[str]) -> dict[str, PersonRow]:
    """What is kept of these people, by their ids."""
    rows = await ask(session, OF_IDS, ids=sorted(slack_ids)) if slack_ids else ()
    return {row.slack_id: PersonRow(**row._mapping) for row in rows}


async def told(session: Session, slack_id: str, since: datetime | None = None) -> PersonRow | None:
    """What Slack said of this person, since then at least; None where it was not asked."""
    row = await get(session, slack_id)
    was_asked = row is not None and row.name != slack_id and (since is None or row.checked_at >= since)
    return row if was_asked else None


async def save(session: Session, person: PersonRow) -> None:
    """What Slack says now, whoever else asks at this moment; what was not learned from there is kept."""
    remembered.forget(session)
    learned = person.model_dump(include={"email", "name", "time_zone", "active", "guest", "checked_at"})
    statement = insert(session, PersonRow).values(slack_id=person.slack_id, **learned)
    await session.exec(statement.on_conflict_do_update(index_elements=["slack_id"], set_=learned))


def _reads_in(new: Any) -> Any:
    return new.on_conflict_do_update(index_elements=["slack_id"], set_={"dm_channel": new.excluded.dm_channel})


READS_IN = {dialect: _reads_in(new) for dialect, new in inserts(PersonRow).items()}


async def remember_dms(session: Session, channels: Mapping[str, str], now: datetime) -> None:
    """In which channel each of these people reads; any number of couriers may have asked Slack at once."""
    said = {"active": True, "checked_at": now}
    rows = [{"slack_id": who, "name": who, "dm_channel": where, **said} for who, where in sorted(channels.items())]
    await tell(session, READS_IN[session.get_bind().dialect.name], rows)


ACCOUNT = "account"
ACCOUNTS = select(PersonRow.slack_id, PersonRow.active, PersonRow.email_choice).where(
    col(PersonRow.slack_id).in_(bindparam("ids", expanding=True))
)


async def _accounts(session: Session, slack_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Whether the accounts of these people are in use, and which e-mails they want; asked once a transaction."""

    async def read(ids: list[str]) -> dict[str, Row[Any]]:
        return {row.slack_id: row for row in await ask(session, ACCOUNTS, ids=ids)}

    return await remembered.each(session, ACCOUNT, slack_ids, read)


async def email_choices(session: Session, slack_ids: Iterable[str]) -> dict[str, str]:
    """Which e-mails these people want, as far as anything is kept of them."""
    return {person: row.email_choice for person, row in (await _accounts(session, slack_ids)).items()}


async def choose_email(session: Session, slack_id: str, choice: str) -> None:
    remembered.forget(session)
    await session.exec(update(PersonRow).where(col(PersonRow.slack_id) == slack_id).values(email_choice=choice))


async def known(session: Session, slack_ids: Iterable[str]) -> list[PersonRow]:
    """What Slack said of these people, as far as it was ever asked."""
    rows = await session.exec(select(PersonRow).where(col(PersonRow.slack_id).in_(set(slack_ids))))
    return [row for row in rows if row.name != row.slack_id]


async def names(session: Session, slack_ids: Iterable[str]) -> dict[str, str]:
    """Names as Slack shows them; people never looked up are left out."""
    rows = await session.exec(select(PersonRow).where(col(PersonRow.slack_id).in_(set(slack_ids))))
    return {row.slack_id: row.name for row in rows}


async def inactive(session: Session, slack_ids: Iterable[str]) -> set[str]:
    """Which of them Slack called deactivated."""
    return {person for person, row in (await _accounts(session, slack_ids)).items() if not row.active}


async def with_address(session: Session, email: str) -> str | None:
    """One of our own people with this address, in lower case; of several whoever has an account in use."""
    theirs = select(PersonRow.slack_id).where(func.lower(PersonRow.email) == email)
    return (await session.exec(theirs.order_by(col(PersonRow.active).desc(), PersonRow.slack_id))).first()


async def not_seen_since(session: Session, since: datetime) -> str | None:
    """Whoever Slack was asked about longest ago, before that; nobody of whom only the id is kept."""
    known = PersonRow.name != PersonRow.slack_id
    statement = select(PersonRow.slack_id).where(col(PersonRow.checked_at) < since, known)
    return (await session.exec(statement.order_by(col(PersonRow.checked_at)).limit(1))).first()


async def seen(session: Session, slack_id: str, active: bool, now: datetime) -> None:
    """Slack says whether the account is in use."""
    remembered.forget(session)
    noted = {"active": active, "checked_at": now}
    statement = insert(session, PersonRow).values(slack_id=slack_id, name=slack_id, **noted)
    await session.exec(statement.on_conflict_do_update(index_elements=["slack_id"], set_=noted))


async def asked_about(session: Session, slack_id: str, now: datetime) -> None:
    """Slack would not say whether the account is in use: what it said before holds."""
    await session.exec(update(PersonRow).where(col(PersonRow.slack_id) == slack_id).values(checked_at=now))
