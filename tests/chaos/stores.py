"""A fresh database for every story: copies of one in which the policy is in force already."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url, text

from storage.database import Database, parse_url
from storage.migrate import migrate


class Store(Protocol):
    """Where the databases of one engine come from."""

    template: str
    """The address of the database that all others are copies of."""
    url: str
    """The address of the copy that a story is played in."""

    async def open(self) -> None:
        """The template is there, migrated and empty."""

    async def fresh(self) -> None:
        """The copy is as the template is; nobody may have it open."""

    async def close(self) -> None:
        """Nothing is open any more."""


async def migrated(url: str) -> None:
    """The database at this address has the newest schema."""
    database = Database(parse_url(url))
    await migrate(database)
    await database.close()


class SqliteFiles:
    """Two files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._original, self._copy = folder / "template.db", folder / "story.db"
        self.template, self.url = f"sqlite:///{self._original}", f"sqlite:///{self._copy}"

    async def open(self) -> None:
        await migrated(self.template)

    async def fresh(self) -> None:
        for left in self._copy.parent.glob("story.db-*"):
            left.unlink()
        self._copy.write_bytes(self._original.read_bytes())

    async def close(self) -> None:
        return


class PostgresDatabases:
    """Two databases on a server, which is named by the address of any of its databases."""

    def __init__(self, server: str, name: str) -> None:
        self._original, self._copy = name, f"{name}_story"
        self._admin = Database(parse_url(server))
        self.template, self.url = (
            make_url(server).set(database=one).render_as_string(hide_password=False)
            for one in (self._original, self._copy)
        )

    async def open(self) -> None:
        await self._say(f"CREATE DATABASE {self._original}")
        await migrated(self.template)

    async def fresh(self) -> None:
        await self._say(f"DROP DATABASE IF EXISTS {self._copy} WITH (FORCE)")
        await self._say(f"CREATE DATABASE {self._copy} TEMPLATE {self._original} STRATEGY FILE_COPY")

    async def close(self) -> None:
        await self._admin.close()

    async def _say(self, command: str) -> None:
        async with self._admin.engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await free.execute(text(command))
