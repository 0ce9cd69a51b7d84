"""SQLite for SQLAlchemy's asyncio: a statement runs where it is asked for, and only what waits for a disk elsewhere.

What an index answers takes some microseconds, and to hand it to a thread and back takes a hundred. So only commits go
to a thread, which wait until the disk has it all, and whole transactions that read much. Whether another process has
stopped writing is asked again and again instead of waited for.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self, TypeVar

from sqlalchemy import engine, pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

NAME = "sqlite.here"
READS = "reads"
"""The option of a transaction that does not write, and how much it reads."""
LITTLE, MUCH = "little", "much"
BETWEEN_TRIES = 0.002
"""Seconds between two questions whether another process still writes."""
PATIENCE = 1.5
"""Seconds in which a writer waits for one of another process; shorter than Slack's three."""

COMMITS = ThreadPoolExecutor(2, "commit")
"""Threads for nothing else: however many read much, or parse what is long, nobody's commit waits for those."""

Answer = TypeVar("Answer")
to_disk = sqlite3.Connection.commit


def waiting(seconds: float) -> str:
    """The pragma by which SQLite itself waits so long for another process, and holds up the loop meanwhile."""
    return f"busy_timeout={seconds * 1000:.0f}"


class Connection(sqlite3.Connection):
    """One connection; one task at a time uses it, from whatever thread."""

    reads: str | None = None
    """How much the transaction reads that is open or begins next; none where it writes."""
    _changes: int | None = None
    """How many there had been when the transaction began to write."""

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or Cursor)

    def begin(self) -> None:
        """Begins to read, or to write."""
        if self.reads:
            super().execute("BEGIN")
        else:
            self._begin_to_write()

    def _begin_to_write(self) -> None:
        """Takes the write lock, before anything is read (a lock that is taken later loses updates or fails at once).

        Raises:
            sqlite3.OperationalError: another process has been writing for as long as we are patient.
        """
        until = time.monotonic() + PATIENCE
        self._wait_in_sqlite(0)
        try:
            while not self._is_begun(last_try=time.monotonic() >= until):
                await_only(asyncio.sleep(BETWEEN_TRIES))
        finally:
            self._wait_in_sqlite(PATIENCE)
        self._changes = self.total_changes

    def _wait_in_sqlite(self, seconds: float) -> None:
        super().execute(f"PRAGMA {waiting(seconds)}")

    def _is_begun(self, *, last_try: bool) -> bool:
        try:
            super().execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def commit(self) -> None:
        if self._ended() not in (None, self.total_changes):
            await_only(_finished(COMMITS, to_disk, self))
        else:
            super().commit()

    def rollback(self) -> None:
        self._ended()
        super().rollback()

    def _ended(self) -> int | None:
        changes, self._changes = self._changes, None
        self.reads = None
        return changes


class Cursor(sqlite3.Cursor):
    """Runs a statement here, or in a thread where its transaction says so."""

    connection: Connection

    def execute(self, statement: str, values: Any = ()) -> Self:
        _seem_to_wait()
        return self._run(super().execute, statement, values)

    def executemany(self, statement: str, rows: Any) -> Self:
        _seem_to_wait()
        return self._run(super().executemany, statement, rows)

    def fetchall(self) -> list[Any]:
        return self._run(super().fetchall)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._run(super().fetchmany, self.arraysize if size is None else size)

    async def _async_soft_close(self) -> None:
        """Asked for by SQLAlchemy's connections; rows are read where they are."""

    def _run(self, does: Callable[..., Answer], *values: Any) -> Answer:
        return await_only(_finished(None, does, *values)) if self.connection.reads == MUCH else does(*values)


def _seem_to_wait() -> None:
    """SQLAlchemy takes an engine that never waits for a mistake."""
    if in_greenlet():
        await_only(_nothing())


async def _nothing() -> None:
    """Over before it began."""


async def _finished(threads: Executor | None, does: Callable[..., Answer], *values: Any) -> Answer:
    """What it gives, from a thread; whoever is told to stop meanwhile stops once it is done, and not in its midst."""
    done = asyncio.get_running_loop().run_in_executor(threads, does, *values)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        while not done.done():
            with suppress(asyncio.CancelledError):  # told more than once
                await asyncio.wait([done])
        raise


class Dialect(SQLiteDialect_pysqlite):
    """SQLite's own driver, as part of an engine that may wait."""

    driver = "here"
    supports_statement_cache = True
    is_async = True

    @classmethod
    def get_pool_class(cls, _url: engine.URL) -> type[pool.Pool]:
        return pool.AsyncAdaptedQueuePool

    def connect(self, *places: Any, **options: Any) -> Any:
        ours = {"factory": Connection, "check_same_thread": False, "isolation_level": None}
        return super().connect(*places, **options | ours)

    def set_connection_execution_options(self, connection: engine.Connection, opts: Mapping[str, Any]) -> None:
        super().set_connection_execution_options(connection, opts)
        if READS in opts:
            ours: Any = connection.connection.driver_connection
            ours.reads = opts[READS]

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


registry.register(NAME, __name__, Dialect.__name__)
