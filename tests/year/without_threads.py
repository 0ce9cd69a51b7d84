"""SQLite as one process alone may have it: no thread between two statements, and nothing that waits for the disk."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiosqlite import core
from sqlalchemy import event

from storage.database import Database

Asked = tuple[asyncio.Future[Any] | None, Callable[[], Any]]


def alone(database: Database) -> None:
    """From now on, in this process; only for whoever does one thing after another, and needs no file afterwards."""
    for name, ours in (("SimpleQueue", AtOnce), ("Thread", NoThread)):
        setattr(core, name, ours)

    @event.listens_for(database.engine.sync_engine, "connect")
    def _unsafe(connection: Any, _record: object) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")


class AtOnce:
    """Does what is put into it instead of keeping it."""

    def put_nowait(self, asked: Asked) -> None:
        future, does = asked
        try:
            result = does()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class NoThread:
    """Nothing is left for it to do."""

    def __init__(self, **_: object) -> None:
        self.daemon = True

    def start(self) -> None:
        return
