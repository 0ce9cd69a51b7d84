"""Databases of the bench: on a disk, and as durable as those of production."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bench.line import CannotMeasure
from storage.database import Database, parse_url
from storage.delivery.cards import waiting
from storage.migrate import migrate

BETWEEN_LOOKS = 0.1


@asynccontextmanager
async def sqlite(folder: Path, name: str = "bench.db") -> AsyncIterator[Database]:
    """An empty database in a file there, migrated, and closed at the end."""
    database = Database(parse_url(f"sqlite:///{folder / name}"))
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def of(settings: Mapping[str, str]) -> AsyncIterator[Database]:
    """The database of a Baton with these settings, beside it."""
    database = Database(parse_url(settings["DATABASE_URL"]))
    try:
        yield database
    finally:
        await database.close()


async def shown(database: Database, within: float) -> None:
    """Waits until Slack shows every message as it should be.

    Raises:
        CannotMeasure: when it takes more than so many seconds.
    """
    until = time.monotonic() + within
    while time.monotonic() < until:
        async with database.read() as session:
            if not (await waiting(session)).behind:
                return
        await asyncio.sleep(BETWEEN_LOOKS)
    raise CannotMeasure(f"messages still wait after {within:.0f} s")
