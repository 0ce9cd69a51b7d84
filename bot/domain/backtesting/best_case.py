"""Whether rules could open a path at all in a stretch of a life: most leads are told apart here, and asked no more.

Never wrong where it says no. It says yes too often: points against a lead and what fades are looked at later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.definition import (
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    FieldCondition,
    Not,
    Path,
    PersonaCondition,
    SignalCondition,
)
from bot.domain.judging.conditions import Profile, ever_counted, meets
from bot.domain.judging.prepared import Lines, prepared
from bot.domain.lead import Reading
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a life: all that was ever known in it, as one profile with each state of the facts."""

    states: Sequence[Profile]
    """With everything that was done until the end; what was done earlier is among it."""

    def may_open(self, policy: Policy) -> bool:
        """False: at no moment of the stretch would this policy open a path."""
        if not self.states:
            return False
        ready = prepared(policy)
        states = [one.under(ready.personas) for one in self.states]
        asked = (one for one in ready.definitions if one.when is None or _may(one.when, states))
        return any(_may_open(lines, states) for lines in asked)


def _may_open(lines: Lines, states: Sequence[Profile]) -> bool:
    best: dict[Reading, int] = {"fit": 0, "engagement": 0}
    met = set[str]()
    for criterion in lines.criteria:
        if _may(criterion.when, states):
            met.add(criterion.id)
            best[criterion.reading] += _most(criterion, states)
    return any(_may_be_met(path, best, met) for path in lines.definition.paths)


def _may_be_met(path: Path, best: dict[Reading, int], met: set[str]) -> bool:
    enough = max(best["fit"], 0) >= path.fit and max(best["engagement"], 0) >= path.engagement
    return enough and met.issuperset(path.requires)


def _most(criterion: Criterion, states: Sequence[Profile]) -> int:
    if criterion.repeats:
        return max(criterion.points + criterion.repeats.most, 0)
    return criterion.points if criterion.points > 0 or _must(criterion.when, states) else 0


def _may(condition: Condition, states: Sequence[Profile]) -> bool:
    """False: it holds at no moment."""
    if isinstance(condition, FieldCondition | PersonaCondition):
        return any(meets(condition, state) for state in states)
    if isinstance(condition, SignalCondition):
        return bool(ever_counted(condition, states[-1]))
    if isinstance(condition, Not):
        return not _must(condition.not_, states)
    parts = map(partial(_may, states=states), condition.all if isinstance(condition, AllOf) else condition.any)
    return all(parts) if isinstance(condition, AllOf) else any(parts)


def _must(condition: Condition, states: Sequence[Profile]) -> bool:
    """True: it holds at every moment. Of what was done nothing was from the beginning."""
    if isinstance(condition, FieldCondition | PersonaCondition):
        return all(meets(condition, state) for state in states)
    if isinstance(condition, SignalCondition):
        return False
    if isinstance(condition, Not):
        return not _may(condition.not_, states)
    parts = map(partial(_must, states=states), condition.all if isinstance(condition, AllOf) else condition.any)
    return any(parts) if isinstance(condition, AnyOf) else all(parts)
