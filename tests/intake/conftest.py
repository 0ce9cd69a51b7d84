"""An app that takes leads, and senders who hold its token or its secret."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from handlers.intake import routes
from storage.database import Database, parse_url

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLawS"
TOKEN = "a-token-for-tests"


def app_on(database: Database, secret: str | None = SECRET, token: str | None = TOKEN) -> FastAPI:
    app = FastAPI(title="Baton", docs_url=None, redoc_url=None)
    routes.install(app, database, lambda: NOW, secret, token)
    return app


def sender_to(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    """A client that shows the token, unless told other headers; a failure inside the app is an answer, as in life."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url="http://baton", headers=headers or {"authorization": f"Bearer {TOKEN}"}
    )


@pytest.fixture
def sqlite_file(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "quick.db"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
async def sqlite(sqlite_file: Path) -> AsyncIterator[Database]:
    """A database for tests that would find nothing else on the other engine."""
    opened = Database(parse_url(f"sqlite:///{sqlite_file}"))
    yield opened
    await opened.close()


@pytest.fixture
async def quick(sqlite: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A trusted sender to an app on SQLite."""
    async with sender_to(app_on(sqlite)) as client:
        yield client


@pytest.fixture
async def sender(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A trusted sender to an app on each engine."""
    async with sender_to(app_on(database)) as client:
        yield client
