"""Bringing a database to the newest schema, beside whoever works with it."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.schema import InUse

ONE_AT_A_TIME = 7_218_004
"""Key of the PostgreSQL advisory lock that lets several machines migrate at once."""
LOCK_TIMEOUT_MS = 500
"""How long the migration makes everybody wait for a table: shorter than Slack waits, and than a deadlock lasts."""
TRIES = 60
PAUSE = 0.5
"""Seconds between two tries, in which the others go on."""
IN_USE = frozenset({"55P03", "40P01"})
"""PostgreSQL: a lock was not to be had in time; a deadlock was ended."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _unheard(_: int) -> None:
    return


async def migrate(
    database: Database, *, tries: int = TRIES, pause: float = PAUSE, waiting: Callable[[int], None] = _unheard
) -> None:
    """Brings the schema up to date; safe from several machines at once, and when there is nothing to do.

    All of it or nothing, in one transaction that holds up nobody for long: where a table is in use it lets go, tells
    `waiting` which try that was, and tries again.

    Raises:
        InUse: when the tables were in use at every try.
    """
    for attempt in range(1, tries + 1):
        try:
            await _once(database)
            return
        except (DBAPIError, sqlite3.OperationalError) as error:
            if not _is_in_use(error):
                raise
        waiting(attempt)
        await asyncio.sleep(pause)
    raise InUse


async def _once(database: Database) -> None:
    if database.is_sqlite:
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            raw.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
            await connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        await connection.run_sync(_upgrade)


def _is_in_use(error: DBAPIError | sqlite3.OperationalError) -> bool:
    said = error.orig if isinstance(error, DBAPIError) else error
    return getattr(said, "sqlstate", None) in IN_USE or "database is locked" in str(said)


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
