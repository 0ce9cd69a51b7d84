"""SQLite on the event loop: what waits lets the others go on, and what is being committed is committed."""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage.asking import ask
from storage.database import Database, DatabaseError
from storage.tables import TurnsRow

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT max(i) FROM n")


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """Of the two engines the one this is about."""
    path = tmp_path / "baton.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"{request.param}:///{path}"


@pytest.fixture
def stranger(tmp_path: Path, database: Database) -> sqlite3.Connection:
    """Another process, as far as SQLite can tell."""
    assert database.is_sqlite
    return sqlite3.connect(tmp_path / "baton.db", isolation_level=None)


async def add(database: Database, team: str) -> None:
    async with database.write() as session:
        session.add(TurnsRow(team=team, turns={}))


async def teams(database: Database) -> list[str]:
    async with database.read() as session:
        return sorted(row.team for row in await session.exec(select(TurnsRow)))


async def test_a_writer_waits_for_one_of_another_process_and_the_loop_goes_on(
    database: Database, stranger: sqlite3.Connection
) -> None:
    stranger.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(add(database, "emea"))
    await asyncio.sleep(0.02)
    assert not writing.done()
    assert await teams(database) == []

    stranger.execute("COMMIT")
    await writing
    assert await teams(database) == ["emea"]


async def test_a_writer_gives_up_once_the_patience_is_over_and_the_next_one_writes(
    database: Database, stranger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite_here.PATIENCE", 0.02)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="locked"):
        await add(database, "emea")

    stranger.execute("ROLLBACK")
    await add(database, "apac")
    assert await teams(database) == ["apac"]


async def test_a_writer_that_is_told_to_stop_while_it_waits_leaves_the_turn_to_the_next(
    database: Database, stranger: sqlite3.Connection
) -> None:
    stranger.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(add(database, "emea"))
    await asyncio.sleep(0.02)
    writing.cancel()
    await asyncio.wait([writing])
    assert writing.cancelled()

    stranger.execute("ROLLBACK")
    await add(database, "apac")
    assert await teams(database) == ["apac"]


async def test_what_is_being_committed_is_committed_though_its_task_is_told_to_stop(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    commit = sqlite3.Connection.commit

    def slow_disk(connection: sqlite3.Connection) -> None:
        reached.set()
        go_on.wait(10)
        commit(connection)

    monkeypatch.setattr("storage.sqlite_here.to_disk", slow_disk)
    writing = asyncio.create_task(add(database, "emea"))
    await asyncio.to_thread(reached.wait, 10)
    for _ in range(3):
        writing.cancel()
        await asyncio.sleep(0)
    assert not writing.done()
    go_on.set()
    await asyncio.wait([writing])

    assert writing.cancelled()
    assert await teams(database) == ["emea"]
    await add(database, "next")


async def test_whoever_changed_nothing_waits_for_no_disk_and_lets_others_write(
    database: Database, stranger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_disk(_: sqlite3.Connection) -> None:
        pytest.fail("nothing was to be kept")

    monkeypatch.setattr("storage.sqlite_here.to_disk", no_disk)
    async with database.write() as session:
        assert await ask(session, select(TurnsRow.team)) == []

    stranger.execute("BEGIN IMMEDIATE")
    stranger.execute("ROLLBACK")


async def test_whoever_reads_again_and_again_lets_the_others_go_on(database: Database) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    for _ in range(10):
        async with database.read() as session:
            await ask(session, select(TurnsRow.team))
    counting.cancel()

    assert turns >= 10


async def test_no_commit_waits_for_whatever_else_is_done_in_threads(database: Database) -> None:
    may_end = threading.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    long = loop.run_in_executor(None, may_end.wait, 10)

    await asyncio.wait_for(add(database, "emea"), 5)
    assert not long.done()
    may_end.set()
    await long


@pytest.mark.parametrize("much", [True, False])
async def test_whoever_reads_much_holds_up_nobody_else(database: Database, much: bool) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await asyncio.sleep(0)
    async with database.read(much=much) as session:
        before = turns
        assert [tuple(row) for row in await ask(session, LONG)] == [(400_000,)]
        meanwhile = turns - before
    counting.cancel()

    assert (meanwhile > 100) is much
