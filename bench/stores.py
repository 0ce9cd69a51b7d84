"""Databases of the bench: on a disk, and as durable as those of production."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database, parse_url
from storage.migrate import migrate


@asynccontextmanager
async def sqlite(folder: Path, name: str = "bench.db") -> AsyncIterator[Database]:
    """An empty database in a file there, migrated, and closed at the end."""
    database = Database(parse_url(f"sqlite:///{folder / name}"))
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
