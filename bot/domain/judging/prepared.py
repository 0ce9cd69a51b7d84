"""A policy made ready for judging: all that does not depend on any lead is worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.definition import (
    Criterion,
    Definition,
    FieldCondition,
    Persona,
    ProductDefinition,
    Question,
    SignalCondition,
    leaves,
)
from bot.domain.lead import Reading
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Lines:
    """A definition with what it uses of the main one, and what is asked of it again and again."""

    id: str | None
    when: Question | None
    definition: Definition
    criteria: tuple[Criterion, ...]
    fields: Mapping[str, tuple[str, ...]]
    """The fields that each criterion asks about."""
    fading: tuple[Criterion, ...]
    most: Mapping[Reading, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What does not depend on any lead."""

    definitions: tuple[Lines, ...]
    personas: Mapping[str, Persona]
    recent: tuple[SignalCondition, ...]
    checked: frozenset[str]


def prepared(policy: Policy) -> Prepared:
    """The policy made ready, at once where it was made ready before."""
    return _prepared(_Same(policy))


class _Same:
    """A policy known by identity: comparing all that it says would cost more than judging by it."""

    __slots__ = ("policy",)

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


@lru_cache(maxsize=64)
def _prepared(same: _Same) -> Prepared:
    policy = same.policy
    definitions = tuple(_lines(policy, one) for one in policy.all_definitions)
    asked = [criterion.when for one in definitions for criterion in one.criteria]
    asked += [one.when for one in definitions if one.when]
    every = [leaf for condition in asked for leaf in leaves(condition)]
    gates = [one.definition.gate(path) for one in definitions for path in one.definition.paths]
    return Prepared(
        definitions,
        _by_id(policy.personas),
        tuple(leaf for leaf in every if isinstance(leaf, SignalCondition) and leaf.recent),
        frozenset(field for gate in gates for field in (*gate.required, *gate.verified))
        | {leaf.field for leaf in every if isinstance(leaf, FieldCondition)},
    )


@lru_cache(maxsize=64)
def _by_id(personas: tuple[Persona, ...]) -> Mapping[str, Persona]:
    """The same object for the same personas, so that policies that share them share what is found of a lead."""
    return {persona.id: persona for persona in personas}


def _lines(policy: Policy, definition: Definition) -> Lines:
    criteria = policy.criteria_of(definition)
    own = definition if isinstance(definition, ProductDefinition) else None
    return Lines(
        own.id if own else None,
        own.when if own else None,
        definition,
        criteria,
        {
            one.id: tuple(leaf.field for leaf in leaves(one.when) if isinstance(leaf, FieldCondition))
            for one in criteria
        },
        tuple(one for one in criteria if one.half_life),
        {
            reading: sum(max(one.points, 0) for one in criteria if one.reading == reading)
            for reading in ("fit", "engagement")
        },
    )
