"""What a run says, and what it leaves for whoever compares runs."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bench import report
from bench.line import Figure, Line, Of, Scale, Side, Target, Unit
from bench.report import Measured
from bench.runs import Beside, Found, Spread

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
HALF = Figure("p50", "half of them", Unit.SECONDS, Target(3, Of.RATIO), if_missed="too many statements")
MANY = Figure("through", "leads a second", Unit.PER_SECOND, Target(300, at_least=True), if_missed="one core")


def nothing(*_: Any) -> Any:
    raise AssertionError("nothing is measured here")


LINE = Line("journey", "a lead on its way", (HALF, MANY), Side("Baton", nothing), (Side("bare app", nothing),))
FAST = Found(HALF, Spread((0.002, 0.004, 0.003)), (Beside("bare app", Spread((0.001,) * 3), Spread((2.0, 4.0, 3.0))),))
FEW = Found(MANY, Spread((150.0, 140.0, 160.0)), ())
FOUND = Measured(LINE, (FAST, FEW), 12.34)
FAILED = Measured(LINE, (), 1.0, "Baton ended at once")


def printed(*measured: Measured) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(report.table(Scale.QUICK, measured))
    said = console.file.getvalue()  # type: ignore[attr-defined] # it is the StringIO
    return str(said)


def test_a_row_says_numbers_target_verdict_and_ratio() -> None:
    first, second = (row for row in printed(FOUND).splitlines() if "half of them" in row or "leads a second" in row)
    for told in ("3 ms (2–4)", "≤ 3 × the floor", "passed", "bare app", "1 ms (1–1)", "3.00 × (2.00–4.00)"):
        assert told in first
    for told in ("150/s (140–160)", "≥ 300/s", "missed by 50%"):
        assert told in second


def test_what_could_not_be_measured_is_a_row_too() -> None:
    assert "not measured" in printed(FAILED)


def test_a_missed_target_is_explained_and_a_met_one_is_not() -> None:
    assert report.notes([FOUND, FAILED]) == ["journey, through: one core", "journey: Baton ended at once"]


def test_the_json_has_everything() -> None:
    told = json.loads(json.dumps(report.as_json(Scale.QUICK, NOW, [FOUND, FAILED])))
    assert (told["at"], told["scale"]) == ("2026-11-20T16:00:00+00:00", "quick")
    assert {"processor", "cores", "memory", "system", "python", "sqlite"} <= set(told["machine"])
    assert {"fastapi", "pydantic", "slack-bolt", "sqlalchemy"} <= set(told["versions"])
    measured, failed = told["lines"]
    assert (measured["name"], measured["took"], measured["failed"]) == ("journey", 12.3, None)
    assert (failed["failed"], failed["figures"]) == ("Baton ended at once", [])
    half, many = measured["figures"]
    assert half == {
        "name": "p50",
        "what": "half of them",
        "unit": "seconds",
        "target": {"limit": 3, "of": "ratio", "at_least": False},
        "met": True,
        "missed_by": None,
        "ours": {"median": 0.003, "least": 0.002, "most": 0.004, "rounds": [0.002, 0.004, 0.003]},
        "floors": [
            {
                "name": "bare app",
                "median": 0.001,
                "least": 0.001,
                "most": 0.001,
                "rounds": [0.001] * 3,
                "ratio": {"median": 3.0, "least": 2.0, "most": 4.0, "rounds": [2.0, 4.0, 3.0]},
            }
        ],
    }
    assert (many["met"], many["missed_by"], many["floors"]) == (False, 0.5, [])


@pytest.mark.parametrize(
    ("unit", "number", "words"),
    [
        (Unit.SECONDS, 0.0123, "12.3 ms"),
        (Unit.SECONDS, 0.0000047, "0.0047 ms"),
        (Unit.SECONDS, 61.4, "61.4 s"),
        (Unit.SECONDS, 600.0, "600 s"),
        (Unit.PER_SECOND, 1523.4, "1,523/s"),
        (Unit.PER_SECOND, 3.6, "3.6/s"),
        (Unit.BYTES, 180_000_000, "180 MB"),
        (Unit.SHARE, 0.0042, "0.42 %"),
        (Unit.COUNT, 0, "0"),
        (Unit.COUNT, 10_000, "10,000"),
    ],
)
def test_numbers_are_written_for_people(unit: Unit, number: float, words: str) -> None:
    assert unit.written(number) == words
