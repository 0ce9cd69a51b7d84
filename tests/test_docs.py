"""What the documents name is there: files, headings, commands, settings, tests. What they show works."""

import ast
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from standardwebhooks import Webhook

from bot.cli import cli
from bot.domain.announcing import EVENTS
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")) if path.is_file()
)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s/`])baton ((?:policy |import |audit )?[a-z]+)", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
OURS = re.compile(r"`((?:bench|bot|demo|handlers|sandbox|storage|tests)/[\w/.]*)")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq="


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The headings of a document as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", text(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def broken(document: Path) -> Iterator[str]:
    for target in LINK.findall(text(document)):
        name, _, anchor = target.partition("#")
        there = (document.parent / name).resolve() if name else document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield target


def commands(group: object, prefix: str = "") -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        yield f"{prefix}{name}"
        yield from commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_is_named_is_there(document: Path) -> None:
    assert [path for path in OURS.findall(text(document)) if not (ROOT / path).exists()] == []


def test_every_command_that_is_written_down_exists() -> None:
    known = set(commands(typer.main.get_command(cli)))
    written = {
        (document.name, command)
        for document in DOCUMENTS
        for code in CODE.findall(text(document))
        for command in COMMAND.findall(code)
    }
    assert len(written) > 10
    assert {(name, command) for name, command in written if command not in known} == set()


def test_every_command_is_written_down() -> None:
    written = {command for document in DOCUMENTS for command in COMMAND.findall(text(document))}
    assert set(commands(typer.main.get_command(cli))) - written == {"policy", "import", "audit"}


def test_every_setting_is_in_the_table_for_operators() -> None:
    rows = [line.split("|")[1] for line in text(ROOT / "docs/operating.md").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}
    assert named == {name.upper() for name in Settings.model_fields}


def test_every_proof_of_reliability_is_a_test() -> None:
    named = TEST.findall(text(ROOT / "docs/reliability.md"))
    assert len(named) > 10
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not any(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == test
            for node in ast.walk(ast.parse(text(ROOT / file)))
        )
    ]
    assert missing == []


def test_the_way_to_sign_in_the_readme_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[httpx.Request] = []

    def post(url: str, **rest: Any) -> httpx.Response:
        sent.append(httpx.Request("POST", url, **rest))
        return httpx.Response(202, request=sent[-1])

    monkeypatch.setattr(httpx, "post", post)
    monkeypatch.setenv("BATON_INTAKE_SECRET", SECRET)
    (shown,) = re.findall(r"```python\n(.*?)```", text(ROOT / "README.md"), re.DOTALL)
    names = {"UTC": UTC, "datetime": datetime, "json": json, "os": os, "httpx": httpx, "Webhook": Webhook}
    exec(shown, {**names, "lead": {"source": "webinar", "email": "ana.silva@acme.example"}})
    (request,) = sent
    assert Webhook(SECRET).verify(request.content, dict(request.headers)) == {
        "source": "webinar",
        "email": "ana.silva@acme.example",
    }


def test_every_webhook_is_described_as_it_is_meant() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| ([^|]+?) \|", text(ROOT / "docs/webhooks.md"), re.MULTILINE)
    assert dict(rows) == EVENTS
