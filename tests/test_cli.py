"""The command line as people use it: a process, its words and its exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot.cli import cli
from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock
from tests.support.serving import serve

ROOT = Path(__file__).parents[1]
BATON = Path(sys.executable).with_name("baton")
POLICY = ROOT / "tests/stories/policy.yml"


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A place of its own: no settings but these reach the command."""

    cwd: Path
    settings: Mapping[str, str]

    async def start(self, *arguments: str, **more: str) -> asyncio.subprocess.Process:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return await asyncio.create_subprocess_exec(
            BATON,
            *arguments,
            cwd=self.cwd,
            env={**kept, "COLUMNS": "200", **self.settings, **more},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, **more: str) -> Ended:
        process = await self.start(*arguments, **more)
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A shell beside a running workspace, with a token that works and no database yet."""
    sandbox = build_app(
        workspace.load(ROOT / "examples/workspace.yml"),
        manifest=manifest.load(ROOT / "manifest.yml"),
        token="xoxb-cli",
        signing_secret="cli-signing-secret",
        app_url="http://127.0.0.1:9/slack/events",
        clock=Clock(),
    )
    async with serve(sandbox) as url:
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-cli",
            "SLACK_SIGNING_SECRET": "cli-signing-secret",
            "SLACK_API_URL": f"{url}/api/",
            "BATON_INTAKE_TOKEN": "cli-intake-token",
        }
        yield Shell(tmp_path, settings)


async def test_doctor_names_every_trouble_with_its_remedy_and_finds_none_when_all_is_well(shell: Shell) -> None:
    ill = await shell.run("doctor", SLACK_BOT_TOKEN="", BATON_INTAKE_TOKEN="")
    assert ill.code == 1
    assert "FAIL SLACK_BOT_TOKEN: not set" in ill.out
    assert "BATON_INTAKE_SECRET" in ill.out
    assert "run `baton migrate`" in ill.out

    assert (await shell.run("migrate")).code == 0
    assert (await shell.run("policy", "apply", str(POLICY))).code == 0
    well = await shell.run("doctor")
    assert (well.code, "FAIL" in well.out) == (0, False), well.out
    assert "version 1 is in force" in well.out


async def test_a_policy_with_unknown_people_and_channels_is_refused_whole(shell: Shell) -> None:
    await shell.run("migrate")
    text = POLICY.read_text().replace("ravi@acme.example", "rvai@acme.example").replace("#emea-leads", "#emae-leads")
    (shell.cwd / "typos.yml").write_text(text)

    refused = await shell.run("policy", "apply", "typos.yml")

    assert refused.code == 1
    assert "rvai@acme.example: nobody in Slack has this address" in refused.err
    assert "#emae-leads: no such channel" in refused.err
    assert "No policy yet" in (await shell.run("policy", "history")).out


async def test_a_policy_with_more_people_than_slack_lets_us_ask_for_at_once_takes_longer(shell: Shell) -> None:
    await shell.run("migrate")
    async with httpx.AsyncClient(base_url=shell.settings["SLACK_API_URL"].removesuffix("api/")) as http:
        fault = {"method": "users.lookupByEmail", "kind": "status", "status": 429, "retry_after": 1, "times": 2}
        (await http.post("/_sandbox/faults", json=fault)).raise_for_status()

    applied = await shell.run("policy", "apply", str(POLICY))

    assert (applied.code, applied.out) == (0, "Version 1 is in force.\n"), applied.err


async def test_policy_check_tells_every_mistake_with_its_line(shell: Shell) -> None:
    text = POLICY.read_text().replace("team: emea}", "team: emaa}").replace("points: 20", "points: many")
    (shell.cwd / "bad.yml").write_text(text)

    refused = await shell.run("policy", "check", "bad.yml", SLACK_BOT_TOKEN="")

    assert refused.code == 1
    lines = refused.err.splitlines()
    assert any("line 9, " in line and "points" in line for line in lines), lines
    assert sum("emaa" in line for line in lines) == 2


async def test_a_policy_can_be_shown_exported_compared_and_looked_back_on(shell: Shell) -> None:
    await shell.run("migrate")
    assert (await shell.run("policy", "show")).code == 1
    await shell.run("policy", "apply", str(POLICY))

    assert (await shell.run("policy", "export")).out == POLICY.read_text()
    assert "company: Acme" in (await shell.run("policy", "show")).out
    (shell.cwd / "next.yml").write_text(POLICY.read_text().replace("fit: 40", "fit: 35"))
    assert "fit: 35" in (await shell.run("policy", "diff", "next.yml")).out
    assert "waits for 2 signatures" in (await shell.run("policy", "apply", "next.yml")).out
    history = (await shell.run("policy", "history")).out
    assert "in force" in history
    assert "waits for signatures" in history


async def test_a_spreadsheet_comes_in_and_the_numbers_go_out(shell: Shell) -> None:
    await shell.run("migrate")
    (shell.cwd / "fair.csv").write_text("Mail;Vorname\nbo@bo.example;Bo\nnobody;Ed\n", encoding="utf-8-sig")

    done = await shell.run("import", "leads", "fair.csv", "--set", "source=fair", "--map", "email=Mail")

    assert done.code == 1
    assert "1 stored" in done.out
    assert "line 3" in done.out
    numbers = await shell.run("stats", "--format", "json")
    assert (numbers.code, '"received": 1' in numbers.out) == (0, True), numbers.out


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (["run"], {"SLACK_BOT_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        (["run"], {"DATABASE_URL": "mysql://x", "PORT": "high"}, ["DATABASE_URL", "PORT"]),
        (["run"], {}, ["baton migrate"]),
        (["stats"], {}, ["baton migrate"]),
        (["migrate"], {"DATABASE_URL": "sqlite:////no/such/folder/x.db"}, ["DATABASE_URL", "/no/such/folder"]),
        (["policy", "apply", "missing.yml"], {}, ["baton migrate"]),
        (["policy", "check", "missing.yml"], {}, ["missing.yml", "No such file"]),
        (["migrate"], {"DATABASE_URL": "postgresql://127.0.0.1:9/none"}, ["DATABASE_URL"]),
    ],
)
async def test_what_is_wrong_is_said_without_a_traceback(
    shell: Shell, arguments: list[str], settings: dict[str, str], words: list[str]
) -> None:
    ended = await shell.run(*arguments, **settings)

    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert [word for word in words if word not in ended.err] == []


@pytest.mark.parametrize("arguments", [["nonsense"], ["policy"], ["import", "leads"], ["stats", "--by", "weather"]])
def test_wrong_use_is_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, arguments).exit_code == 2


def test_help_has_an_example_for_every_command() -> None:
    commands = ["run", "migrate", "doctor", "stats", "erase", "sandbox", "demo"]
    commands += [f"policy {name}" for name in ("check", "diff", "apply", "show", "export", "history")]
    commands += [f"import {name}" for name in ("leads", "signals", "outcomes")]
    commands += ["audit verify"]
    for command in commands:
        shown = CliRunner().invoke(cli, [*command.split(), "--help"])
        assert (shown.exit_code, f"baton {command}" in shown.output.split("Example:")[-1]) == (0, True), shown.output


async def test_a_running_baton_serves_shows_and_stops_when_told(shell: Shell) -> None:
    await shell.run("migrate")
    await shell.run("policy", "apply", str(POLICY))
    running = await shell.start("run", PORT="0")
    assert running.stderr
    address = ""
    while not address:
        line = (await asyncio.wait_for(running.stderr.readline(), 20)).decode()
        assert line, "baton run ended"
        address = line.partition("address=")[2].split()[0] if "address=" in line else ""
    async with httpx.AsyncClient(base_url=address) as http:
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        assert (await http.get("/readyz")).status_code == 200
        assert "baton_cards_behind" in (await http.get("/metrics")).text
        lead = {"source": "web", "email": "bo@bo.example"}
        token = {"Authorization": "Bearer cli-intake-token"}
        assert (await http.post("/v1/leads", json=lead, headers=token)).status_code == 202
        assert (await http.post("/v1/leads", json=lead)).status_code == 401
    erased = await shell.run("erase", "Bo@bo.example", "--yes")
    assert (erased.code, erased.out.splitlines()[-1]) == (0, "Erased."), erased
    running.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(running.communicate(), 20)
    assert (running.returncode, b"Traceback" in err) == (0, False), err.decode()
    verified = await shell.run("audit", "verify")
    assert (verified.code, "; 0 not chained yet." in verified.out) == (0, True), verified


async def test_nothing_heavy_is_loaded_before_a_command_needs_it() -> None:
    heavy = {"slack_bolt", "slack_sdk", "sqlalchemy", "fastapi", "alembic", "aiohttp", "asyncio", "pydantic"}
    look = f"import sys, bot.cli; print({heavy} & {{*sys.modules}})"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    loaded, _ = await process.communicate()
    assert loaded == b"set()\n"
