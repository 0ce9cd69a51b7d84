"""What the storage promises, on both engines."""

import asyncio

from sqlmodel import col, select, update

from storage.database import Database
from storage.migrate import migrate
from storage.schema import is_current
from storage.tables import TurnsRow


async def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(database: Database) -> None:
    assert await is_current(database)

    await migrate(database)

    assert await is_current(database)


async def test_no_update_is_lost_between_writers(database: Database) -> None:
    async with database.write() as session:
        session.add(TurnsRow(team="emea", turns={"n": 0}))

    async def add_one() -> None:
        async with database.write() as session:
            row = (await session.exec(select(TurnsRow).with_for_update())).one()
            n = row.turns["n"]
            await asyncio.sleep(0)
            await session.exec(update(TurnsRow).where(col(TurnsRow.team) == "emea").values(turns={"n": n + 1}))

    await asyncio.gather(*(add_one() for _ in range(40)))

    async with database.read() as session:
        assert (await session.exec(select(TurnsRow))).one().turns == {"n": 40}
