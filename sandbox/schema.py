"""Shapes JSON must have, and one walk that says every way in which it does not, in Slack's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.json_types import Json


@dataclass(frozen=True, slots=True)
class Problem:
    pointer: str
    said: str

    def __str__(self) -> str:
        return f"[ERROR] {self.said} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Report:
    """Where the JSON will be shown, which scopes the app has, and what is wrong so far."""

    surface: str
    scopes: Collection[str] = ()
    problems: list[Problem] = field(default_factory=list)

    def add(self, pointer: str, said: str) -> None:
        self.problems.append(Problem(pointer, said))


class Shape(Protocol):
    """Anything a value can be checked against."""

    def check(self, value: Any, at: str, report: Report) -> None:
        """Reports every fault of `value`, which stands at the JSON pointer `at`."""


def characters(text: str) -> int:
    """How long Slack may find a text: it does not say whether an emoji is one character or two, so it is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Str:
    """A string of `least` to `most` characters, one of `choices` if there are any."""

    most: int | None = None
    least: int = 1
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(at, "must provide a string")
        elif characters(value) < self.least:
            report.add(at, f"must be more than {self.least - 1} characters")
        elif self.most is not None and characters(value) > self.most:
            report.add(at, f"must be less than {self.most + 1} characters")
        elif self.choices and value not in self.choices:
            report.add(at, "must be a valid enum value")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            report.add(at, "failed to match the required format")


@dataclass(frozen=True, slots=True)
class Bool:
    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, bool):
            report.add(at, "must provide a boolean")


@dataclass(frozen=True, slots=True)
class Number:
    """A number between `least` and `most`, a whole one unless `fraction`."""

    least: float | None = None
    most: float | None = None
    fraction: bool = False

    def check(self, value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            report.add(at, "must provide a number")
        elif not self.fraction and not isinstance(value, int):
            report.add(at, "must provide an integer")
        elif self.least is not None and value < self.least:
            report.add(at, f"must be at least {self.least:g}")
        elif self.most is not None and value > self.most:
            report.add(at, f"must be at most {self.most:g}")


@dataclass(frozen=True, slots=True)
class Items:
    """A list of `least` to `most` items of one shape; with `holes`, null stands for an item left out."""

    of: Shape
    most: int | None = None
    least: int = 1
    holes: bool = False

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(at, "must provide an array")
            return
        if len(value) < self.least:
            report.add(at, f"no fewer than {self.least} items allowed")
        if self.most is not None and len(value) > self.most:
            report.add(at, f"no more than {self.most} items allowed")
        for index, item in enumerate(value):
            if item is not None or not self.holes:
                self.of.check(item, f"{at}/{index}", report)


Rule = Callable[[Json, Report], Iterable[tuple[str, str]]]
"""What else must hold of an object: yields a sub-pointer (empty for the object itself) and the problem."""


@dataclass(frozen=True, slots=True)
class Obj:
    """An object with these fields and no others; `rules` are looked at only when the fields are right."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must provide an object")
            return
        known = len(report.problems)
        for name in self.required:
            if value.get(name) is None:
                report.add(at, f"missing required field: {name}")
        for name, part in value.items():
            if name not in self.fields:
                report.add(at, f"invalid additional property: {name}")
            elif part is not None or name not in self.required:
                self.fields[name].check(part, f"{at}/{name}", report)
        if len(report.problems) == known:
            for rule in self.rules:
                for where, problem in rule(value, report):
                    report.add(at + where, problem)


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of the named types; `only_on` says which types some surfaces do not take."""

    table: Mapping[str, Shape]
    names: Collection[str]
    only_on: Mapping[str, Collection[str]] = field(default_factory=dict)

    def check(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            report.add(at, "missing required field: type")
        elif isinstance(kind, str) and kind in self.names and self._fits(kind, report.surface):
            self.table[kind].check(value, at, report)
        else:
            report.add(at, f"unsupported type: {kind}")

    def _fits(self, kind: str, surface: str) -> bool:
        return kind not in self.only_on or surface in self.only_on[kind]


def at_least_one(*names: str) -> Rule:
    def rule(value: Json, _: Report) -> Iterable[tuple[str, str]]:
        if not any(value.get(name) is not None for name in names):
            yield "", f"missing required field: {names[0]}"

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: Json, _: Report) -> Iterable[tuple[str, str]]:
        given = [name for name in names if value.get(name) is not None]
        if not given:
            yield "", f"missing required field: {names[0]}"
        elif len(given) > 1:
            yield "", f"only one of {', '.join(names)} is allowed"

    return rule


def at_most_one(*names: str) -> Rule:
    def rule(value: Json, _: Report) -> Iterable[tuple[str, str]]:
        if sum(value.get(name) is not None for name in names) > 1:
            yield "", f"only one of {', '.join(names)} is allowed"

    return rule


def needs_scope(scope: str) -> Rule:
    def rule(_: Json, report: Report) -> Iterable[tuple[str, str]]:
        if scope not in report.scopes:
            yield "", f"missing scope: {scope}"

    return rule
