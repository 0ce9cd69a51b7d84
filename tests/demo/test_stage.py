"""Programs are started clean, watched, and ended."""

import asyncio
import socket
import sys
from pathlib import Path

import httpx
import pytest

from demo.processes import Failed, Program, clean, run, start
from demo.stage import EXAMPLES, CannotStart, Stage, staged


def stage(folder: Path, http: httpx.AsyncClient, *programs: Program) -> Stage:
    return Stage(folder, {}, "", "http://127.0.0.1:9", "http://127.0.0.1:9", http, list(programs))


async def python(code: str, folder: Path, name: str = "sleeper") -> Program:
    return await start(name, sys.executable, "-c", code, directory=folder, environment={})


def test_programs_hear_nothing_of_the_users_tokens_addresses_and_proxies() -> None:
    there = {"PATH": "/bin", "LANG": "C.UTF-8", "SLACK_BOT_TOKEN": "x", "DATABASE_URL": "x", "https_proxy": "x"}
    assert clean(there) == {"PATH": "/bin", "LANG": "C.UTF-8"}


async def test_a_program_has_its_own_folder_and_environment(tmp_path: Path) -> None:
    code = "import os; print(os.path.samefile('.', os.environ['FOLDER']))"
    environment = {"FOLDER": str(tmp_path)}
    assert await run("teller", sys.executable, "-c", code, directory=tmp_path, environment=environment) == (0, "True\n")


async def test_a_program_that_ends_by_itself_is_named_with_its_last_lines(tmp_path: Path) -> None:
    dying = await python("print(*range(20), sep='\\n'); raise SystemExit(3)", tmp_path, "baton")
    async with httpx.AsyncClient() as http:
        with pytest.raises(Failed) as failed:
            await stage(tmp_path, http, dying).while_all_run(asyncio.sleep(30))

    assert str(failed.value).startswith("baton ended (exit code 3). Its last lines:\n  12\n  13\n")
    assert str(failed.value).endswith("\n  19")


async def test_work_is_done_while_all_run(tmp_path: Path) -> None:
    sleeper = await python("import time; time.sleep(60)", tmp_path)
    async with httpx.AsyncClient() as http:
        assert await stage(tmp_path, http, sleeper).while_all_run(asyncio.sleep(0, "done")) == "done"
    assert sleeper.process.returncode is None
    await sleeper.end()
    assert sleeper.process.returncode is not None


async def test_a_hang_up_is_told_as_the_death_that_caused_it(tmp_path: Path) -> None:
    dying = await python("import time; time.sleep(0.3)", tmp_path, "sandbox")

    async def hung_up() -> None:
        raise httpx.ReadError("connection lost")

    async with httpx.AsyncClient() as http:
        with pytest.raises(Failed, match=r"^sandbox ended"):
            await stage(tmp_path, http, dying).while_all_run(hung_up())


async def test_a_command_that_finds_a_problem_fails_with_what_it_said(tmp_path: Path) -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(Failed, match=r"baton policy check nowhere\.yml ended \(exit code 1\)(.|\n)*nowhere\.yml: "):
            await stage(tmp_path, http).must("policy", "check", "nowhere.yml")


async def test_a_port_that_is_taken_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"^Port {port} on 127.0.0.1 is taken"):
            async with staged(EXAMPLES / "policy.yml", port):
                raise AssertionError("never reached")
