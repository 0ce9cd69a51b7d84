"""Knowing whether the database has the schema this code was written for, without loading what migrates it."""

from enum import Enum
from pathlib import Path

from sqlalchemy import inspect, text

from storage.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class Fit(Enum):
    """How a database's schema is to this code; the value is what to do about it."""

    CURRENT = "nothing"
    AHEAD = "start the new release everywhere"
    """One migration newer, as in the middle of an upgrade: every migration leaves the release before it working."""
    OLDER = "run `baton migrate` first"
    TOO_NEW = "start the release it was migrated with"


SERVES = frozenset({Fit.CURRENT, Fit.AHEAD})
WORDS = {
    Fit.CURRENT: "the schema is current",
    Fit.AHEAD: "the schema is one step newer",
    Fit.OLDER: "the database has an older schema",
    Fit.TOO_NEW: "the database has a much newer schema",
}


class WrongSchema(Exception):
    """Baton cannot work with the database as it is; the message says what to do."""


class InUse(Exception):
    """The tables were never free for a moment, and nothing was changed."""

    def __str__(self) -> str:
        return f"{self.__doc__} Stop what uses the database, or try again when it is quieter."


def newest() -> str:
    """The revision of the newest migration: their files begin with it."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


async def fit(database: Database) -> Fit:
    """How the schema is, as the database says now."""
    async with database.engine.connect() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return Fit.OLDER
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    ahead = int(revision or 0) - int(newest())
    return Fit.OLDER if ahead < 0 else (Fit.CURRENT, Fit.AHEAD, Fit.TOO_NEW)[min(ahead, 2)]


async def is_current(database: Database) -> bool:
    """Whether the schema is exactly the one this code was written for."""
    return await fit(database) is Fit.CURRENT


async def ensure_fit(database: Database) -> Fit:
    """How the schema is, when Baton can work with it.

    Raises:
        WrongSchema: when it cannot.
    """
    found = await fit(database)
    if found not in SERVES:
        raise WrongSchema(f"{WORDS[found]}: {found.value}")
    return found
