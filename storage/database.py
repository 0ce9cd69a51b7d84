"""Opening the database, and the two kinds of transaction: one that reads, one that writes."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from asyncpg import InternalClientError
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session as Sync
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import sqlite_here
from storage.tables import HistoryRow
from storage.write_queue import WriteQueue

RUN, BREATH = 0.05, 0.02
"""Seconds of long work after which, on SQLite, other processes may write, and for how long: whoever waits looks every
0.002 seconds, and a busy process at least every other time."""

PRAGMAS = (
    sqlite_here.waiting(sqlite_here.PATIENCE),
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",  # what is erased is overwritten, and not only forgotten
)

PREPARED = 500
"""Statements that a connection to PostgreSQL keeps prepared, which is more than there are."""
KEEPS = "prepared_statement_cache_size"
RESTED = 5.0
"""Seconds after which a connection to PostgreSQL that nobody used is asked whether it still works."""
RESTING = "resting"
"""Where a connection says since when nobody used it."""

ENGINE: Mapping[str, Any] = {
    "hide_parameters": True,
    "pool_use_lifo": True,  # the connection that was used last has the newest pages, and its statements prepared
}

SQLITE_READS = {sqlite_here.READS: sqlite_here.LITTLE}, {sqlite_here.READS: sqlite_here.MUCH}
POSTGRESQL_READS = {"isolation_level": "AUTOCOMMIT"}, {"isolation_level": "REPEATABLE READ"}
"""How engines read little, and how much."""

DRIVERS = {"sqlite": "sqlite+here", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}


Session = AsyncSession
DatabaseError = SQLAlchemyError
"""What the database refused, or that it could not be reached."""

HERE = "here"
"""Where a session says whether its statements run here and now, and wait for nothing."""

HISTORY = "history"
"""Where a session keeps what it adds to history, to be told once it is committed."""


def happened(session: Session, row: HistoryRow) -> None:
    """To be told once it is committed."""
    session.info.setdefault(HISTORY, []).append((row, session.sync_session.get_nested_transaction()))


@event.listens_for(Sync, "after_soft_rollback")
def _undone(session: Sync, undone: SessionTransaction) -> None:
    """What was written within a savepoint that is undone has not happened."""
    if HISTORY in session.info:
        session.info[HISTORY] = [told for told in session.info[HISTORY] if undone not in _around(told[1])]


def _around(savepoint: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while savepoint:
        yield savepoint
        savepoint = savepoint.parent


class UnknownDatabase(ValueError):
    """DATABASE_URL must start with sqlite://, postgres:// or postgresql://."""

    def __str__(self) -> str:
        return str(self.__doc__)


def parse_url(written: str) -> URL:
    """The address with the driver Baton uses, from the forms in which hosts hand it out.

    Raises:
        UnknownDatabase: when it is neither SQLite nor PostgreSQL.
    """
    try:
        url = make_url(written)
    except Exception as error:
        raise UnknownDatabase from error
    driver = DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise UnknownDatabase
    return _for_asyncpg(url.set(drivername=driver)) if "asyncpg" in driver else url.set(drivername=driver)


def _for_asyncpg(url: URL) -> URL:
    """Hosts write libpq's `sslmode`, asyncpg says `ssl`; and it would forget statements that are asked again."""
    mode = url.query.get("sslmode")
    url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url
    return url if KEEPS in url.query else url.update_query_dict({KEEPS: str(PREPARED)})


