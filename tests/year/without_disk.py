"""SQLite as one process alone may have it: nothing waits for the disk."""

from typing import Any

from sqlalchemy import event

from storage.database import Database


def alone(database: Database) -> None:
    """From now on, in this process; only for whoever needs no file afterwards."""

    @event.listens_for(database.engine.sync_engine, "connect")
    def _unsafe(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")
