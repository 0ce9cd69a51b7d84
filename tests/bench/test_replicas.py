"""Processes on one database carry what they are sent, each its part."""

from pathlib import Path

import pytest

from bench.line import Bench, Scale
from bench.lines.replicas import LINES, replicas


@pytest.mark.timeout(300)  # two processes, a workspace and a database start first
async def test_two_processes_bring_every_lead_through_both_messages(tmp_path: Path) -> None:
    async with replicas(2)(Bench(tmp_path, Scale.TINY)) as carry:
        found = await carry()
    assert found["through"] > 0
    assert found["accepted"] >= found["through"]
    assert 0 <= found["evenness"] <= 1
    assert found["cpu"] > 0
    assert set(found) == {figure.name for line in LINES for figure in line.figures}
    assert 0 < found["busy"] + found["postgresql"] + found["workspace"] + found["sender"] <= 1.01
    assert found["postgresql"] > 0
