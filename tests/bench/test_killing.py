"""A lead that is lost is counted, and does not spoil its count."""

from pathlib import Path
from typing import Any

import pytest

from bench.company import Company
from bench.lines import killing
from bench.site import Site
from bench.stores import sqlite


class Losing(Site):
    """A Baton that is told of leads, and stores none of them."""

    async def forget(self) -> None: ...

    async def send(self, body: object) -> float:
        return 0.0

    async def start(self, *command: str) -> Any: ...

    async def posts(self) -> dict[str, list[float]]:
        return {}


async def test_what_is_lost_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killing, "SETTLED", 0.3)
    nothing: Any = None
    async with sqlite(tmp_path):
        settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bench.db'}"}
        found = await killing.killed(Losing(Company(teams=1), tmp_path, nothing, nothing, settings), 2)
    assert found["lost"] == 2
