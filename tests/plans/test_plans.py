"""What is done all day costs the same however many leads are stored: statements go by indexes, and stay as many."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.filling import SINCE_LAST, fill
from storage.database import Database
from tests.plans.asked import Asked, Ear, reads_all
from tests.plans.day import Day
from tests.stories.conftest import Story

STORED = 3000
MORE = 1.3
"""So many times the work is allowed: a tree of an index gets higher."""


@pytest.mark.timeout(300)
async def test_no_statement_of_the_day_reads_a_table_that_grows_from_end_to_end(story: Story) -> None:
    ear = Ear(story.database)
    await fill(story.database, STORED, story.clock.at, countries=("DE",))

    await Day(story, ear).live()

    once = {one.statement: one for one in ear.heard}
    found = [
        (one, step)
        async for connection in knowing_more_and_more(story.database)
        for one in once.values()
        for step in await reads_all(connection, one)
    ]
    assert len(once) > 50
    assert not found, "\n\n".join(_said(one, step) for one, step in found)


async def knowing_more_and_more(database: Database) -> AsyncIterator[AsyncConnection]:
    """SQLite as Baton leaves it, which never counts its rows, and as whoever lets it count them."""
    async with database.engine.connect() as connection:
        yield connection
    if database.is_sqlite:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
        await database.engine.dispose()  # it reads what it counted when it opens the file
        async with database.engine.connect() as connection:
            yield connection


def _said(one: Asked, step: str) -> str:
    return f"{one.doing}: {step}\n{one.statement}\n{one.values}"


@pytest.mark.timeout(300)
async def test_a_day_takes_as_many_statements_and_as_much_work_however_much_is_stored(story: Story) -> None:
    ear = Ear(story.database)
    await story.database.engine.dispose()  # work is counted by connections that are opened from now on
    day = Day(story, ear)
    await day.live()
    ear.told()
    await day.live()
    statements, work = ear.told()
    await fill(story.database, STORED, day.began + SINCE_LAST, countries=("DE",))

    await day.live()

    as_many, as_much = ear.told()
    assert as_many == statements
    assert bool(work) == story.database.is_sqlite
    assert as_much.total() <= work.total() * MORE, "\n\n".join(map(str, (as_much - work).most_common(5)))
