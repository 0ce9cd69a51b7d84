"""Every row of what was asked is answered in docs/requirements.md, once, with tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/requirements.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NOT_YET = "not yet"
DEFINITION = (
    *(1, 8, 10, 14, 15, 16, 21, 29, 30, 31, 32, 40, 53, 54, 55, 57, 63, 64, 65, 71, 84, 87),
    *range(90, 108),
)
ACCEPTANCE = (5, 11, 13, 28, 39, 42, 43, 45, 56, 62, 67, 68, 69, 72, 73, 74, 75, 76, 77, 79, 109, 114)
SECTIONS = {"Definition, scoring and evidence": DEFINITION, "Acceptance, clocks and escalation": ACCEPTANCE}
"""The rows of every section that is built."""


def rows(section: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    part = PAGE.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_row_is_answered_once_and_in_order(section: str) -> None:
    found = [row[0] for row in rows(section)]
    assert found == [f"R{number:03}" for number in SECTIONS[section]]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_row_says_what_was_asked_what_baton_does_and_which_tests_show_it(section: str) -> None:
    for row, asked, does, shown in rows(section):
        assert asked, row
        assert does, row
        assert TEST.search(shown) or (does, shown) == (NOT_YET, NOT_YET), row


def test_every_test_that_is_named_is_there() -> None:
    named = TEST.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []
