"""What the shape of a condition cannot say: fields and personas not there, and answers that nobody can give."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import inf

from bot.domain.fields import SEVERAL, answers, is_field, nearest_field
from bot.domain.lead import Scalar
from bot.domain.linting.written import Finding, Node, conditions, definitions, did_you_mean, within


def _every(policy: Node) -> Iterator[Node]:
    return chain.from_iterable(map(within, conditions(policy)))


def _names_are_known(policy: Node) -> Iterator[Finding]:
    personas = {persona["id"].text for persona in policy["personas"]} - {""}
    for condition in _every(policy):
        name, persona = condition["field"], condition["persona"]
        if name.text and not is_field(name.text):
            yield name.says(f"unknown field{nearest_field(name.text)}")
        if persona.text and persona.text not in personas:
            yield persona.says(f"there is no persona `{persona.text}`{did_you_mean(persona.text, personas)}")


def _questions_fit_fields(policy: Node) -> Iterator[Finding]:
    for condition in _every(policy):
        name = condition["field"].text
        if not is_field(name) or name.startswith("attributes."):
            continue
        fits, expected = answers(name)
        for written in (condition["equals"], *condition["one_of"]):
            if isinstance(written.value, str | int | float) and not fits(written.value):
                yield written.says(f"can never hold: `{name}` is {expected}")
        for bound in (condition["at_least"], condition["at_most"]):
            if bound.value is not None and not fits(0):
                yield bound.says(f"can never hold: `{name}` is {expected}")


def _only_signals_repeat(policy: Node) -> Iterator[Finding]:
    for criterion in chain.from_iterable(definition["criteria"] for definition in definitions(policy)):
        when = criterion["when"].value
        if criterion["repeats"].value is not None and isinstance(when, Mapping) and "signal" not in when:
            yield criterion["repeats"].says("only a signal repeats; ask for one in `when`, or leave this out")


@dataclass(slots=True)
class _Allowed:
    """What one field may still be when several conditions about it hold together; None: anything."""

    options: set[Scalar] | None = None
    least: float = -inf
    most: float = inf
    known: bool = False
    unknown: bool = False

    def narrow(self, asked: Node) -> None:
        options = _options(asked)
        if options is not None:
            self.options = options if self.options is None else self.options & options
        self.least = max(self.least, _bound(asked["at_least"], -inf))
        self.most = min(self.most, _bound(asked["at_most"], inf))
        self.unknown |= asked["known"].value is False
        self.known |= asked["known"].value is not False

    def without(self, asked: Node) -> None:
        options = _options(asked)
        if options is not None and self.options is not None:
            self.options = self.options - options

    @property
    def nothing(self) -> bool:
        numbers = {one for one in self.options or () if not isinstance(one, str | bool)}
        bounded = (self.least, self.most) != (-inf, inf)
        fitting = self.options is None or not bounded or any(self.least <= one <= self.most for one in numbers)
        return self.options == set() or self.least > self.most or not fitting or (self.known and self.unknown)


def _options(asked: Node) -> set[Scalar] | None:
    written = [asked["equals"].value] if asked["equals"].value is not None else asked["one_of"].value
    if not isinstance(written, list):
        return None
    return {one.casefold() if isinstance(one, str) else one for one in written if isinstance(one, str | int | float)}


def _bound(written: Node, otherwise: float) -> float:
    return otherwise if written.number is None else written.number


def _together(condition: Node) -> Iterator[Node]:
    """The parts of an `all`, those of an `all` inside it among them."""
    for part in condition["all"]:
        if part["all"].value is None:
            yield part
        else:
            yield from _together(part)


def _holds_for_somebody(policy: Node) -> Iterator[Finding]:
    for condition in _every(policy):
        if condition["all"].value is None:
            continue
        parts = list(_together(condition))
        denied = [part["not"] for part in parts if part["not"].value is not None]
        for part in parts:
            if any(part.value == one.value for one in denied):
                yield part.says("can never hold: `not` of the same stands beside it")
        yield from _narrowed(parts, denied)


def _narrowed(parts: list[Node], denied: list[Node]) -> Iterator[Finding]:
    allowed: defaultdict[str, _Allowed] = defaultdict(_Allowed)
    for part in parts:
        name = part["field"].text
        if name and name not in SEVERAL:
            allowed[name].narrow(part)
            for one in denied:
                if one["field"].text == name:
                    allowed[name].without(one)
            if allowed[name].nothing:
                yield part.says(f"can never hold together with what else is asked of `{name}`")
                return


CHECKS = (_names_are_known, _questions_fit_fields, _only_signals_repeat, _holds_for_somebody)
