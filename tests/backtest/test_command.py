"""`baton policy backtest`: the same result for a person, a spreadsheet and a program."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlmodel import func, select

from bot.commands.backtesting import backtest
from bot.commands.policies import CannotApply
from bot.domain.lead import Company, Facts, Signal
from bot.formats import Format
from bot.usecases.deciding import handoffs
from bot.usecases.governing import policies
from bot.usecases.qualifying.intake import take_lead
from bot.usecases.qualifying.telling import Incoming, Taken
from storage.database import Database
from storage.deciding import handoffs as stored
from storage.tables import HistoryRow, PolicyRow
from tests.backtest.life import CRITERIA, PATHS, REST, policy

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = MONDAY + timedelta(days=10)
FULL_FIT = {"title": "VP Operations", "company": Company(name="Acme", employees=500, country="DE")}


@pytest.fixture
async def lived(database: Database) -> Database:
    """Ana came and was accepted; Bo lacked five points of fit."""
    await policies.put_up(database, "first", policy(), "test", MONDAY)
    ana = await came(database, "ana", MONDAY + timedelta(days=1), **FULL_FIT)
    assert ana.handoff_id
    async with database.read() as session:
        owner = (await stored.get_one(session, ana.handoff_id)).owner
    await handoffs.accept(database, ana.handoff_id, owner or "", MONDAY + timedelta(days=2))
    small = {"first_name": "=Bo", "last_name": "Berg", "title": "Head of IT", "bant": {"budget": "yes"}}
    assert (await came(database, "bo", MONDAY + timedelta(days=3), **small)).handoff_id is None
    return database


async def came(database: Database, name: str, at: datetime, **known: Any) -> Taken:
    facts = Facts.model_validate({"source": "form", "external_id": name, "email": f"{name}@acme.example", **known})
    done = [Signal(id=f"{name}-{n}", kind="page_view", at=at, url="https://acme.example/pricing") for n in range(2)]
    async with database.write() as session:
        taken = await take_lead(session, Incoming(facts, tuple(done)), at)
    assert isinstance(taken, Taken)
    return taken


def proposal(tmp_path: Path, **changes: Any) -> Path:
    """A file with the company's rules and another threshold; JSON is YAML too."""
    path = tmp_path / "policy.yml"
    definition = {"criteria": CRITERIA, "paths": [{**PATHS[0], **changes}, PATHS[1]]}
    path.write_text(json.dumps({**REST, "definition": definition}))
    return path


async def run(database: Database, path: Path, since: str = "90d", form: Format = Format.TABLE) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = await backtest(path, since, form, database, lambda: NOW, out, Console(file=err, width=200))
    return code, out.getvalue(), err.getvalue()


async def test_a_person_reads_how_many_who_and_why(lived: Database, tmp_path: Path) -> None:
    code, out, err = await run(lived, proposal(tmp_path, fit=35))
    said = " ".join(out.split())

    assert code == 0
    assert "2 MQLs instead of 1 (+1)." in said
    assert "=Bo Berg 2026-11-05 Fit and engaged, fit 35, engagement 30; by the rules of then fit 35 of 40" in said
    assert "Those who stay: not enough data on how many were accepted (n = 1)." in said
    assert "Checked: the rules as they were give exactly the 1 handoff that really happened." in said
    assert "@acme.example" not in out
    assert "Looked at 2 leads in" in err


async def test_a_spreadsheet_names_every_lead_by_id_and_runs_nothing(lived: Database, tmp_path: Path) -> None:
    _, out, _ = await run(lived, proposal(tmp_path, fit=50), form=Format.CSV)
    rows = list(csv.DictReader(io.StringIO(out)))

    assert [(row["kind"], row["really_path"], row["verdict"], row["number"]) for row in rows] == [
        ("leaves", "scored", "accepted", "1")
    ]
    assert rows[0]["why"] == "sales accepted; fit 40 of 50 for Fit and engaged"
    assert "Berg" not in out


async def test_a_program_gets_counts_rates_and_changes(lived: Database, tmp_path: Path) -> None:
    _, out, _ = await run(lived, proposal(tmp_path, fit=35), form=Format.JSON)
    told = json.loads(out)

    assert (told["before"], told["after"], told["enters"], told["leaves"], told["leads"]) == (1, 2, 1, 0, 2)
    assert told["rates"]["stays"]["accepted"] == {"n": 1, "count": 1, "share": None, "low": None, "high": None}
    assert [(one["kind"], one["path"], one["short"]["needs_fit"]) for one in told["changes"]] == [
        ("enters", "scored", 40)
    ]
    assert told["paths"] == [{"key": "scored", "before": 1, "after": 2}]
    assert told["teams"] == [{"key": "emea", "before": 1, "after": 2}]


async def test_only_the_period_counts(lived: Database, tmp_path: Path) -> None:
    for since in ("8d", "2026-11-04"):
        _, out, _ = await run(lived, proposal(tmp_path, fit=35), since=since, form=Format.JSON)
        assert (json.loads(out)["before"], json.loads(out)["enters"]) == (0, 1)


async def test_nothing_is_written(lived: Database, tmp_path: Path) -> None:
    async def rows() -> tuple[int, int]:
        async with lived.read() as session:
            histories = (await session.exec(select(func.count()).select_from(HistoryRow))).one()
            return histories, (await session.exec(select(func.count()).select_from(PolicyRow))).one()

    before = await rows()
    await run(lived, proposal(tmp_path, fit=35))
    assert await rows() == before


@pytest.mark.parametrize(
    "since", ["", "90", "0d", "-3d", "9999d", "tomorrow", "2026-13-01", "2027-01-01", "1000-01-01"]
)
async def test_a_period_that_cannot_be_is_refused_in_a_line(lived: Database, tmp_path: Path, since: str) -> None:
    code, out, err = await run(lived, proposal(tmp_path), since=since)
    assert (code, out) == (2, "")
    assert err.startswith("--since: write a number of days such as 90d")
    assert err.count("\n") == 1


async def test_a_file_with_mistakes_is_refused_before_anything_is_read(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_text("company: Acme\n")
    with pytest.raises(CannotApply, match="definition"):
        await run(database, path)
