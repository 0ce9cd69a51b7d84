"""What the shape of a policy cannot say: names that lead nowhere, ids that come twice, ladders that do not climb.

The checks read a policy as written, before it is known to have the right shape, so that all its problems can be told
at once: a value of the wrong shape reads as empty here and is somebody else's problem.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, pairwise
from typing import NamedTuple

from bot.domain.lead import Bant, Company, Facts
from bot.domain.policy import DEFAULT_SLAS
from bot.domain.values import Value
from bot.domain.verification import VERIFIABLE

Step = str | int

GROUPS: Mapping[str, type[Value]] = {"company": Company, "bant": Bant}
FIELDS = (
    *(field for field in Facts.model_fields if field not in {*GROUPS, "attributes"}),
    *(f"{group}.{field}" for group, model in GROUPS.items() for field in model.model_fields),
)
"""Every field a condition may ask about, but for `attributes.<anything>`."""
NUMBERS = frozenset({"company.employees"})
YES_OR_NO = frozenset({"contact_requested", "consent"})


class Finding(NamedTuple):
    """Something wrong or doubtful, and the keys that lead to it."""

    place: tuple[Step, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a policy as written; asking it for what is not there gives an empty one."""

    value: object
    place: tuple[Step, ...] = ()

    def __getitem__(self, key: str) -> "Node":
        return Node(self.value.get(key) if isinstance(self.value, Mapping) else None, (*self.place, key))

    def __iter__(self) -> Iterator["Node"]:
        keyed: Iterable[tuple[Step, object]] = ()
        if isinstance(self.value, Mapping):
            keyed = self.value.items()
        elif isinstance(self.value, list | tuple):
            keyed = enumerate(self.value)
        return (Node(value, (*self.place, key)) for key, value in keyed)

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    def says(self, message: str) -> Finding:
        return Finding(self.place, message)


def problems(written: object) -> Iterator[Finding]:
    """Everything that makes a policy wrong beyond its shape; `written` is plain data as read from YAML or JSON."""
    policy = Node(written)
    return chain.from_iterable(check(policy) for check in CHECKS)


def _ids_come_once(policy: Node) -> Iterator[Finding]:
    definition = policy["definition"]
    lists = (definition["criteria"], definition["paths"], policy["teams"], policy["routing"], policy["reasons"])
    reps = (team["reps"] for team in policy["teams"])
    yield from chain.from_iterable(_repeated(items, "id") for items in lists)
    yield from chain.from_iterable(_repeated(items, "email") for items in reps)


def _repeated(items: Node, key: str) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for item in items:
        name = item[key].text.casefold()
        seen[name] += 1
        if name and seen[name] > 1:
            yield item[key].says(f"`{item[key].text}` is here already")


def _names_lead_somewhere(policy: Node) -> Iterator[Finding]:
    definition = policy["definition"]
    slas = {*DEFAULT_SLAS, *_keys(policy["sla"])}
    calendars = {"default", *_keys(policy["calendars"])}
    criteria = _ids(definition["criteria"])
    for team in policy["teams"]:
        yield from _unknown(team["calendar"], "calendar", calendars)
    for rule in policy["routing"]:
        yield from _unknown(rule["team"], "team", _ids(policy["teams"]))
    for path in definition["paths"]:
        yield from _unknown(path["sla"], "sla", slas)
        for required in path["requires"]:
            yield from _unknown(required, "criterion", criteria)


def _ids(items: Node) -> set[str]:
    return {item["id"].text for item in items} - {""}


def _keys(section: Node) -> set[str]:
    return {str(item.place[-1]) for item in section}


