"""The policy file: YAML to a policy, with every problem at once and on its line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.domain.linting.policy_checks import problems
from bot.domain.linting.policy_doubts import doubts
from bot.domain.linting.written import did_you_mean
from bot.domain.policy import Policy
from bot.yaml_source import Place, Source, UnreadableError, read_yaml

SCALAR_TYPES = frozenset({"str", "int", "float", "bool"})

EXPECTED = {
    "missing": "is missing",
    "string_type": "write text (a number or date that is text needs quotes)",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "bool_type": "write true or false",
    "tuple_type": "write a list, such as [a, b]",
    "model_type": "write keys with values, such as {{key: value}}",
    "dict_type": "write keys with values, such as {{key: value}}",
    "date_from_datetime_parsing": "write a date such as 2026-12-24",
    "date_parsing": "write a date such as 2026-12-24",
    "date_type": "write a date such as 2026-12-24",
    "literal_error": "write {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "write small letters, digits, - and _ only, such as emea-north",
    "string_too_short": "must not be empty",
    "string_too_long": "must not be longer than {max_length} characters",
    "too_short": "needs at least {min_length} entry",
    "too_long": "may have at most {max_length} entries",
    "value_error": "{error}",
}
"""Our words for pydantic's kinds of error."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong or doubtful in a policy file; `line` counts from 1, and is 0 where no text is at hand."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        return f"{line}{self.where}: {self.message}"


class PolicyErrors(ValueError):
    """A policy file that cannot be used; `problems` are all that is wrong with it, by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read(text: str | bytes) -> Policy:
    """The policy that a file's text says.

    Raises:
        PolicyErrors: with every problem of the file.
    """
    try:
        source = read_yaml(text)
    except UnreadableError as error:
        raise PolicyErrors((Problem(error.line, "file", str(error)),)) from error
    if not isinstance(source.data, Mapping):
        empty = "the file is empty" if source.data is None else "write sections, such as `company: Acme`"
        raise PolicyErrors((Problem(1, "file", empty),))
    policy, misshapen = _shaped(source)
    told = [Problem(line, _where(place), message) for line, place, message in source.flaws]
    flawed = {place for _, place, _ in source.flaws}
    for place, message in chain(problems(source.data), misshapen):
        if place not in flawed:
            flawed.add(place)
            told.append(_problem(place, message, source))
    if policy is None or told:
        raise PolicyErrors(tuple(sorted(told)))
    return policy


def warnings(policy: Policy, text: str | bytes | None = None) -> tuple[Problem, ...]:
    """What a policy may say but hardly means, with lines when the text it was read from is given."""
    source = read_yaml(text) if text else None
    return tuple(sorted(_problem(place, message, source) for place, message in doubts(policy)))


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors that check while one writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Policy.model_json_schema(),
        "title": "Baton policy",
    }


def _problem(place: Place, message: str, source: Source | None) -> Problem:
    return Problem(source.line(place) if source else 0, _where(place), message)


def _where(place: Place) -> str:
    """`teams[0].reps`, or `file` for the whole of it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".") or "file"


def _shaped(source: Source) -> tuple[Policy | None, list[tuple[Place, str]]]:
    # Through JSON, because only there strict means what the schema says: lists are fine, "20" is no number.
    try:
        return Policy.model_validate_json(json.dumps(source.data), strict=True), []
    except ValidationError as error:
        return None, list(_misshapen(error.errors(include_url=False)))


def _misshapen(errors: list[ErrorDetails]) -> Iterator[tuple[Place, str]]:
    whole = schema()
    for error in errors:
        # Steps that name a branch of a union, or the key of a mapping itself, are pydantic's and not the file's.
        place = tuple(step for step in error["loc"] if step not in whole["$defs"] and step != "[key]")
        if error["type"] == "extra_forbidden":
            yield place, f"unknown key{did_you_mean(str(place[-1]), _keys(whole, error['loc'][:-1]))}"
        elif place[-1:] and place[-1] in SCALAR_TYPES:
            yield place[:-1], "write text, a number, true or false"
        elif error["type"] == "too_short" and error["input"]:
            continue  # it has entries, and each is a problem of its own
        else:
            expected = EXPECTED.get(error["type"])
            yield place, expected.format(**error.get("ctx", {})) if expected else error["msg"]


def _keys(whole: Mapping[str, Any], loc: Place) -> set[str]:
    """The keys that the schema knows at a place."""
    nodes = [whole]
    for step in loc:
        if step in whole["$defs"]:
            nodes = [whole["$defs"][step]]
        else:
            nodes = [inner for node in _branches(whole, nodes) for inner in _inside(node, step)]
    return {key for node in _branches(whole, nodes) for key in node.get("properties", {})}


def _branches(whole: Mapping[str, Any], nodes: list[Any]) -> Iterator[Any]:
    """Schema nodes with their references and alternatives followed."""
    for node in nodes:
        if "$ref" in node:
            yield from _branches(whole, [whole["$defs"][node["$ref"].rpartition("/")[2]]])
        else:
            yield node
            yield from _branches(whole, [*node.get("anyOf", ()), *node.get("oneOf", ())])


def _inside(node: Mapping[str, Any], step: str | int) -> Iterator[Any]:
    if isinstance(step, int):
        candidates = (node.get("items"),)
    else:
        candidates = (node.get("properties", {}).get(step, node.get("additionalProperties")),)
    return (candidate for candidate in candidates if isinstance(candidate, Mapping))
