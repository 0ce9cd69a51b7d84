"""What rules make of a life that was lived already: at every moment at which something changed, they are asked again.

A life is cut into turns. A turn begins when a lead is marketing's (again) and ends when sales has answered the handoff
that followed, or now. Whatever the rules, a turn is lived as it really was; only when it would have passed is asked.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.domain.assigning.rules import profile_of, route
from bot.domain.backtesting.best_case import Stretch
from bot.domain.backtesting.past import Passage, Record, Spell, together
from bot.domain.definition import Condition, Criterion, Definition, Not, SignalCondition, leaves, parts
from bot.domain.judging.conditions import Profile
from bot.domain.judging.eligibility import may_pass
from bot.domain.judging.prepared import prepared
from bot.domain.judging.qualification import judge, look_after, opens
from bot.domain.lead import Facts, Scoring, Stage
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Ruling:
    """A policy, and as much of it as says when time alone may bring a lead over a path; None: it never can."""

    policy: Policy
    in_time: Policy | None


Rules = Callable[[datetime], Ruling | None]
"""What holds at a moment."""


@dataclass(frozen=True, slots=True)
class Era:
    """From when a policy was in force, until when."""

    since: datetime
    until: datetime | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Life:
    """One lead with all that was recorded of it and of those merged into it.

    `judged_until`: what time alone has brought since then, Baton has not looked at yet; None: it is up to date.
    """

    lead_id: str
    records: Mapping[str, Record]
    spells: tuple[Spell, ...]
    hand_over_at: datetime | None = None
    judged_until: datetime | None = None

    @property
    def own(self) -> Record:
        return self.records[self.lead_id]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: what happened after `since` (all, where it is None) until then, and the handoff that came of it."""

    number: int
    since: datetime | None
    until: datetime
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When the rules are asked; `timed`: nothing was learned, time had come, and Baton looks as soon as it can."""

    at: datetime
    timed: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """The rules open a path to a lead that may pass."""

    moment: Moment
    scoring: Scoring

    @property
    def at(self) -> datetime:
        return self.moment.at


@dataclass(frozen=True, slots=True)
class _Standing:
    """See `eligibility.Standing`."""

    stage: Stage
    evidence_at: datetime
    recycled_at: datetime | None
    recycled_count: int
    cool_off_until: datetime | None
    hand_over_at: datetime | None
    history_only: bool


def turns(life: Life, now: datetime) -> Iterator[Turn]:
    """The turns of a life in their order."""
    since, number = None, 0
    for passage in life.own.passages:
        until = _answered_at(passage) or now
        yield Turn(passage.number, since, until, passage)
        since, number = until, passage.number
    last = life.own.passages[-1] if life.own.passages else None
    if last is None or _answered_at(last):
        yield Turn(number + 1, since, now)


def _answered_at(passage: Passage) -> datetime | None:
    """What is learned after that is the rep's work, and says nothing of whether the lead should have come."""
    return passage.accepted_at or passage.closed_at


