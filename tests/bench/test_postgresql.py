"""Baton on PostgreSQL does in the bench what Baton on SQLite does."""

from pathlib import Path

import pytest

from bench.line import Bench, Line, Scale
from bench.lines.postgresql import LINES


@pytest.mark.timeout(300)  # a workspace, a database and Baton start first
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
async def test_both_give_every_figure(tmp_path: Path, line: Line) -> None:
    for number, side in enumerate((line.ours, *line.floors)):
        folder = tmp_path / line.name / f"{number}"
        folder.mkdir(parents=True)
        async with side.opened(Bench(folder, Scale.TINY)) as ask:
            found = await ask()
        assert all(found[figure.name] > 0 for figure in line.figures)
