"""A lead's life as it was recorded, seen again as it was at any moment of it."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from bot.domain.handoff import Origin, State
from bot.domain.lead import Facts, Proof, Signal, Stage
from bot.domain.numbers.cases import Verdict

LAST_OUTCOMES = frozenset({"won", "lost"})


@dataclass(frozen=True, slots=True)
class Told:
    """Facts that were told of a lead at one moment; `past`: as history."""

    at: datetime
    facts: Facts
    past: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal and when Baton heard of it; `past`: as history. `mark` tells it from every other of the same lead."""

    at: datetime
    signal: Signal
    past: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a lead in sales, and when Baton heard of it."""

    at: datetime
    kind: str
    handoff_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One handoff as it really was."""

    id: str
    number: int
    created_at: datetime
    path: str
    team: str
    policy_version: int
    state: State
    origin: Origin = "path"
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    decided_by: str | None = None
    cool_off_until: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        """What sales made of it, counted as everywhere."""
        if self.accepted_at:
            return Verdict.ACCEPTED
        if self.state in {State.RECYCLED, State.DISQUALIFIED}:
            return Verdict.REJECTED if self.decided_by else Verdict.IGNORED
        return Verdict.WITHDRAWN if self.state is State.WITHDRAWN else Verdict.UNANSWERED


