"""What is worth trying again, told from what is a mistake."""

import asyncio

import pytest
from sqlalchemy import text

from handlers.outages import is_outage
from storage.database import Database, parse_url

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


async def run(database: Database, *statements: str) -> None:
    async with database.write() as session:
        for statement in statements:
            await (await session.connection()).execute(text(statement))


async def failure(database: Database, statement: str) -> Exception:
    with pytest.raises(Exception, match=r".") as raised:
        await run(database, statement)
    return raised.value


@on_postgres
@pytest.mark.parametrize(
    ("statement", "passes"),
    [
        ("SELECT 1/0", False),
        ("SELECT * FROM no_such_table", False),
        ("SELEC 1", False),
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '22021'; END $$", False),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '3D000'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53300'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$", True),
        ("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57P03'; END $$", True),
    ],
)
async def test_postgres_says_by_its_code_what_may_pass(database: Database, statement: str, passes: bool) -> None:
    assert is_outage(await failure(database, statement)) is passes


@on_postgres
async def test_two_who_wait_for_each_other_may_try_again(database: Database) -> None:
    await run(database, "CREATE TABLE pair AS SELECT generate_series(1, 2) AS id")
    holding = {1: asyncio.Event(), 2: asyncio.Event()}

    async def take(first: int, second: int) -> None:
        async with database.write() as session:
            connection = await session.connection()
            await connection.execute(text("SELECT 1 FROM pair WHERE id = :id FOR UPDATE"), {"id": first})
            holding[first].set()
            await holding[second].wait()
            await connection.execute(text("SELECT 1 FROM pair WHERE id = :id FOR UPDATE"), {"id": second})

    ended = await asyncio.gather(take(1, 2), take(2, 1), return_exceptions=True)
    (error,) = [result for result in ended if isinstance(result, Exception)]
    assert is_outage(error)


async def test_a_server_that_does_not_answer_may_come_back() -> None:
    away = Database(parse_url("postgresql://baton@127.0.0.1:1/baton"))
    assert is_outage(await failure(away, "SELECT 1"))
    await away.close()


def test_a_mistake_is_no_outage() -> None:
    assert not is_outage(ValueError("ours"))
