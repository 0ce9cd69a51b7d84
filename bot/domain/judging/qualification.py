"""What a policy says of a lead: which criteria it meets and lacks, and which path that opens, or nearly."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from bot.domain.definition import Criterion, EvidenceGate, NearMiss, Path, SignalCondition
from bot.domain.judging.conditions import Met, Profile, counted, good_until, meets
from bot.domain.judging.gaps import gap
from bot.domain.judging.prepared import Lines, Prepared, prepared
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
    return Judging(policy, facts, signals, now, proofs, in_words=True).in_full()


def glance(
    policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime, proofs: Sequence[Proof] = ()
) -> tuple[Scoring, datetime | None]:
    """What `judge` says, without what only people read, and `next_look`: for very many leads.

    There are no gaps and no personas, and evidence neither says what was found nor how sure it is.
    """
    judging = Judging(policy, facts, signals, now, proofs)
    return judging.glance(), judging.next_look()


class Judging:
    """A lead looked at once, and told of as `glance` does, and then as `judge` does where anybody will read it."""

    def __init__(
        self,
        policy: Policy,
        facts: Facts,
        signals: Sequence[Signal],
        now: datetime,
        proofs: Sequence[Proof] = (),
        *,
        in_words: bool = False,
    ) -> None:
        self._policy = policy
        self._ready = ready = prepared(policy)
        self._profile = Profile.of(facts, signals, now, ready.personas, in_words=in_words)
        self._sure = cache(lambda: checks(facts, signals, proofs, now, ready.checked))
        self._read = _speaking(ready, self._profile, self._sure)

    def glance(self) -> Scoring:
        return _scoring(self._read, self._policy, {})

    def next_look(self) -> datetime | None:
        return _next_look(self._ready, self._profile)

    def in_full(self) -> Scoring:
        """With all that people read."""
        profile, read = self._profile, self._read
        if not profile.in_words:
            profile = profile.put_in_words()
            read = replace(read, met=[line.told_by(profile) for line in read.met])
        met = {line.criterion.id for line in read.met}
        gaps = tuple(gap(one, profile) for one in read.lines.criteria if one.id not in met and one.points >= 0)
        personas = tuple(one.id for one in self._policy.personas if profile.is_persona(one.id))
        scoring = _scoring(read, self._policy, self._sure())
        return scoring.model_copy(update={"gaps": gaps, "personas": personas})


def opens(policy: Policy, profile: Profile, signals: Sequence[Signal], proofs: Sequence[Proof]) -> bool:
    """Whether `judge` would say a path of a lead with this profile: for very many moments."""
    ready = prepared(policy)
    profile = profile.under(ready.personas)
    read = _speaking(ready, profile, lambda: checks(profile.facts, signals, proofs, profile.now, ready.checked))
    return read.path is not None


def next_look(policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime) -> datetime | None:
    """When time alone may change what `judge` says, so that until then it need not be asked; None: never.

    Exact where something is no longer `recent`; fading points are counted anew every 24 hours while they can still
    move a reading.
    """
    return look_after(policy, Profile.of(facts, signals, now, in_words=False))


def look_after(policy: Policy, profile: Profile) -> datetime | None:
    """`next_look` for a lead with this profile."""
    ready = prepared(policy)
    return _next_look(ready, profile.under(ready.personas))


def _next_look(ready: Prepared, profile: Profile) -> datetime | None:
    looks = [
        good_until(condition.recent, done) + INSTANT
        for condition in ready.recent
        if condition.recent and (done := counted(condition, profile))
    ]
    if any(_still_fades(lines, profile) for lines in _asked(ready, profile)):
        looks.append(profile.now + LOOK_AGAIN)
    return min(looks, default=None)


def lacking_for(
    policy: Policy, path: Path, facts: Facts, signals: Sequence[Signal], now: datetime, proofs: Sequence[Proof] = ()
) -> tuple[str, ...]:
    """Fields that the gate of a path asks for and the lead has not (or not verified), whether or not it is met."""
    ready = prepared(policy)
    sure = checks(facts, signals, proofs, now, ready.checked)
    return tuple(_lacking(policy.gate(path.id), Profile.of(facts, signals, now, ready.personas), sure))


Checks = Callable[[], Mapping[str, Check]]
"""The checks of a lead's fields, made when they are asked for: without a path that is met, nobody does."""


