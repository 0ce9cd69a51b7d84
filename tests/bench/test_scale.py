"""docs/scale.md promises what the bench measures, and holds it to the same targets."""

import re
from pathlib import Path

import pytest

from bench import lines, report
from bench.line import Line

SCALE = (Path(__file__).parents[2] / "docs/scale.md").read_text(encoding="utf-8")
PROMISED = {line.name: line for line in lines.every() if report.promised(line)}


@pytest.mark.parametrize("line", PROMISED.values(), ids=lambda line: line.name)
def test_each_target_stands_there(line: Line) -> None:
    assert f"| `{line.name}` | {line.what} | {report.promised(line)} |" in SCALE.splitlines()


def test_no_other_stands_there() -> None:
    table = SCALE.partition("## Targets")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(PROMISED)


def test_every_line_it_names_is_measured() -> None:
    named = re.findall(r"`([\w-]+)` of `make bench`", SCALE)
    assert named
    assert set(named) <= {line.name for line in lines.every()}
