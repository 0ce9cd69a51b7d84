"""What a policy would have made of the leads that really came: who stays, who enters, who leaves, and how sure that is.

The proposal is asked as if it had always been in force. A turn counts in the period in which its lead was handed over,
or, where it was not, in the one in which the proposal would have done it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.backtesting.rates import Rate
from bot.domain.handoff import Origin
from bot.domain.numbers.cases import Verdict
from bot.domain.values import Value

SHOWN = 20
"""So many leads of each kind are told by name."""
AT_ONCE = timedelta(minutes=1)
"""Handed over within this, a lead came neither earlier nor later."""


class Kind(StrEnum):
    """What the proposal changes for a lead that came, or would have come, to sales."""

    STAYS = "stays"
    ENTERS = "enters"
    LEAVES = "leaves"


class Short(Value):
    """How far a lead is from a path: points it has and needs, criteria and fields it is without."""

    path: str
    fit: int
    needs_fit: int
    engagement: int
    needs_engagement: int
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


class Case(Value):
    """One lead in one turn: how it really came to sales, and how it would have come under the proposal; if at all."""

    lead_id: str
    number: int
    kind: Kind
    path: str | None = None
    team: str | None = None
    at: datetime | None = None
    really_path: str | None = None
    really_team: str | None = None
    really_at: datetime | None = None
    origin: Origin | None = None
    verdict: Verdict | None = None
    outcome: str | None = None
    fit: int = 0
    engagement: int = 0
    short: Short | None = None
    """What the other rules found wanting: those of then in who enters, the proposal in who leaves."""

    @property
    def when(self) -> datetime | None:
        """When it came or would have come: what it is sorted by."""
        return self.at if self.kind is Kind.ENTERS else self.really_at


class Rates(Value):
    """What sales made of some leads: accepted of those answered, won of those that ended."""

    accepted: Rate = Rate()
    won: Rate = Rate()

    def plus(self, other: "Rates") -> "Rates":
        return Rates(accepted=self.accepted.plus(other.accepted), won=self.won.plus(other.won))


class Line(Value):
    """MQLs of one path or team, as it was and as it would have been."""

    key: str
    before: int
    after: int


class Effect(Value):
    """The result in numbers and ids, which say nothing of a person; kept with a proposal until it is decided."""

    at: datetime
    since: datetime
    leads: int = 0
    before: int = 0
    after: int = 0
    stays: int = 0
    earlier: int = 0
    later: int = 0
    enters: int = 0
    leaves: int = 0
    by_hand: int = 0
    claimed: int = 0
    enters_by_hand: int = 0
    enters_claimed: int = 0
    at_once: int = 0
    """Leads in nurture now that would be handed over as soon as it is in force."""
    erased: int = 0
    """Handoffs of people who were erased since: nothing can be asked of them any more."""
    checked: int = 0
    """Handoffs of the period that the rules as they were explain."""
    unexplained: int = 0
    unexplained_leads: tuple[str, ...] = ()
    rates: Mapping[str, Rates] = {}
    """By `stays` and `leaves`, and of those who would enter `by_hand` and `claimed`: they came all the same, in that
    way. Whoever claims a lead takes it, so that of those nothing is said about acceptance."""
    paths: tuple[Line, ...] = ()
    teams: tuple[Line, ...] = ()
    entering: tuple[Case, ...] = ()
    leaving: tuple[Case, ...] = ()

    def plus(self, other: "Effect") -> "Effect":
        """Of these leads and of those, who are others, by the same proposal in the same period."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return self.model_copy(
            update=counts
            | {
                "unexplained_leads": (*self.unexplained_leads, *other.unexplained_leads)[:SHOWN],
                "rates": {
                    group: self.rates.get(group, Rates()).plus(other.rates.get(group, Rates())) for group in GROUPS
                },
                "paths": _added(self.paths, other.paths),
                "teams": _added(self.teams, other.teams),
                "entering": _newest((*self.entering, *other.entering)),
                "leaving": _newest((*self.leaving, *other.leaving)),
            }
        )


COUNTS = tuple(name for name, field in Effect.model_fields.items() if field.annotation is int)
GROUPS = ("stays", "leaves", "by_hand", "claimed")
ENTERED: Mapping[str, str] = {"hand": "by_hand", "claim": "claimed"}
"""Of who would enter, sales has said something only of those who came all the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules make of one life: cases of the period, and what of the period they do not explain."""

    cases: tuple[Case, ...]
    by_hand: int = 0
    claimed: int = 0
    at_once: bool = False
    checked: int = 0
    unexplained: int = 0


