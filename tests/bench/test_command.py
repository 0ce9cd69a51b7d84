"""`python -m bench` itself, with very little of everything."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench import lines
from bench.__main__ import main
from bench.line import Bench, Figure, Line, Round, Sample, Side, Unit

ROOT = Path(__file__).parents[2]


def bench(folder: Path, *arguments: str, module: str = "bench") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    return subprocess.run(
        command, cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(240)
def test_it_measures_real_processes_beside_their_floors_and_writes_what_it_found(tmp_path: Path) -> None:
    ran = bench(tmp_path, "--tiny", "--rounds", "1", "--only", "journey", "clicks")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "bare app, one session" in ran.stdout
    told = json.loads((tmp_path / "bench.json").read_text())
    journey, clicks = told["lines"]
    assert [figure["name"] for figure in journey["figures"]] == ["p50", "p99"]
    assert [floor["name"] for floor in journey["figures"][0]["floors"]] == [
        "bare app, one session",
        "bare app, slack-sdk's default client",
    ]
    assert all(figure["ours"]["median"] > 0 for line in (journey, clicks) for figure in line["figures"])


@pytest.mark.timeout(240)
def test_a_profile_is_a_page_that_names_what_took_the_time(tmp_path: Path) -> None:
    ran = bench(tmp_path, "click", "--count", "20", module="bench.profiling")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    page = (tmp_path / "profile-click.html").read_text()
    assert "<html" in page
    assert "storage/asking.py" in page


def test_a_line_that_fails_is_told_and_those_after_it_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        async def ask() -> Sample:
            return {"took": 1 / (bench.folder.parent.name != "broken")}

        yield ask

    took = (Figure("took", "it took", Unit.SECONDS),)
    both = [Line(name, name, took, Side("Baton", opened)) for name in ("broken", "sound")]
    monkeypatch.setattr(lines, "every", lambda: both)
    told = tmp_path / "bench.json"
    assert main(["--tiny", "--json", str(told)]) == 1
    broken, sound = json.loads(told.read_text())["lines"]
    assert "ZeroDivisionError" in broken["failed"]
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert (sound["failed"], sound["figures"][0]["ours"]["median"]) == (None, 1.0)


def test_it_says_what_lines_there_are(tmp_path: Path) -> None:
    said = bench(tmp_path, "--list").stdout.splitlines()
    assert {"journey", "through", "batches", "clicks", "channel", "killed"} <= {line.split()[0] for line in said}
    assert "help | `baton --help` | help ≤ 400 ms" in said


@pytest.mark.parametrize("arguments", [("--only", "nonsense"), ("--rounds", "0")])
def test_what_it_cannot_do_it_says(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = bench(tmp_path, *arguments)
    assert ran.returncode != 0
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "bench.json").exists()
