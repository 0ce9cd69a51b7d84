"""What a run found, as a table for people and as JSON for whoever compares runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from bench import machine
from bench.line import Line, Of, Scale, Target, Unit
from bench.runs import Beside, Found, Spread


@dataclass(frozen=True, slots=True)
class Measured:
    """One line after all its rounds; without figures where it could not be measured, and why."""

    line: Line
    found: tuple[Found, ...]
    seconds: float
    failed: str = ""


def table(scale: Scale, measured: Iterable[Measured]) -> Table:
    """A row a figure and floor: median, least to most, ratio to the floor, target, and whether it is met."""
    shown = Table(title=f"Baton, measured in this run ({scale})")
    for column in ("what", "figure", "Baton", "target", "", "against", "floor", "ratio"):
        shown.add_column(column, overflow="fold")
    for one in measured:
        shown.add_section()
        _add(shown, one)
    return shown


def _add(shown: Table, one: Measured) -> None:
    what = one.line.what
    if one.failed:
        shown.add_row(what, "", "", "", Text("not measured", "red"))
    for found in one.found:
        unit = found.figure.unit
        beside = [_beside(unit, floor) for floor in found.beside] or [("", "", "")]
        target = wanted(found.figure.target, unit)
        shown.add_row(what, found.figure.what, _spread(unit, found.ours), target, _verdict(found), *beside[0])
        for more in beside[1:]:
            shown.add_row("", "", "", "", "", *more)
        what = ""


def _beside(unit: Unit, floor: Beside) -> tuple[str, str, str]:
    ratio = f"{floor.ratio.median:.2f} × ({floor.ratio.least:.2f}–{floor.ratio.most:.2f})"
    return floor.name, _spread(unit, floor.found), ratio


def _spread(unit: Unit, spread: Spread) -> str:
    return unit.spread(spread.median, spread.least, spread.most)


def wanted(target: Target | None, unit: Unit) -> str:
    """A target in words."""
    if target is None:
        return ""
    limit = f"{target.limit:g} × the floor" if target.of is Of.RATIO else unit.written(target.limit)
    return f"{'≥' if target.at_least else '≤'} {limit}"


def promised(line: Line) -> str:
    """Its targets, each with the names of the figures that are held to it."""
    held: dict[str, list[str]] = {}
    for figure in line.figures:
        if figure.target:
            held.setdefault(wanted(figure.target, figure.unit), []).append(figure.name)
    return "; ".join(f"{', '.join(names)} {target}" for target, names in held.items())


def _verdict(found: Found) -> Text:
    if found.figure.target is None:
        return Text("")
    missed = found.missed_by
    return Text("passed", "green") if missed is None else Text(f"missed by {missed:.0%}", "red")


def notes(measured: Iterable[Measured]) -> list[str]:
    """Why lines were not measured, and why targets are missed and what would be needed."""
    return [note for one in measured for note in _notes(one)]


def _notes(one: Measured) -> Iterable[str]:
    if one.failed:
        yield f"{one.line.name}: {one.failed}"
    for found in one.found:
        if found.missed_by is not None and found.figure.if_missed:
            yield f"{one.line.name}, {found.figure.name}: {found.figure.if_missed}"


def as_json(scale: Scale, at: datetime, measured: Sequence[Measured]) -> dict[str, Any]:
    """Everything that was found; seconds, bytes and shares as plain numbers."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "scale": str(scale),
        "machine": machine.described(),
        "versions": machine.libraries(),
        "lines": [_line(one) for one in measured],
    }


def _line(one: Measured) -> dict[str, Any]:
    return {
        "name": one.line.name,
        "what": one.line.what,
        "took": round(one.seconds, 1),
        "failed": one.failed or None,
        "figures": [_figure(found) for found in one.found],
    }


def _figure(found: Found) -> dict[str, Any]:
    figure, target = found.figure, found.figure.target
    return {
        "name": figure.name,
        "what": figure.what,
        "unit": str(figure.unit),
        "target": target and {"limit": target.limit, "of": str(target.of), "at_least": target.at_least},
        "met": None if target is None else found.missed_by is None,
        "missed_by": found.missed_by,
        "ours": _numbers(found.ours),
        "floors": [
            {"name": floor.name, **_numbers(floor.found), "ratio": _numbers(floor.ratio)} for floor in found.beside
        ],
    }


def _numbers(spread: Spread) -> dict[str, Any]:
    return {"median": spread.median, "least": spread.least, "most": spread.most, "rounds": list(spread.rounds)}