def _speaking(ready: Prepared, profile: Profile, sure: Checks) -> "_Read":
    read: list[_Read] = []
    for lines in _asked(ready, profile):
        read.append(_read(lines, profile, sure))
        if read[-1].path:
            return read[-1]
    return min(read, key=_how_far)


def _asked(ready: Prepared, profile: Profile) -> Iterator[Lines]:
    return (one for one in ready.definitions if one.when is None or meets(one.when, profile))


class _Line(NamedTuple):
    """A criterion that is met, by what, and what that is worth."""

    criterion: Criterion
    met: Met
    worth: "_Worth"

    def told_by(self, profile: Profile) -> "_Line":
        """The same as another profile of the lead says it."""
        return self._replace(met=meets(self.criterion.when, profile) or self.met)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one definition says: points before rounding, what is met, and how far every path is."""

    lines: Lines
    points: Mapping[Reading, float]
    met: Sequence[_Line]
    path: Path | None
    gated: Path | None
    lacking: tuple[str, ...]
    nearest: "_Short | None"


def _read(lines: Lines, profile: Profile, sure: Checks) -> _Read:
    points: dict[Reading, float] = {"fit": 0.0, "engagement": 0.0}
    every: list[_Line] = []
    for criterion in lines.criteria:
        met = meets(criterion.when, profile)
        if met:
            worth = _worth(criterion, met, profile)
            points[criterion.reading] += worth.left
            every.append(_Line(criterion, met, worth))
    met_ids = {line.criterion.id for line in every}
    short = [_short(path, lines, points, met_ids) for path in lines.definition.paths]
    opened = [path for path, lack in zip(lines.definition.paths, short, strict=True) if not any(_far(lack))]
    checked = sure() if opened else {}
    lacking = {path.id: tuple(_lacking(lines.definition.gate(path), profile, checked)) for path in opened}
    open_path = next((path for path in opened if not lacking[path.id]), None)
    gated = opened[0] if opened and not open_path else None
    return _Read(
        lines,
        points,
        every,
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


def _evidence(line: _Line, sure: _Sure) -> Evidence:
    criterion, met, worth = line
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


class _Short(NamedTuple):
    """What a path lacks; see `Near`."""

    path: str
    fit: int
    engagement: int
    criteria: tuple[str, ...]


def _short(path: Path, lines: Lines, points: Mapping[Reading, float], met: Collection[str]) -> _Short:
    """What a path lacks: criteria it requires, and the points that would still be missing if they were met."""
    missing = tuple(required for required in path.requires if required not in met)
    own: dict[Reading, int] = {"fit": 0, "engagement": 0}
    for criterion in lines.criteria if missing else ():
        if criterion.id in missing:
            own[criterion.reading] += max(criterion.points, 0)
    return _Short(
        path=path.id,
        fit=max(path.fit - _total(points["fit"] + own["fit"]), 0),
        engagement=max(path.engagement - _total(points["engagement"] + own["engagement"]), 0),
        criteria=missing,
    )


def _far(near: _Short) -> tuple[int, int]:
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


def _scoring(read: _Read, policy: Policy, sure: Mapping[str, Check]) -> Scoring:
    lines, is_near = read.lines, _is_near(read, policy.near_miss or NearMiss())
    fit, engagement = _total(read.points["fit"]), _total(read.points["engagement"])
    return Scoring(
        definition=lines.id,
        fit=fit,
        engagement=engagement,
        grade="ABCD"[_rank(fit, lines.most["fit"])] + "1234"[_rank(engagement, lines.most["engagement"])],
        evidence=tuple(_evidence(line, _sure(lines.fields[line.criterion.id], sure)) for line in read.met),
        path=read.path.id if read.path else None,
        gated=read.gated.id if read.gated else None,
        lacking=read.lacking,
        near=Near(**read.nearest._asdict()) if read.nearest and is_near else None,
    )


def _rank(points: int, most: int) -> int:
    """0 to 3, by the share of all points; where there are none to reach, nothing is missing."""
    return next((rank for rank, share in enumerate(SHARES) if points * 100 >= most * share), len(SHARES))


def _is_near(read: _Read, limit: NearMiss) -> bool:
    """Whether little is missing of the nearest path; of a lead that meets nothing, nothing is near."""
    if read.nearest is None or all(_half_up(line.worth.left) < 0 for line in read.met):
        return False
    criteria, points = _far(read.nearest)
    return criteria <= limit.criteria and points <= limit.points


def _still_fades(lines: Lines, profile: Profile) -> bool:
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