@dataclass(slots=True)
class Tally:
    """Sums lives up, one at a time; keeps the cases that change, and no others."""

    since: datetime
    now: datetime
    changes: list[Case] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    _paths: dict[str, Counter[str]] = field(default_factory=lambda: {"before": Counter(), "after": Counter()})
    _teams: dict[str, Counter[str]] = field(default_factory=lambda: {"before": Counter(), "after": Counter()})
    _verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, lead_id: str, found: Found) -> None:
        self.counts.update(
            leads=1,
            by_hand=found.by_hand,
            claimed=found.claimed,
            at_once=found.at_once,
            checked=found.checked,
            unexplained=found.unexplained,
        )
        if found.unexplained:
            self.unexplained.append(lead_id)
        for case in found.cases:
            self._case(case)

    def _case(self, case: Case) -> None:
        self.counts[case.kind] += 1
        if case.kind is Kind.STAYS and case.at and case.really_at:
            self.counts["earlier"] += case.at < case.really_at - AT_ONCE
            self.counts["later"] += case.at > case.really_at + AT_ONCE
        else:
            self.changes.append(case)
        if case.kind is not Kind.ENTERS:
            self._paths["before"][case.really_path or ""] += 1
            self._teams["before"][case.really_team or ""] += 1
        if case.kind is not Kind.LEAVES:
            self._paths["after"][case.path or ""] += 1
            self._teams["after"][case.team or ""] += 1
        group = ENTERED.get(case.origin or "path") if case.kind is Kind.ENTERS else str(case.kind)
        if group:
            self.counts[f"enters_{group}"] += 1
            self._verdicts[group, str(case.outcome)] += 1
        if group and group != "claimed":
            self._verdicts[group, str(case.verdict)] += 1

    def effect(self, erased: int = 0) -> Effect:
        counts = self.counts
        stays, enters, leaves = (counts[kind] for kind in Kind)
        return Effect(
            at=self.now,
            since=self.since,
            leads=counts["leads"],
            before=stays + leaves,
            after=stays + enters,
            stays=stays,
            enters=enters,
            leaves=leaves,
            earlier=counts["earlier"],
            later=counts["later"],
            by_hand=counts["by_hand"],
            claimed=counts["claimed"],
            enters_by_hand=counts["enters_by_hand"],
            enters_claimed=counts["enters_claimed"],
            at_once=counts["at_once"],
            erased=erased,
            checked=counts["checked"],
            unexplained=counts["unexplained"],
            unexplained_leads=tuple(self.unexplained[:SHOWN]),
            rates={group: self._rates(group) for group in GROUPS},
            paths=_lines(self._paths["before"], self._paths["after"]),
            teams=_lines(self._teams["before"], self._teams["after"]),
            entering=_newest(one for one in self.changes if one.kind is Kind.ENTERS),
            leaving=_newest(one for one in self.changes if one.kind is Kind.LEAVES),
        )

    def _rates(self, group: str) -> Rates:
        verdicts = {verdict: self._verdicts[group, verdict] for verdict in Verdict}
        answered = verdicts[Verdict.ACCEPTED] + verdicts[Verdict.REJECTED] + verdicts[Verdict.IGNORED]
        won, lost = self._verdicts[group, "won"], self._verdicts[group, "lost"]
        return Rates(accepted=Rate(part=verdicts[Verdict.ACCEPTED], of=answered), won=Rate(part=won, of=won + lost))


def _newest(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=lambda one: (-(one.when.timestamp() if one.when else 0), one.lead_id))[:SHOWN])


def _added(some: Iterable[Line], others: Iterable[Line]) -> tuple[Line, ...]:
    before, after = Counter[str](), Counter[str]()
    for line in (*some, *others):
        before[line.key] += line.before
        after[line.key] += line.after
    return _lines(before, after)


def _lines(before: Counter[str], after: Counter[str]) -> tuple[Line, ...]:
    keys = sorted(before.keys() | after.keys(), key=lambda key: (-max(before[key], after[key]), key))
    return tuple(Line(key=key, before=before[key], after=after[key]) for key in keys)
