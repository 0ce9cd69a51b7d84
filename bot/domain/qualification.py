"""What the definition says of a lead: which criteria it meets, by what, and which path that opens."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeGuard

from bot.domain.definition import Condition, Criterion, Definition, FieldCondition, Path, SignalCondition
from bot.domain.lead import Evidence, Facts, Proof, Scalar, Scoring, Signal, fact
from bot.domain.patterns import found, glob
from bot.domain.policy import Policy

LONGEST_FOUND = 120
HIDDEN: Mapping[str, Callable[[str], str]] = {
    "email": lambda address: "…" + address[address.rfind("@") :],
    "phone": lambda number: "…" + number[-2:],
}
"""How evidence shows contact details: it is read in channels, where they must not stand."""


class Met(NamedTuple):
    """What met a condition, in a rep's words, and when the signal behind it happened."""

    found: str
    at: datetime | None = None


def meets(condition: Condition, facts: Facts, signals: Sequence[Signal], now: datetime) -> Met | None:  # noqa: ARG001
    """What meets a condition, or None; a missing fact meets nothing but `known: false`."""
    if isinstance(condition, SignalCondition):
        return _done(condition, signals)
    return _known(condition, facts) if isinstance(condition, FieldCondition) else None


def judge(
    policy: Policy,
    facts: Facts,
    signals: Sequence[Signal],
    now: datetime,
    proofs: Sequence[Proof] = (),  # noqa: ARG001
) -> Scoring:
    """What the policy says of a lead: by the first of its definitions that opens a path, else the nearest."""
    return score(policy.definition, facts, signals, now)


def next_look(policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime) -> datetime | None:  # noqa: ARG001
    """When time alone may change what `judge` says; None: never."""
    return None


def score(definition: Definition, facts: Facts, signals: Sequence[Signal], now: datetime) -> Scoring:
    """Both readings, the evidence in the definition's order, and the first path met and past the evidence gate."""
    totals = {"fit": 0.0, "engagement": 0.0}
    evidence = []
    for criterion in definition.criteria:
        met = meets(criterion.when, facts, signals, now)
        if met:
            points = _worth(criterion, met, now)
            totals[criterion.reading] += points
            evidence.append(_evidence(definition, criterion, met, points))
    fit, engagement = _half_up(totals["fit"]), _half_up(totals["engagement"])
    ids = {line.criterion for line in evidence}
    path = next((path for path in definition.paths if _opens(path, fit, engagement, ids)), None)
    lacking = tuple(_lacking(definition, facts)) if path else ()
    return Scoring(
        fit=fit,
        engagement=engagement,
        evidence=tuple(evidence),
        path=path.id if path and not lacking else None,
        gated=path.id if path and lacking else None,
        lacking=lacking,
    )


def _opens(path: Path, fit: int, engagement: int, met: set[str]) -> bool:
    return fit >= path.fit and engagement >= path.engagement and met.issuperset(path.requires)


def _lacking(definition: Definition, facts: Facts) -> Iterator[str]:
    gate = definition.evidence
    return (field for field in dict.fromkeys((*gate.required, *gate.verified)) if not _values(facts, field))


def _evidence(definition: Definition, criterion: Criterion, met: Met, points: float) -> Evidence:
    condition = criterion.when
    return Evidence(
        criterion=criterion.id,
        label=criterion.label,
        reading=criterion.reading,
        points=_half_up(points),
        found=met.found,
        at=met.at,
        verified=isinstance(condition, FieldCondition) and condition.field in definition.evidence.verified,
    )


def _worth(criterion: Criterion, met: Met, now: datetime) -> float:
    if criterion.half_life is None or met.at is None:
        return criterion.points
    age = max(now - met.at, timedelta())
    halvings: float = age / timedelta(seconds=criterion.half_life.amount)
    return criterion.points * math.exp2(-halvings)


def _half_up(points: float) -> int:
    return math.floor(points + 0.5)


def _known(condition: FieldCondition, facts: Facts) -> Met | None:
    values = _values(facts, condition.field)
    if condition.known is not None:
        shown = _shown(condition.field, values) if values else "not known"
        return Met(shown) if bool(values) == condition.known else None
    fitting = [value for value in values if _fits(condition, value)]
    return Met(_shown(condition.field, fitting)) if fitting else None


def _values(facts: Facts, field: str) -> Sequence[Scalar]:
    """The known values of a field: none, one, or those of a list."""
    value = fact(facts, field)
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, bool | int | float) or (isinstance(one, str) and one.strip())]


def _fits(condition: FieldCondition, value: Scalar) -> bool:
    """The answer of one known value to a condition other than `known`."""
    if condition.matches is not None:
        return not isinstance(value, bool) and found(condition.matches, str(value))
    if condition.at_least is not None:
        return _is_number(value) and value >= condition.at_least
    if condition.at_most is not None:
        return _is_number(value) and value <= condition.at_most
    options = condition.one_of if condition.equals is None else (condition.equals,)
    comparable = _comparable(value)
    return any(_comparable(option) == comparable for option in options or ())


def _is_number(value: Scalar) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _comparable(value: Scalar) -> tuple[bool, Scalar]:
    """Equal for equal texts in any case and for equal numbers; `true` is not 1."""
    return isinstance(value, bool), value.casefold() if isinstance(value, str) else value


def _done(condition: SignalCondition, signals: Sequence[Signal]) -> Met | None:
    kind = condition.signal.casefold()
    matching = [
        signal
        for signal in signals
        if signal.kind.casefold() == kind and (condition.url is None or glob(condition.url, signal.url or ""))
    ]
    if len(matching) < condition.at_least:
        return None
    matching.sort(key=_at)
    if condition.within is None:
        return _met(condition, matching)
    length = timedelta(seconds=condition.within.amount)
    for last in range(len(matching) - 1, condition.at_least - 2, -1):
        first = bisect_left(matching, matching[last].at - length, key=_at)
        if last - first + 1 >= condition.at_least:
            return _met(condition, matching[first : last + 1])
    return None


def _at(signal: Signal) -> datetime:
    return signal.at


def _met(condition: SignalCondition, matching: Sequence[Signal]) -> Met:
    """How often, what, within which time, and the last one; of a single one, what and which."""
    last, count = matching[-1], len(matching)
    what = condition.signal.replace("_", " ")
    detail = last.label or last.url
    if count > 1:
        what = f"{count} × {what}" + (f" in {condition.within}" if condition.within else "")
    if detail:
        what = f"{what}, {'last ' * (count > 1)}{detail}"
    return Met(_short(what), last.at)


def _shown(field: str, values: Sequence[Scalar]) -> str:
    show = HIDDEN.get(field, str)
    return _short(", ".join(_yes_or_no(value) if isinstance(value, bool) else show(str(value)) for value in values))


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"
