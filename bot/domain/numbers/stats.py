"""The numbers: what was recorded in, a report out.

A handoff counts in the period in which it began, an offer in the period in which it was made. Rates by rep count
offers, all else counts handoffs. Every period ends now, so its end also says what is overdue.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.domain.handoff import State
from bot.domain.numbers.cases import OF_OFFER, Case, Received, Records, Verdict, of_handoff, of_offer
from bot.domain.numbers.dividing import By
from bot.domain.policy import Policy

V = Verdict

ENOUGH = 5
"""A share of fewer cases than this says nothing."""


Labels = Mapping[tuple[By, str], str]
"""How people know what a key stands for."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` until now, and how people call it."""

    since: datetime
    until: datetime
    words: str

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at <= self.until


def last_days(days: int, now: datetime) -> Span:
    return Span(now - timedelta(days=days), now, f"the last {days} days" if days > 1 else "the last day")


def this_quarter(now: datetime) -> Span:
    """The calendar quarter so far, in the time zone of `now`."""
    first = now.replace(month=now.month - (now.month - 1) % 3, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return Span(first, now, "this quarter")


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything, one team's handoffs, or one rep's offers."""

    team: str | None = None
    rep: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    span: Span
    scope: Scope = Scope()
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    of: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; None where there is not enough data."""
        return self.part / self.of if self.of >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of `of` lengths of time, in seconds; None of none."""

    seconds: float | None
    of: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of some handoffs, or of some offers; None where a figure does not apply to them.

    Accepted, rejected, ignored, withdrawn and unanswered add up to all. Open is what still needs somebody: unanswered,
    or accepted and not followed up.
    """

    received: int | None
    mqls: int | None
    offered: int
    waiting: int | None
    accepted: int
    rejected: int
    ignored: int
    withdrawn: int | None
    unanswered: int
    open: int
    acceptance: Share
    answered_in_time: Share
    time_to_accept: Median
    followed_up_in_time: Share
    handed_over_in_time: Share | None
    reasons: tuple[tuple[str, int], ...]
    """Reasons of rejections, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one rep, team, campaign…; a `key` of None stands for those that have none."""

    key: str | None
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    question: Question
    total: Figures
    groups: tuple[Group, ...]
    """The largest first."""
    labels: Labels

    @property
    def is_empty(self) -> bool:
        return not (self.total.received or self.total.mqls or self.total.offered or self.groups)

    def reason(self, reason_id: str) -> str:
        return self.labels.get((By.REASON, reason_id), reason_id)


def report(records: Records, question: Question, labels: Labels) -> Report:
    """Answers the question; offers are counted for one rep and by rep, handoffs everywhere else."""
    of_everyone = question.scope == Scope()
    received = records.received if of_everyone else ()
    cases = _offers(records, question) if question.scope.rep else _handoffs(records, question)
    total = _figures(
        cases,
        received=sum(row.leads for row in received) if of_everyone else None,
        offers=question.scope.rep is not None,
    )
    return Report(question, total, _groups(records, received, question, labels), labels)


def _handoffs(records: Records, question: Question) -> list[Case]:
    return [
        of_handoff(handoff, question.span.until)
        for handoff in records.handoffs
        if handoff.created_at in question.span and question.scope.team in {None, handoff.team}
    ]


def _offers(records: Records, question: Question) -> list[Case]:
    return [
        of_offer(handoff, offer, question.span.until)
        for handoff in records.handoffs
        for offer in handoff.offers
        if offer.offered_at in question.span
        and offer.ended in OF_OFFER
        and question.scope.team in {None, offer.team}
        and question.scope.rep in {None, offer.rep}
    ]


def _reason_keys(case: Case) -> tuple[str | None, ...]:
    return (*case.reasons, None) if case.verdict is V.IGNORED else case.reasons


KEYS: Mapping[By, Callable[[Case], tuple[str | None, ...]]] = {
    By.REP: lambda case: (case.rep,),
    By.TEAM: lambda case: (case.team,),
    By.CAMPAIGN: lambda case: (case.handoff.campaign,),
    By.SOURCE: lambda case: (case.handoff.source,),
    By.REASON: _reason_keys,
    By.PATH: lambda case: (case.handoff.path,),
    By.CRITERION: lambda case: case.handoff.criteria,
    By.POLICY: lambda case: (str(case.handoff.policy_version),),
    By.GRADE: lambda case: (case.handoff.grade or None,),
    By.ORIGIN: lambda case: (case.handoff.origin,),
}
LEAD_KEYS: Mapping[By, Callable[[Received], str | None]] = {
    By.CAMPAIGN: lambda row: row.campaign,
    By.SOURCE: lambda row: row.source,
}
"""Leads have no rep, team or path before they are handed over."""
WITHOUT: Mapping[By, str] = {
    By.CAMPAIGN: "No campaign",
    By.SOURCE: "No source",
    By.REASON: "Nobody answered",
    By.GRADE: "Ungraded",
}
ORIGINS: Mapping[str, str] = {"path": "Met a path", "hand": "Handed over by hand", "claim": "Claimed"}


def _groups(records: Records, received: Sequence[Received], question: Question, labels: Labels) -> tuple[Group, ...]:
    by = question.by
    if by is None or by not in KEYS:
        return ()
    offers = by is By.REP or question.scope.rep is not None
    members: dict[str | None, list[Case]] = {}
    for case in _offers(records, question) if offers else _handoffs(records, question):
        for key in dict.fromkeys(KEYS[by](case)):
            members.setdefault(key, []).append(case)
    leads = Counter[str | None]()
    for row in received if by in LEAD_KEYS else ():
        leads[LEAD_KEYS[by](row)] += row.leads
    counted = by in LEAD_KEYS and question.scope == Scope()
    groups = (
        Group(
            key,
            _label(by, key, labels),
            _figures(members.get(key, []), received=leads[key] if counted else None, offers=offers),
        )
        for key in members.keys() | leads.keys()
    )
    return tuple(sorted(groups, key=_best_first if by is By.GRADE else _largest_first))


def _best_first(group: Group) -> tuple[bool, str]:
    """A trusted grade is one of which more is accepted than of the next."""
    return group.key is None, group.key or ""


def _label(by: By, key: str | None, labels: Labels) -> str:
    if key is None:
        return WITHOUT.get(by, "None")
    known = {By.POLICY: f"Version {key}", By.ORIGIN: ORIGINS.get(key, key)}
    return labels.get((by, key)) or known.get(by, key)


def _largest_first(group: Group) -> tuple[int, int, str, str]:
    figures = group.figures
    size = figures.offered if figures.mqls is None else figures.mqls
    return (-size, -(figures.received or 0), group.label, group.key or "")


def _figures(cases: Sequence[Case], *, received: int | None, offers: bool) -> Figures:
    verdicts = Counter(case.verdict for case in cases)
    asked = Counter(case.verdict for case in cases if case.asked)
    decided = asked[V.ACCEPTED] + asked[V.REJECTED] + asked[V.IGNORED]
    return Figures(
        received=received,
        mqls=None if offers else len(cases),
        offered=sum(case.offered for case in cases),
        waiting=None if offers else sum(case.handoff.state is State.WAITING for case in cases),
        accepted=verdicts[V.ACCEPTED],
        rejected=verdicts[V.REJECTED],
        ignored=verdicts[V.IGNORED],
        withdrawn=None if offers else verdicts[V.WITHDRAWN],
        unanswered=verdicts[V.UNANSWERED],
        open=sum(case.open for case in cases),
        acceptance=Share(asked[V.ACCEPTED], decided),
        answered_in_time=_kept(case.answered_in_time for case in cases),
        time_to_accept=_median(case.accepted_after for case in cases),
        followed_up_in_time=_kept(case.followed_up_in_time for case in cases),
        handed_over_in_time=None if offers else _kept(case.handed_over_in_time for case in cases),
        reasons=_most_frequent(reason for case in cases for reason in case.reasons),
    )


def _kept(promises: Iterable[bool | None]) -> Share:
    judged = [kept for kept in promises if kept is not None]
    return Share(sum(judged), len(judged))


def _median(lengths: Iterable[float | None]) -> Median:
    known = [seconds for seconds in lengths if seconds is not None]
    return Median(median(known) if known else None, len(known))


def _most_frequent(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(reasons).items(), key=lambda item: (-item[1], item[0])))


def labels_of(policies: Iterable[Policy]) -> dict[tuple[By, str], str]:
    """Labels of paths, criteria and reasons; of two policies that name one differently, the later counts."""
    labels: dict[tuple[By, str], str] = {}
    for policy in policies:
        definitions = policy.all_definitions
        labels |= {(By.PATH, path.id): path.label for one in definitions for path in one.paths}
        labels |= {(By.CRITERION, criterion.id): criterion.label for one in definitions for criterion in one.criteria}
        labels |= {(By.REASON, reason.id): reason.label for reason in policy.reasons}
    return labels