class Replay:
    """One turn of a life, lived again under any rules."""

    def __init__(self, life: Life, turn: Turn) -> None:
        self.life, self.turn = life, turn
        self._later = [one for one in life.own.passages if turn.passage and one.created_at >= turn.passage.created_at]
        self._records: dict[tuple[str, ...], Record] = {}
        self._moments = self._all_moments()
        self._last: Profile | None = None
        self._hopes: dict[int, bool] = {}

    def moments(self) -> Sequence[Moment]:
        """When something changed in this turn, whatever the rules; in order."""
        return self._moments

    def opening(
        self,
        rules: Rules,
        starts: Sequence[datetime] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Opening | None:
        """When the rules first open a path, from `since` on and before `until`; `starts`: when other rules began."""
        fixed = self._fixed(starts, since, until)
        look: Moment | None = None
        while fixed or look:
            moment = look if look and (not fixed or look.at < fixed[-1].at) else fixed.pop()
            ruling = rules(moment.at)
            if ruling is None or not (self._may_ever_open(ruling.policy) and self.may_pass(moment.at)):
                look = None
            elif self.opens(ruling.policy, moment.at):
                return self._opening(ruling.policy, moment)
            else:
                look = self._look(ruling.in_time, moment.at, until) if ruling.in_time else None
        return None

    def _opening(self, policy: Policy, moment: Moment) -> Opening | None:
        scoring = self.judged(policy, moment.at)
        return Opening(moment, scoring) if scoring else None

    def _fixed(self, starts: Sequence[datetime], since: datetime | None, until: datetime | None) -> list[Moment]:
        """The last first, so that the next is at hand; what is learned at an instant comes before what is timed."""
        began = [Moment(at, timed=True) for at in starts if self._is_in_turn(at)]
        every = sorted((*self._moments, *began), key=lambda one: (one.at, one.timed)) if began else self._moments
        return [one for one in reversed(every) if (not since or one.at >= since) and (not until or one.at < until)]

    def judged(self, policy: Policy, at: datetime) -> Scoring | None:
        """What the policy said of the lead then; None where nothing was known of it."""
        record = self._record(at)
        facts = record.facts_at(at) if record else None
        if record is None or facts is None:
            return None
        return judge(policy, facts, record.signals_at(at), at, record.proofs_at(at))

    def opens(self, policy: Policy, at: datetime) -> bool:
        """Whether `judged` names a path."""
        record, profile = self._record(at), self._profile(policy, at)
        if record is None or profile is None or not self._may_ever_open(policy):
            return False
        return opens(policy, profile, record.signals_at(at), record.proofs_at(at))

    def _may_ever_open(self, policy: Policy) -> bool:
        known = self._hopes.get(id(policy))
        if known is None:
            known = self._hopes[id(policy)] = self._stretch is None or self._stretch.may_open(policy)
        return known

    @cached_property
    def _stretch(self) -> Stretch | None:
        """The turn as one stretch; None where the lead spoke for others in a part of it."""
        if len(self.life.spells) > 1:
            return None
        end = self.turn.until
        moments = (self.turn.since, *(one.at for one in self._moments), end)
        record = self._record(end)
        facts = {id(known): known for at in moments if at and record and (known := record.facts_at(at))}
        done = record.signals_at(end) if record else ()
        return Stretch([Profile.of(one, done, end, in_words=False) for one in facts.values()])

    def _profile(self, policy: Policy, at: datetime) -> Profile | None:
        """The lead as conditions saw it then; what only its facts say is worked out once for all moments."""
        record = self._record(at)
        facts = record.facts_at(at) if record else None
        if record is None or facts is None:
            return None
        if self._last is None or self._last.facts is not facts:
            self._last = Profile.of(facts, record.signals_at(at), at, in_words=False)
        elif self._last.now != at:
            self._last = self._last.then(record.signals_at(at), at)
        self._last = self._last.under(prepared(policy).personas)
        return self._last

    def facts_at(self, at: datetime) -> Facts | None:
        record = self._record(at)
        return record.facts_at(at) if record else None

    def routed(self, policy: Policy, at: datetime) -> str | None:
        """The team to which the policy's rules would have led the lead then."""
        record, facts = self._record(at), self.facts_at(at)
        done = record.signals_at(at) if record else ()
        routed = route(policy, profile_of(policy, facts, done, at)) if record and facts else None
        return routed.team.id if routed else None

    def may_pass(self, at: datetime) -> bool:
        """Whether the lead might have been handed over then, by the very rule by which it is."""
        record = self._record(at)
        facts = record.facts_at(at) if record else None
        if record is None or facts is None:
            return False
        return may_pass(self._standing(record, at), facts.consent, at)

    def _standing(self, record: Record, at: datetime) -> _Standing:
        recycled = record.recycled(at)
        return _Standing(
            stage=record.stage_at(at, self._spell(at).since),
            evidence_at=record.evidence_at(at),
            recycled_at=recycled[-1].closed_at if recycled else None,
            recycled_count=len(recycled),
            cool_off_until=recycled[-1].cool_off_until if recycled else None,
            hand_over_at=self.life.hand_over_at,
            history_only=record.news_at(at) is None,
        )

    def _look(self, policy: Policy, at: datetime, until: datetime | None) -> Moment | None:
        profile = self._profile(policy, at)
        look = look_after(policy, profile) if profile else None
        wanted = look and look > at and look <= self.turn.until and (not until or look < until)
        return Moment(look, timed=True) if look and wanted else None

    def _record(self, at: datetime) -> Record | None:
        """All that was known then of the person this lead speaks for; None while another spoke for it."""
        members = self._spell(at).members
        if members and members not in self._records:
            record = together([self.life.records[member] for member in members])
            self._records[members] = record.without(self._later) if self._later else record
        return self._records.get(members)

    def _spell(self, at: datetime) -> Spell:
        if len(self.life.spells) == 1:
            return self.life.spells[0]
        return next(one for one in reversed(self.life.spells) if one.since is None or one.since <= at)

    def _all_moments(self) -> list[Moment]:
        learned = {at for record in self.life.records.values() for at in record.moments()}
        learned |= {spell.since for spell in self.life.spells if spell.since}
        timed = {passage.cool_off_until for record in self.life.records.values() for passage in record.passages}
        timed |= {self.life.hand_over_at, self.turn.passage.created_at if self.turn.passage else None}
        known = [Moment(at, timed=False) for at in learned if self._is_in_turn(at)]
        known += [Moment(at, timed=True) for at in timed - learned if at and self._is_in_turn(at)]
        return sorted(known, key=lambda one: one.at)

    def _is_in_turn(self, at: datetime) -> bool:
        return at <= self.turn.until and (self.turn.since is None or at > self.turn.since)


def in_force(eras: Sequence[Era]) -> Rules:
    """The policies as they followed one another; `eras` in order of time."""
    starts = [era.since for era in eras]
    rulings = [ruling_of(era.policy) for era in eras]

    def rules(at: datetime) -> Ruling | None:
        number = bisect_right(starts, at) - 1
        until = eras[number].until if number >= 0 else None
        return rulings[number] if number >= 0 and (until is None or at < until) else None

    return rules


def always(policy: Policy) -> Rules:
    """As if this policy had been in force from the beginning."""
    ruling = ruling_of(policy)
    return lambda _: ruling


def ruling_of(policy: Policy) -> Ruling:
    """The policy with what of it time can turn in a lead's favour: points for a lead that fade never do."""
    conditions = [one.when for one in policy.definitions if one.when]
    criteria = [criterion for one in policy.all_definitions for criterion in one.criteria]
    if not (any(map(_may_rise, criteria)) or any(map(_waits_for_time, conditions))):
        return Ruling(policy, None)
    definitions = tuple(one.model_copy(update={"criteria": _lasting(one)}) for one in policy.definitions)
    main = policy.definition.model_copy(update={"criteria": _lasting(policy.definition)})
    return Ruling(policy, policy.model_copy(update={"definition": main, "definitions": definitions}))


def _lasting(definition: Definition) -> tuple[Criterion, ...]:
    return tuple(
        one.model_copy(update={"half_life": None}) if one.half_life and one.points >= 0 else one
        for one in definition.criteria
    )


def _may_rise(criterion: Criterion) -> bool:
    """Points against a lead fade or run out, or what must not be recent no longer is."""
    against = criterion.points < 0 and (criterion.half_life is not None or _asks_time(criterion.when))
    return against or _waits_for_time(criterion.when)


def _waits_for_time(condition: Condition) -> bool:
    if isinstance(condition, Not) and _asks_time(condition):
        return True
    return any(map(_waits_for_time, parts(condition)))


def _asks_time(condition: Condition) -> bool:
    return any(isinstance(leaf, SignalCondition) and leaf.recent for leaf in leaves(condition))