class Database:
    """One engine, and transactions that cannot lose an update.

    On SQLite a writer takes the write lock when it begins (a deferred BEGIN loses updates or fails at once), and the
    writers of this process take turns, those that a person waits for first, so that a click never waits on
    `busy_timeout`. On PostgreSQL writers lock the rows they decide on. No error of either repeats what was to be
    stored: it may be about a person.
    """

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._little, self._much = SQLITE_READS if self.is_sqlite else POSTGRESQL_READS
        self._writers = WriteQueue() if self.is_sqlite else None
        self.after_commit: Callable[[], None] = lambda: None
        """Called after every committed write that may have made work: whoever waits for some may look."""
        self.happened: Callable[[HistoryRow], None] = lambda _: None
        """Called with every row of history once it is committed."""

    @asynccontextmanager
    async def write(self, *, wakes: bool = True) -> AsyncIterator[Session]:
        """One transaction: committed at the end, rolled back when anything is raised.

        Without `wakes` nobody is told: whoever looks for work must not wake itself and its like by looking.
        """
        async with self._writers or nullcontext(), self._session({}) as session:
            yield session
            await session.commit()
        for row, _ in session.info.get(HISTORY, ()):
            self.happened(row)
        if wakes:
            self.after_commit()

    @asynccontextmanager
    async def read(self, *, much: bool = False) -> AsyncIterator[Session]:
        """A view that never waits for a writer: on SQLite of one moment, on PostgreSQL each statement's own.

        Whoever reads `much`, more than some hundred rows, says so: that is of one moment on both, and holds up nobody.
        """
        async with self._session(self._much if much else self._little) as session:
            yield session
        if self.is_sqlite:
            await asyncio.sleep(0)  # whoever reads again and again lets the others go on

    @asynccontextmanager
    async def _session(self, options: Mapping[str, Any]) -> AsyncIterator[Session]:
        """One whose transaction has begun, and is rolled back at the end unless it was committed."""
        session = Session(self.engine, expire_on_commit=False)
        session.info[HERE] = self.is_sqlite and options.get(sqlite_here.READS) != sqlite_here.MUCH
        async with nullcontext() if self.is_sqlite else session:
            try:
                await session.run_sync(_begun, options)
                yield session
            finally:
                if self.is_sqlite:
                    session.sync_session.close()

    def is_pressed(self) -> bool:
        """Whether a person waits until whoever writes now has done so."""
        return self._writers is not None and self._writers.is_pressed()

    async def wipe(self) -> bool:
        """Clears what was deleted out of the files as far as the engine does that while it runs; false: not now."""
        if not self.is_sqlite:
            tables = ", ".join(f'"{name}"' for name in SQLModel.metadata.tables)
            async with self.engine.connect() as connection:
                alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await alone.exec_driver_sql(f"VACUUM {tables}")
            return True
        async with self._writers or nullcontext(), self.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            asked = asyncio.to_thread(raw.execute, "PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
            busy, *_ = (await asked).fetchone()
        return not busy

    async def close(self) -> None:
        """Ends every connection."""
        await self.engine.dispose()


def _postgresql(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=10, **ENGINE)
    event.listen(engine.sync_engine, "handle_error", _ended_by_server)
    event.listen(engine.sync_engine, "handle_error", _without_values)

    @event.listens_for(engine.sync_engine, "checkin")
    def _put_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[RESTING] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _is_alive(connection: Any, record: ConnectionPoolEntry, _taken: object) -> None:
        """To ask each time takes three journeys: a server that ended has said so, only one out of reach has not."""
        try:
            if connection.driver_connection.is_closed():
                raise DisconnectionError
            if time.monotonic() - record.info.get(RESTING, math.inf) > RESTED:
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return engine


def _begun(session: Sync, options: Mapping[str, Any]) -> None:
    session.connection(execution_options=options)


def _ended_by_server(context: ExceptionContext) -> None:
    """A server that ends says so first; whoever asks in that moment is refused by asyncpg itself."""
    if isinstance(context.original_exception.__cause__, InternalClientError):
        context.is_disconnect = True


def _without_values(context: ExceptionContext) -> None:
    """PostgreSQL's details repeat whole rows; its message, with the names of table and constraint, is enough."""
    ours, theirs = context.sqlalchemy_exception, context.original_exception.__cause__
    if ours and theirs and getattr(theirs, "detail", None):
        theirs.detail = None  # type: ignore[attr-defined]
        ours.args = context.original_exception.args = (f"{type(theirs).__name__}: {theirs}",)


def _sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, **ENGINE)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
