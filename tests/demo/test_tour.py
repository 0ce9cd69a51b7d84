"""The tour, played for real: as a process that starts its own workspace and its own Baton."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import cast

import httpx
import pytest
from rich.console import Console

from demo.scene import Scene, Unmet
from demo.story import STEPS, Step
from demo.tour import played

SECONDS = 110
OF_THE_USER = {
    "SLACK_BOT_TOKEN": "xoxb-of-a-real-workspace",
    "SLACK_APP_TOKEN": "xapp-of-a-real-workspace",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/precious",
    "BATON_INTAKE_SECRET": "whsec_short",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}
"""What may be set where somebody tries the demo; none of it may matter."""


@contextmanager
def touring(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A running tour, among settings and a .env file of a real installation."""
    for name, value in OF_THE_USER.items():
        monkeypatch.setenv(name, value)
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in OF_THE_USER.items()))
    command = [sys.executable, "-m", "demo", "--tour"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as tour:
        try:
            yield tour
        finally:
            tour.terminate()


def address(tour: subprocess.Popen[str]) -> str:
    """Where the tour's workspace is, from the first line."""
    assert tour.stdout
    found = re.search(r"http://[\d.:]+", tour.stdout.readline())
    assert found
    return found[0]


def is_gone(url: str) -> bool:
    try:
        httpx.get(f"{url}/healthz", trust_env=False)
    except httpx.ConnectError:
        return True
    return False


def test_the_tour_shows_every_step_whatever_the_user_has_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with touring(tmp_path, monkeypatch) as tour:
        workspace = address(tour)
        said, _ = tour.communicate(timeout=SECONDS)

    assert tour.returncode == 0, said
    assert [step.name for step in STEPS if f"  {step.name} " not in said] == []
    assert re.search(rf"All {len(STEPS)} steps in \d+ seconds\.", said)
    assert is_gone(workspace)
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_a_step_that_fails_is_named_with_what_was_expected_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with touring(tmp_path, monkeypatch) as tour:
        workspace = address(tour)
        httpx.post(f"{workspace}/_sandbox/token", json={"revoked": True}, trust_env=False).raise_for_status()
        said, _ = tour.communicate(timeout=SECONDS)

    assert tour.returncode == 1
    assert "✗ Doctor finds nothing to mend\n    Expected: every check to be well\n    Slack showed: FAIL token" in said
    assert re.search(rf"Step 1 of {len(STEPS)} failed, after \d+ seconds\.", said)
    assert is_gone(workspace)


def test_ctrl_c_ends_all_that_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with touring(tmp_path, monkeypatch) as tour:
        workspace = address(tour)
        tour.send_signal(signal.SIGINT)
        said, _ = tour.communicate(timeout=SECONDS)

    assert tour.returncode == 1
    assert said.endswith("Stopped.\n")
    assert is_gone(workspace)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (["No leads yet."], "    Expected: a card\n    Slack showed: No leads yet.\n"),
        ([], "    Expected: a card\n    Slack showed: nothing\n"),
    ],
)
async def test_what_is_told_of_a_step_that_fails(shown: list[str], told: str) -> None:
    async def play(_: Scene) -> str:
        raise Unmet("a card", shown)

    out = StringIO()
    assert not await played(Step("A rep has it", play), cast(Scene, None), Console(file=out), lambda: 1.5)
    assert out.getvalue() == f"✗ A rep has it\n{told}"


async def test_a_step_is_told_on_one_line_with_what_slack_showed() -> None:
    async def play(_: Scene) -> str:
        return "“You have Ana Silva.” " * 10

    out = StringIO()
    assert await played(Step("Accept", play), cast(Scene, None), Console(file=out), lambda: 1.5)
    assert out.getvalue().count("\n") == 1
    assert re.match(r"✓ +1\.5 s +Accept +“You have Ana Silva.”", out.getvalue())
