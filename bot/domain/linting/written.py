"""A policy as it is written, before it is known to have the right shape, and what can be said of its parts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

Step = str | int


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

    @property
    def number(self) -> float | None:
        """The number that is written here; `true` is none."""
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None

    def says(self, message: str) -> Finding:
        return Finding(self.place, message)


def definitions(policy: Node) -> Iterator[Node]:
    """Every definition, the main one first: it is where most ids are looked for."""
    yield policy["definition"]
    yield from policy["definitions"]


def conditions(policy: Node) -> Iterator[Node]:
    """Every condition that stands by itself: in criteria, definitions, segments, rules, and what reps take."""
    for definition in definitions(policy):
        yield definition["when"]
        yield from (criterion["when"] for criterion in definition["criteria"])
    yield from (one["when"] for section in ("segments", "routing") for one in policy[section])
    yield from (rep["takes"] for team in policy["teams"] for rep in team["reps"])


def within(condition: Node) -> Iterator[Node]:
    """A condition and every one inside it, the outer ones first."""
    if isinstance(condition.value, Mapping):
        yield condition
        for word in ("all", "any"):
            for part in condition[word]:
                yield from within(part)
        yield from within(condition["not"])


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest known name, else what there is, else nothing."""
    names = sorted(known)
    near = get_close_matches(written, names, 1)
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; there is {', '.join(names)}" if 0 < len(names) <= 12 else ""
