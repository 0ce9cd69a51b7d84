"""What a policy says of a lead: which criteria it meets and lacks, and which path that opens, or nearly."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain.definition import (
    Criterion,
    Definition,
    EvidenceGate,
    FieldCondition,
    NearMiss,
    Path,
    Persona,
    ProductDefinition,
    Question,
    SignalCondition,
    leaves,
)
from bot.domain.judging.conditions import Met, Profile, counted, good_until, meets
from bot.domain.judging.gaps import gap
from bot.domain.judging.verification import checks
from bot.domain.lead import Check, Evidence, Facts, Near, Proof, Reading, Scoring, Signal
from bot.domain.policy import Policy

LOOK_AGAIN = timedelta(hours=24)
"""How often points that fade are counted anew."""
INSTANT = timedelta(microseconds=1)
SHARES = (75, 50, 25)
"""The percentages of all points of a reading from which a grade is the best, the second and the third."""


def judge(
    policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime, proofs: Sequence[Proof] = ()
) -> Scoring:
    """What the policy says of a lead at one moment, in whatever order its signals come.

    Of the definitions that are its, the first that opens a path past its gate speaks; else the first that opens one
    but for the gate; else the one that is nearest to a path.
    """
    prepared = _prepared(_Same(policy))
    profile = Profile.of(facts, signals, now, prepared.personas)
    read = _speaking(prepared, profile, checks(facts, signals, proofs, now, prepared.checked))
    met = {line.criterion for line in read.evidence}
    gaps = tuple(gap(one, profile) for one in read.lines.criteria if one.id not in met and one.points >= 0)
    personas = tuple(one.id for one in policy.personas if profile.is_persona(one.id))
    return _scoring(read, policy).model_copy(update={"gaps": gaps, "personas": personas})


def glance(
    policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime, proofs: Sequence[Proof] = ()
) -> tuple[Scoring, datetime | None]:
    """What `judge` says, but for the gaps and personas that only people read, and `next_look`: for very many leads."""
    prepared = _prepared(_Same(policy))
    profile = Profile.of(facts, signals, now, prepared.personas)
    read = _speaking(prepared, profile, checks(facts, signals, proofs, now, prepared.checked))
    return _scoring(read, policy), _next_look(prepared, profile, now)


def next_look(policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime) -> datetime | None:
    """When time alone may change what `judge` says, so that until then it need not be asked; None: never.

    Exact where something is no longer `recent`; fading points are counted anew every 24 hours while they can still
    move a reading.
    """
    prepared = _prepared(_Same(policy))
    return _next_look(prepared, Profile.of(facts, signals, now, prepared.personas), now)


def _next_look(prepared: "_Prepared", profile: Profile, now: datetime) -> datetime | None:
    looks = [
        good_until(condition.recent, done) + INSTANT
        for condition in prepared.recent
        if condition.recent and (done := counted(condition, profile))
    ]
    if any(_still_fades(lines, profile) for lines in _asked(prepared, profile)):
        looks.append(now + LOOK_AGAIN)
    return min(looks, default=None)


def lacking_for(
    policy: Policy, path: Path, facts: Facts, signals: Sequence[Signal], now: datetime, proofs: Sequence[Proof] = ()
) -> tuple[str, ...]:
    """Fields that the gate of a path asks for and the lead has not (or not verified), whether or not it is met."""
    prepared = _prepared(_Same(policy))
    sure = checks(facts, signals, proofs, now, prepared.checked)
    gate = next(one.gate(path) for one in policy.all_definitions if path in one.paths)
    return tuple(_lacking(gate, Profile.of(facts, signals, now, prepared.personas), sure))


@dataclass(frozen=True, slots=True)
class _Lines:
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
class _Prepared:
    """What does not depend on any lead."""

    definitions: tuple[_Lines, ...]
    personas: Mapping[str, Persona]
    recent: tuple[SignalCondition, ...]
    checked: frozenset[str]


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
def _prepared(same: _Same) -> _Prepared:
    policy = same.policy
    definitions = tuple(_lines(policy, one) for one in policy.all_definitions)
    asked = [criterion.when for one in definitions for criterion in one.criteria]
    asked += [one.when for one in definitions if one.when]
    every = [leaf for condition in asked for leaf in leaves(condition)]
    gates = [one.definition.gate(path) for one in definitions for path in one.definition.paths]
    return _Prepared(
        definitions,
        {persona.id: persona for persona in policy.personas},
        tuple(leaf for leaf in every if isinstance(leaf, SignalCondition) and leaf.recent),
        frozenset(field for gate in gates for field in (*gate.required, *gate.verified))
        | {leaf.field for leaf in every if isinstance(leaf, FieldCondition)},
    )


def _lines(policy: Policy, definition: Definition) -> _Lines:
    criteria = policy.criteria_of(definition)
    own = definition if isinstance(definition, ProductDefinition) else None
    return _Lines(
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


def _speaking(prepared: _Prepared, profile: Profile, sure: Mapping[str, Check]) -> "_Read":
    read: list[_Read] = []
    for lines in _asked(prepared, profile):
        read.append(_read(lines, profile, sure))
        if read[-1].path:
            return read[-1]
    return min(read, key=_how_far)


def _asked(prepared: _Prepared, profile: Profile) -> Iterator[_Lines]:
    return (one for one in prepared.definitions if one.when is None or meets(one.when, profile))


@dataclass(frozen=True, slots=True)
class _Read:
    """What one definition says: points before rounding, evidence, and how far every path is."""

    lines: _Lines
    points: Mapping[Reading, float]
    evidence: tuple[Evidence, ...]
    path: Path | None
    gated: Path | None
    lacking: tuple[str, ...]
    nearest: Near | None


def _read(lines: _Lines, profile: Profile, sure: Mapping[str, Check]) -> _Read:
    points: dict[Reading, float] = {"fit": 0.0, "engagement": 0.0}
    evidence = []
    for criterion in lines.criteria:
        met = meets(criterion.when, profile)
        if met:
            worth = _worth(criterion, met, profile)
            points[criterion.reading] += worth.left
            evidence.append(_evidence(criterion, met, worth, _sure(lines.fields[criterion.id], sure)))
    met_ids = {line.criterion for line in evidence}
    short = [_short(path, lines, points, met_ids) for path in lines.definition.paths]
    opened = [path for path, lack in zip(lines.definition.paths, short, strict=True) if not any(_far(lack))]
    lacking = {path.id: tuple(_lacking(lines.definition.gate(path), profile, sure)) for path in opened}
    open_path = next((path for path in opened if not lacking[path.id]), None)
    gated = opened[0] if opened and not open_path else None
    return _Read(
        lines,
        points,
        tuple(evidence),
        open_path,
        gated,
        lacking[gated.id] if gated else (),
        None if opened else min(short, key=_far),
    )


class _Worth(NamedTuple):
    """Points that time has left of a met criterion, and all that it is worth when fresh."""

    left: float
    fresh: int


def _worth(criterion: Criterion, met: Met, profile: Profile) -> _Worth:
    fresh = criterion.points
    if criterion.repeats and isinstance(criterion.when, SignalCondition):
        further = len(counted(criterion.when, profile)) - criterion.when.at_least
        fresh += min(further * criterion.repeats.points, criterion.repeats.most)
    return _Worth(fresh * _share_left(criterion, met, profile.now), fresh)


def _share_left(criterion: Criterion, met: Met, now: datetime) -> float:
    if criterion.half_life is None or met.at is None:
        return 1.0
    halvings: float = max(now - met.at, timedelta()) / timedelta(seconds=criterion.half_life.amount)
    return math.exp2(-halvings)


class _Sure(NamedTuple):
    """How sure the facts behind a criterion are, and how that is known."""

    verified: bool = False
    wrong: bool = False
    how: str = ""


UNCHECKED = _Sure()


def _sure(fields: Sequence[str], sure: Mapping[str, Check]) -> _Sure:
    """As sure as the least sure of these fields."""
    known = [sure[field] for field in fields if field in sure]
    if not known:
        return UNCHECKED
    least = min(known, key=lambda check: LEAST_SURE_FIRST.index(check.verdict))
    return _Sure(least.verdict == "verified", least.verdict == "wrong", least.how)


LEAST_SURE_FIRST = ("wrong", "plausible", "verified")


def _evidence(criterion: Criterion, met: Met, worth: _Worth, sure: _Sure) -> Evidence:
    return Evidence(
        criterion=criterion.id,
        label=criterion.label,
        reading=criterion.reading,
        points=_half_up(worth.left),
        found=met.found,
        at=met.at,
        verified=sure.verified,
        weak=sure.wrong or abs(worth.left) * 2 < abs(worth.fresh),
        how=sure.how,
    )


def _short(path: Path, lines: _Lines, points: Mapping[Reading, float], met: Collection[str]) -> Near:
    """What a path lacks: criteria it requires, and the points that would still be missing if they were met."""
    missing = tuple(required for required in path.requires if required not in met)
    own: dict[Reading, int] = {"fit": 0, "engagement": 0}
    for criterion in lines.criteria:
        if criterion.id in missing:
            own[criterion.reading] += max(criterion.points, 0)
    return Near(
        path=path.id,
        fit=max(path.fit - _total(points["fit"] + own["fit"]), 0),
        engagement=max(path.engagement - _total(points["engagement"] + own["engagement"]), 0),
        criteria=missing,
    )


def _far(near: Near) -> tuple[int, int]:
    """How much is missing, criteria before points; nothing of either when the path is met."""
    return len(near.criteria), near.fit + near.engagement


def _how_far(read: _Read) -> tuple[int, int]:
    return _far(read.nearest) if read.nearest else (-1, 0)


def _lacking(gate: EvidenceGate, profile: Profile, sure: Mapping[str, Check]) -> Iterator[str]:
    """Fields of the gate that are not known, not as sure as it asks, or known to be wrong."""
    for field in dict.fromkeys((*gate.required, *gate.verified)):
        verdict = sure[field].verdict if field in sure else None
        unsure = verdict == "wrong" or (field in gate.verified and verdict != "verified")
        if unsure or not profile.values(field):
            yield field


def _scoring(read: _Read, policy: Policy) -> Scoring:
    lines = read.lines
    fit, engagement = _total(read.points["fit"]), _total(read.points["engagement"])
    return Scoring(
        definition=lines.id,
        fit=fit,
        engagement=engagement,
        grade="ABCD"[_rank(fit, lines.most["fit"])] + "1234"[_rank(engagement, lines.most["engagement"])],
        evidence=read.evidence,
        path=read.path.id if read.path else None,
        gated=read.gated.id if read.gated else None,
        lacking=read.lacking,
        near=read.nearest if _is_near(read, policy.near_miss or NearMiss()) else None,
    )


def _rank(points: int, most: int) -> int:
    """0 to 3, by the share of all points; where there are none to reach, nothing is missing."""
    return next((rank for rank, share in enumerate(SHARES) if points * 100 >= most * share), len(SHARES))


def _is_near(read: _Read, limit: NearMiss) -> bool:
    """Whether little is missing of the nearest path; of a lead that meets nothing, nothing is near."""
    if read.nearest is None or all(line.points < 0 for line in read.evidence):
        return False
    criteria, points = _far(read.nearest)
    return criteria <= limit.criteria and points <= limit.points


def _still_fades(lines: _Lines, profile: Profile) -> bool:
    """Whether points that fade can still move a reading: those for the lead together, or those against it."""
    fading: defaultdict[tuple[Reading, bool], float] = defaultdict(float)
    for criterion in lines.fading:
        met = meets(criterion.when, profile)
        if met and met.at:
            left = _worth(criterion, met, profile).left
            fading[criterion.reading, left > 0] += abs(left)
    return any(points >= 0.5 for points in fading.values())


def _total(points: float) -> int:
    """A reading as it is shown; what speaks against a lead takes no more than there is."""
    return max(_half_up(points), 0)


def _half_up(points: float) -> int:
    return math.floor(points + 0.5)
