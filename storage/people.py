"""What Slack said of the people a policy names."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from storage.database import Session
from storage.rows import insert
from storage.tables import PersonRow


async def get(session: Session, slack_id: str) -> PersonRow | None:
    return await session.get(PersonRow, slack_id)


async def save(session: Session, person: PersonRow) -> None:
    """What Slack says now; a DM channel once found is kept."""
    known = await session.get(PersonRow, person.slack_id)
    if known and not person.dm_channel:
        person.dm_channel = known.dm_channel
    await session.merge(person)


async def remember_dm(session: Session, slack_id: str, channel: str, now: datetime) -> None:
    """Any number of couriers may have asked Slack at once."""
    values = {"slack_id": slack_id, "name": slack_id, "active": True, "dm_channel": channel, "checked_at": now}
    statement = insert(session, PersonRow).values(values)
    await session.exec(statement.on_conflict_do_update(index_elements=["slack_id"], set_={"dm_channel": channel}))


async def names(session: Session, slack_ids: Iterable[str]) -> dict[str, str]:
    """Names as Slack shows them; people never looked up are left out."""
    rows = await session.exec(select(PersonRow).where(col(PersonRow.slack_id).in_(set(slack_ids))))
    return {row.slack_id: row.name for row in rows}


async def inactive(session: Session, slack_ids: Iterable[str]) -> set[str]:
    """Which of them Slack called deactivated."""
    statement = select(PersonRow.slack_id).where(
        col(PersonRow.slack_id).in_(set(slack_ids)), col(PersonRow.active).is_(False)
    )
    return set((await session.exec(statement)).all())
