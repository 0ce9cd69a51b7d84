"""What the storage promises, on both engines."""

import asyncio
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, table, text
from sqlmodel import col, select, update

from storage.database import Database, parse_url
from storage.migrate import migrate
from storage.schema import VERSIONS, Fit, InUse, WrongSchema, ensure_fit, fit, is_current, newest
from storage.tables import TurnsRow

VERSION = table("alembic_version", column("version_num"))


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


async def test_a_migration_waits_for_a_free_moment_and_gives_up_with_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite_here.PATIENCE", 0.001)
    url = parse_url(f"sqlite:///{tmp_path}/fresh.db")
    fresh, other = Database(url), Database(url)
    tried: list[int] = []
    async with other.engine.connect() as holder:
        await holder.execute(text("CREATE TABLE theirs (id INTEGER)"))  # and not committed
        with pytest.raises(InUse, match="Stop what uses the database"):
            await migrate(fresh, tries=3, pause=0, waiting=tried.append)
        assert tried == [1, 2, 3]

        again = asyncio.Event()
        waits = asyncio.ensure_future(migrate(fresh, pause=0.01, waiting=lambda _: again.set()))
        await again.wait()
        await holder.rollback()
        await waits
    assert await is_current(fresh)
    await fresh.close()
    await other.close()


@pytest.mark.parametrize(("ahead", "found"), [(-1, Fit.OLDER), (1, Fit.AHEAD), (2, Fit.TOO_NEW)])
async def test_a_schema_one_step_ahead_is_worked_with_and_no_other(database: Database, ahead: int, found: Fit) -> None:
    """In the middle of an upgrade a process of the release before may start again."""
    async with database.write() as session:
        revision = f"{int(newest()) + ahead:04}"
        await session.exec(update(VERSION).values(version_num=revision))
    assert await fit(database) is found
    if found is Fit.AHEAD:
        assert await ensure_fit(database) is Fit.AHEAD
    else:
        with pytest.raises(WrongSchema, match="migrate"):
            await ensure_fit(database)


def test_the_newest_revision_is_the_one_migrations_end_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    assert newest() == ScriptDirectory.from_config(config).get_current_head()
