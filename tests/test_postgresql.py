"""Connections to PostgreSQL: looked after without asking, and asked little."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock

import pytest
from asyncpg import InternalClientError
from asyncpg.transaction import Transaction
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.outages import is_outage
from storage import database as opening
from storage.database import Database, Session, parse_url
from storage.tables import TurnsRow

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

BACKEND = "SELECT pg_backend_pid()"
COUNT = "SELECT count(*) FROM team_turns"
END = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = current_database()"""


async def ask(session: Session, statement: str) -> Any:
    connection: AsyncConnection = await session.connection()
    return (await connection.execute(text(statement))).scalar()


async def raw(session: Session) -> Any:
    """The connection as its driver has it."""
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def end_all(database_url: str) -> None:
    """As a server that is started again, or a fail-over, ends them."""
    other = Database(parse_url(database_url))
    async with other.write() as session:
        await ask(session, END)
    await other.close()


async def test_a_connection_that_its_server_ended_is_replaced_before_anything_is_asked(
    database: Database, database_url: str
) -> None:
    async with database.write() as first, database.read() as second:
        assert (await ask(first, "SELECT 1"), await ask(second, "SELECT 1")) == (1, 1)
        connected = [await raw(session) for session in (first, second)]

    await end_all(database_url)
    while not all(connection.is_closed() for connection in connected):  # noqa: ASYNC110
        await asyncio.sleep(0)

    async with database.write() as first, database.read() as second:
        assert (await ask(first, "SELECT 1"), await ask(second, "SELECT 1")) == (1, 1)


async def test_a_connection_that_is_just_being_ended_is_an_outage_and_used_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def used() -> Any:
        async with database.write() as session:
            return await ask(session, BACKEND)

    first = await used()
    with monkeypatch.context() as ending:
        ending.setattr(Transaction, "start", AsyncMock(side_effect=InternalClientError("cannot switch to state 15")))
        with pytest.raises(DBAPIError) as raised:
            await used()
    assert is_outage(raised.value)
    assert await used() != first


async def test_a_connection_that_rested_is_asked_whether_it_still_works(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a firewall that forgot it, it says nothing by itself."""
    asked = []
    real = database.engine.dialect.do_ping

    def ping(connection: Any) -> bool:
        asked.append(connection)
        if len(asked) == 2:
            raise database.engine.dialect.loaded_dbapi.OperationalError("connection was closed", None)
        return real(connection)

    monkeypatch.setattr(database.engine.sync_engine.dialect, "do_ping", ping)
    backends = []
    for rested in (5.0, 0.0, 0.0, 5.0):
        monkeypatch.setattr(opening, "RESTED", rested)
        async with database.read() as session:
            backends.append(await ask(session, BACKEND))
    assert len(asked) == 2
    assert backends[0] == backends[1] != backends[2] == backends[3]


async def test_what_is_read_costs_no_journeys_but_its_own(database: Database) -> None:
    async with database.read() as session:
        await ask(session, "SELECT 1")
    sent: list[str] = []
    async with database.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    # What is prepared is not told here: what goes beside it is.
    raw.add_query_logger(lambda record: sent.append(record.query))

    async with database.read() as session:
        await ask(session, "SELECT 1")
    assert sent == []

    async with database.write() as session:
        await ask(session, "SELECT 1")
    assert [one.strip(";").split()[0] for one in sent] == ["BEGIN", "COMMIT"]


async def test_whoever_reads_much_sees_one_moment(database: Database) -> None:
    async with database.read(much=True) as session:
        before = await ask(session, COUNT)
        async with database.write() as other:
            other.add(TurnsRow(team="emea", turns={}))
        assert (before, await ask(session, COUNT)) == (0, 0)
    async with database.read(much=True) as session:
        assert await ask(session, COUNT) == 1


async def test_every_statement_of_ours_stays_prepared(database: Database) -> None:
    prepared: list[object] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *told: prepared.append(told[2]))
    async with database.write() as session:
        for number in range(300):
            await ask(session, f"SELECT {number}")
        known = await ask(session, "SELECT count(*) FROM pg_prepared_statements")
    assert known >= len(set(prepared)) - 1