def _unknown(name: Node, what: str, known: Iterable[str]) -> Iterator[Finding]:
    if name.text and name.text not in known:
        yield name.says(f"there is no {what} `{name.text}`{did_you_mean(name.text, known)}")


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest known name, else what there is, else nothing."""
    names = sorted(known)
    near = get_close_matches(written, names, 1)
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; there is {', '.join(names)}" if 0 < len(names) <= 12 else ""


def _fields_are_known(policy: Node) -> Iterator[Finding]:
    evidence = policy["definition"]["evidence"]
    conditions = (item["when"] for item in chain(policy["definition"]["criteria"], policy["routing"]))
    fields = (condition["field"] for condition in conditions)
    for field in chain(fields, evidence["required"], evidence["verified"]):
        if field.text and not _is_field(field.text):
            yield field.says(f"unknown field{_nearest_field(field.text)}")
    for field in evidence["verified"]:
        if field.text and _is_field(field.text) and field.text not in VERIFIABLE:
            yield field.says(f"only {', '.join(VERIFIABLE)} can be verified")


def _is_field(name: str) -> bool:
    group, _, attribute = name.partition(".")
    return name in FIELDS or (group == "attributes" and attribute != "" and "." not in attribute)


def _nearest_field(written: str) -> str:
    if written in {*GROUPS, "attributes"}:
        example = next((field for field in FIELDS if field.startswith(f"{written}.")), "attributes.plan")
        return f"; name one part of it, such as `{example}`"
    same_ending = [field for field in FIELDS if field.rpartition(".")[2] == written.rpartition(".")[2]]
    near = same_ending or get_close_matches(written, FIELDS, 1)
    return (
        f"; did you mean `{near[0]}`?"
        if near
        else "; write one of a lead's fields, such as `title` or `company.employees`"
    )


def _questions_fit_fields(policy: Node) -> Iterator[Finding]:
    for item in chain(policy["definition"]["criteria"], policy["routing"]):
        condition = item["when"]
        field = condition["field"].text
        if not _is_field(field) or field.startswith("attributes."):
            continue
        fits, expected = _answers(field)
        for written in (condition["equals"], *condition["one_of"]):
            if isinstance(written.value, str | int | float) and not fits(written.value):
                yield written.says(f"can never hold: `{field}` is {expected}")
        for bound in (condition["at_least"], condition["at_most"]):
            if bound.value is not None and field not in NUMBERS:
                yield bound.says(f"can never hold: `{field}` is {expected}")


def _answers(field: str) -> tuple[Callable[[object], bool], str]:
    if field in YES_OR_NO:
        return lambda value: isinstance(value, bool), "true or false"
    if field in NUMBERS:
        return lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"
    return lambda value: isinstance(value, str), "text (write a number that is one in quotes)"


def _ladders_climb(policy: Node) -> Iterator[Finding]:
    for sla in policy["sla"]:
        for clock in ("acceptance", "follow_up"):
            ladder = list(sla[clock]["ladder"])
            for lower, upper in pairwise(ladder):
                if 0 < _share(upper["at"].value) <= _share(lower["at"].value):
                    yield upper["at"].says("each rung must come after the one before it")
        for rung in sla["follow_up"]["ladder"]:
            if rung["do"].text == "recycle":
                yield rung["do"].says(
                    "a lead that was accepted is not recycled by a clock; remind, escalate or reassign"
                )


def _share(written: object) -> int:
    """The percentage a rung is written with; 0 when it cannot be read."""
    if isinstance(written, str):
        digits = written.removesuffix("%").strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    return written if isinstance(written, int) else 0


def _directors_exist(policy: Node) -> Iterator[Finding]:
    without = [team["id"].text for team in policy["teams"] if not team["director"].text]
    for sla in policy["sla"]:
        for rung in chain(sla["acceptance"]["ladder"], sla["follow_up"]["ladder"]):
            if rung["to"].text == "director" and without:
                yield rung["to"].says(f"team `{without[0]}` has no director")


CHECKS = (
    _ids_come_once,
    _names_lead_somewhere,
    _fields_are_known,
    _questions_fit_fields,
    _ladders_climb,
    _directors_exist,
)
