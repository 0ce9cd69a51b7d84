"""Baton on PostgreSQL does in the bench what Baton on SQLite does."""

from pathlib import Path

import pytest

from bench.line import Bench, Scale
from bench.lines.postgresql import LINES


@pytest.mark.timeout(300)  # a workspace, a database and Baton start first
async def test_both_give_every_figure(tmp_path: Path) -> None:
    (line,) = LINES
    for number, side in enumerate((line.ours, *line.floors)):
        folder = tmp_path / line.name / f"{number}"
        folder.mkdir(parents=True)
        async with side.opened(Bench(folder, Scale.TINY)) as ask:
            found = await ask()
        assert set(found) == {figure.name for figure in line.figures}
        assert all(found.values())