@dataclass(frozen=True, slots=True)
class Spell:
    """From `since` (until the next spell) a lead spoke for these, itself among them; for nobody while merged away."""

    since: datetime | None
    members: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """All that was recorded of one lead, or of several that are one person; each list in order of time."""

    told: tuple[Told, ...]
    heard: tuple[Heard, ...] = ()
    proofs: tuple[Proof, ...] = ()
    passages: tuple[Passage, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    begun: tuple[datetime, ...] = ()
    """When each of several leads was first told of."""
    _known: list[Facts] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def _told_at(self) -> list[datetime]:
        return [one.at for one in self.told]

    @cached_property
    def _heard_at(self) -> list[datetime]:
        return [one.at for one in self.heard]

    @cached_property
    def _signals(self) -> list[Signal]:
        return [one.signal for one in self.heard]

    @cached_property
    def _news_at(self) -> list[datetime]:
        """A person's word that hands a lead over is news too."""
        told, heard = (one.at for one in self.told if not one.past), (one.at for one in self.heard if not one.past)
        return sorted([*told, *heard, *(one.created_at for one in self.passages if one.origin == "hand")])

    @cached_property
    def _stages(self) -> tuple[list[datetime], list[Stage]]:
        """Every change of the stage by sales, with its moment; of two at one instant the outcome is the later."""
        changes = [change for passage in self.passages for change in _of_passage(passage)]
        changes += [(one.at, 1, Stage(one.kind)) for one in self.outcomes]
        changes.sort(key=lambda change: change[:2])
        return [at for at, _, _ in changes], [stage for _, _, stage in changes]

    def facts_at(self, at: datetime) -> Facts | None:
        """What was known then; None before anything was."""
        number = bisect_right(self._told_at, at)
        while len(self._known) < number:
            newer = self.told[len(self._known)].facts
            self._known.append(self._known[-1].merged(newer) if self._known else newer)
        return self._known[number - 1] if number else None

    def signals_at(self, at: datetime) -> Sequence[Signal]:
        """What was known then of what they did."""
        number = bisect_right(self._heard_at, at)
        return self._signals if number == len(self._signals) else self._signals[:number]

    def proofs_at(self, at: datetime) -> Sequence[Proof]:
        return [proof for proof in self.proofs if proof.at <= at]

    def news_at(self, at: datetime) -> datetime | None:
        """When something new was last learned, as of then; what was told as history is no news."""
        number = bisect_right(self._news_at, at)
        return self._news_at[number - 1] if number else None

    def evidence_at(self, at: datetime) -> datetime:
        """When something was last learned, as of then; where all is history, when that was first told."""
        begun = self.begun or (self.told[0].at,)
        return self.news_at(at) or max(one for one in begun if one <= at)

    def stage_at(self, at: datetime, since: datetime | None = None) -> Stage:
        """What sales had made of the lead by then; one that never was with sales is a suspect.

        Where these leads have been one person (or two again) only `since` a moment, all that was before says at that
        moment where it stands.
        """
        moments, stages = self._stages
        number = bisect_right(moments, at)
        if since and (not number or moments[number - 1] <= since):
            return self._stage_by_all(since)
        return stages[number - 1] if number else Stage.SUSPECT

    def _stage_by_all(self, at: datetime) -> Stage:
        """What is open, what sales reached, who accepted, how the last one ended; in this order."""
        begun = [one for one in self.passages if one.created_at <= at]
        held = [one for one in begun if not (one.closed_at and one.closed_at <= at)]
        reached = [Stage(one.kind) for one in self.outcomes if one.at <= at]
        if any(not (one.accepted_at and one.accepted_at <= at) for one in held):
            return Stage.MQL
        over = [one for one in begun if one not in held and one.state is not State.WITHDRAWN]
        last = max(over, key=lambda one: one.closed_at or one.created_at, default=None)
        ended = ENDED[last.state] if last else Stage.PROSPECT
        return reached[-1] if reached else Stage.SQL if held else ended

    def recycled(self, at: datetime) -> list[Passage]:
        """What sales had given back by then, the last one last; a person's word begins the count anew."""
        anew = max(
            (one.created_at for one in self.passages if one.origin == "hand" and one.created_at <= at), default=None
        )
        back = [one for one in self.passages if one.state is State.RECYCLED and one.closed_at and one.closed_at <= at]
        counted = [one for one in back if anew is None or one.created_at >= anew]
        return sorted(counted, key=lambda one: one.closed_at or one.created_at)

    def without(self, passages: Sequence[Passage]) -> "Record":
        """The same life, had these handoffs not begun."""
        kept = tuple(one for one in self.passages if one not in passages)
        return Record(self.told, self.heard, self.proofs, kept, self.outcomes, self.begun, self._known)

    def moments(self) -> Iterator[datetime]:
        """Every moment at which something was learned."""
        yield from self._told_at
        yield from self._heard_at
        yield from (proof.at for proof in self.proofs)


ENDED = {
    State.RECYCLED: Stage.RECYCLED,
    State.DISQUALIFIED: Stage.DISQUALIFIED,
    State.WITHDRAWN: Stage.PROSPECT,
}


def _of_passage(passage: Passage) -> Iterator[tuple[datetime, int, Stage]]:
    yield passage.created_at, 0, Stage.MQL
    if passage.accepted_at:
        yield passage.accepted_at, 0, Stage.SQL
    if passage.closed_at and passage.state in ENDED:
        yield passage.closed_at, 0, ENDED[passage.state]


def together(records: Sequence[Record]) -> Record:
    """The record of one person who was known as several leads."""
    if len(records) == 1:
        return records[0]
    at = attrgetter("at")
    return Record(
        told=tuple(sorted((one for record in records for one in record.told), key=at)),
        heard=tuple(_once(sorted((one for record in records for one in record.heard), key=at))),
        proofs=tuple(sorted((one for record in records for one in record.proofs), key=at)),
        passages=tuple(sorted((one for record in records for one in record.passages), key=attrgetter("created_at"))),
        outcomes=tuple(sorted((one for record in records for one in record.outcomes), key=at)),
        begun=tuple(record.told[0].at for record in records if record.told),
    )


def _once(heard: Sequence[Heard]) -> Iterator[Heard]:
    """What several of them did is one thing."""
    known = set()
    for one in heard:
        mark = (one.mark, one.signal.kind, one.signal.at)
        if not one.mark or mark not in known:
            known.add(mark)
            yield one


@dataclass(frozen=True, slots=True)
class Merge:
    """Two leads were one person from `at` until it was undone."""

    survivor: str
    absorbed: str
    at: datetime
    undone_at: datetime | None = None


def spells(lead_id: str, merges: Sequence[Merge]) -> tuple[Spell, ...]:
    """For whom this lead spoke, from when on; `merges` are all that it and those merged with it were ever part of."""
    changes = sorted({at for one in merges for at in (one.at, one.undone_at) if at})
    leads = {lead_id, *(side for one in merges for side in (one.survivor, one.absorbed))}
    found = [Spell(None, (lead_id,))]
    for at in changes:
        into = {
            one.absorbed: one.survivor for one in merges if one.at <= at and (not one.undone_at or one.undone_at > at)
        }
        members = tuple(sorted(lead for lead in leads if _speaker(lead, into) == lead_id))
        if members != found[-1].members:
            found.append(Spell(at, members))
    return tuple(found)


def _speaker(lead_id: str, into: Mapping[str, str]) -> str:
    while lead_id in into:
        lead_id = into[lead_id]
    return lead_id
