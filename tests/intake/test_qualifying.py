"""What senders tell qualifies leads at once, by the policy in force."""

from collections.abc import Awaitable, Callable
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from bot.commands.importing import Options, import_file
from bot.policy_file import read
from bot.usecases.governing import policies
from storage.database import Database
from tests.intake.conftest import NOW
from tests.intake.test_incoming import LEAD

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCUMENTED = (Path(__file__).parents[2] / "docs/policy.md").read_text().partition("```yaml\n")[2].partition("```")[0]

Agree = Callable[[str], Awaitable[None]]
"""Puts the policy of this text in force."""


@pytest.fixture
def agree(database: Database) -> Agree:
    async def put_in_force(text: str) -> None:
        found = read(text).resolved(lambda email: f"U{_id(email)}", lambda name: f"C{_id(name)}")
        applied = await policies.put_up(database, text, found, "test", NOW)
        assert applied.state == "in_force"

    return put_in_force


def _id(name: str) -> str:
    return "".join(filter(str.isalnum, name.upper()))


def visits() -> list[dict[str, str]]:
    """A webinar, and three visits to the pricing pages within the hour."""
    pages = (("16:00", "pricing"), ("16:05", "pricing/teams"), ("16:09", "pricing"))
    return [
        {"id": "s-1", "kind": "webinar_attended", "at": "2026-11-20T15:00:00Z", "url": "https://acme.example/w/1"},
        *(
            {"id": f"p-{at}", "kind": "page_view", "at": f"2026-11-20T{at}:00Z", "url": f"https://acme.example/{page}"}
            for at, page in pages
        ),
    ]


async def test_a_lead_that_meets_a_path_is_handed_over_in_the_same_breath(
    sender: httpx.AsyncClient, agree: Agree
) -> None:
    await agree(DOCUMENTED)
    told = (await sender.post("/v1/leads", json=LEAD | {"signals": visits()})).json()
    assert told.pop("lead_id")
    assert told.pop("handoff_id")
    assert told == {"stage": "mql", "fit": 50, "engagement": 40, "path": "scored", "duplicate": False}


async def test_the_signal_that_was_missing_hands_over(sender: httpx.AsyncClient, agree: Agree) -> None:
    await agree(DOCUMENTED)
    *most, last = visits()
    first = (await sender.post("/v1/leads", json=LEAD | {"signals": most})).json()
    assert (first["stage"], first["path"], first["handoff_id"]) == ("prospect", None, None)
    who = {"lead": {"email": LEAD["email"]}}
    assert (await sender.post("/v1/signals", json=who | last)).json() == {
        "lead_id": first["lead_id"],
        "stage": "mql",
        "duplicate": False,
    }


async def test_leads_that_came_before_any_policy_wait_for_one(sender: httpx.AsyncClient, agree: Agree) -> None:
    early = (await sender.post("/v1/leads", json=LEAD | {"signals": visits()})).json()
    assert (early["stage"], early["fit"], early["handoff_id"]) == ("suspect", 0, None)
    await agree(DOCUMENTED)
    changed = (await sender.post("/v1/leads", json=LEAD | {"title": "Chief of Operations"})).json()
    assert (changed["stage"], changed["path"]) == ("mql", "scored")


async def test_an_import_counts_who_qualified(database: Database, agree: Agree, tmp_path: Path) -> None:
    await agree(DOCUMENTED)
    path = tmp_path / "leads.csv"
    head = "Source,Email,Title,Company,Industry,Contact requested\n"
    path.write_text(
        head + "web,ana@acme.example,VP,Acme,Logistics,yes\n"
        "web,ben@acme.example,Intern,Acme,Logistics,no\n"
        "web,ana@acme.example,VP,Acme,Logistics,yes\n"
    )
    out = StringIO()
    said = Console(file=out), Console(file=StringIO())
    assert await import_file("leads", path, Options(), database, lambda: NOW, *said) == 0
    assert out.getvalue() == "leads.csv: 2 stored, 1 duplicate, 1 qualified, 0 bad rows.\n"


@pytest.mark.parametrize(
    ("name", "history", "bad"),
    [("leads", False, {39, 53, 101, 107, 126, 177, 204, 226}), ("past-leads", True, set())],
)
async def test_the_examples_come_in_but_for_the_flaws_put_in_on_purpose(
    database: Database, agree: Agree, name: str, history: bool, bad: set[int]
) -> None:
    await agree((EXAMPLES / "policy.yml").read_text())
    out = StringIO()
    said = Console(file=out, width=500), Console(file=StringIO())
    code = await import_file("leads", EXAMPLES / f"{name}.csv", Options(history=history), database, lambda: NOW, *said)
    lines = out.getvalue().splitlines()
    assert code == (1 if bad else 0)
    assert {int(line.split()[1].rstrip(",")) for line in lines if line.startswith("line ")} == bad
