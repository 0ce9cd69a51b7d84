"""Leads of which nothing was known: however many come at once, each question is put once for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.definition import Path
from bot.domain.handoff import Handoff
from bot.domain.identifying.identity import Recognised
from bot.domain.judging.eligibility import may_pass, stage_now, waits_until
from bot.domain.judging.qualification import Judging
from bot.domain.lead import Facts, Scoring, Signal, Stage
from bot.domain.new_ids import new_id
from bot.domain.policy import Policy
from bot.usecases.identifying.accounts import noted, recognised
from bot.usecases.identifying.twins import ask_whether_one, keys_of, told_apart_by
from bot.usecases.qualifying import tasks
from bot.usecases.qualifying.handing_over import Qualified, hand_over_newcomers
from bot.usecases.qualifying.known import Known
from bot.usecases.qualifying.qualification import readings
from bot.usecases.qualifying.telling import Incoming, Taken, identities_of
from storage.database import Session
from storage.governing import policies
from storage.identifying import leads, likenesses
from storage.qualifying import signals, tellings

MOST_HANDED_OVER = 6
"""Leads that go to sales at once: each of them takes as long as ten others, and others want to write too."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A lead before it is stored: what is told of it, and how it stands by that."""

    id: str
    facts: Facts
    signals: Sequence[Signal]
    created_at: datetime
    evidence_at: datetime
    history_only: bool
    hand_over_at: datetime | None
    stage: Stage = Stage.SUSPECT
    recycled_at: datetime | None = None
    recycled_count: int = 0
    cool_off_until: datetime | None = None
    account: Recognised | None = None
    keys: Sequence[leads.Identity] = ()
    """Under which its likely twin is found."""
    scoring: Scoring | None = None
    score_at: datetime | None = None
    path: Path | None = None
    """The path by which it goes to sales."""
    qualified_at: datetime | None = None

    @property
    def account_id(self) -> int | None:
        return self.account.account if self.account else None

    def recognised(self, account: Recognised | None) -> "Newcomer":
        """The same, of an account or of none; about the past nobody is asked whether it is another."""
        keys = keys_of(self.facts, account.account if account else None) if not self.history_only else ()
        return replace(self, account=account, keys=keys)

    def row(self) -> Mapping[str, Any]:
        """What is stored of it, by column."""
        account_id, account_why = noted(self.account)
        return {
            "id": self.id,
            "facts": self.facts.model_dump(mode="json"),
            "search": leads.searchable(self.facts),
            "stage": self.stage,
            "created_at": self.created_at,
            "evidence_at": self.evidence_at,
            "recycled_count": self.recycled_count,
            "qualified_at": self.qualified_at,
            "hand_over_at": self.hand_over_at,
            "history_only": self.history_only,
            "score_at": self.score_at,
            "backoff": 0,
            "proofs": [],
            "absorbed": [],
            "account_id": account_id,
            "account_why": account_why,
            **readings(self.scoring or Scoring()),
        }


async def take_newcomers(
    session: Session,
    told: Sequence[Incoming],
    now: datetime,
    *,
    history: bool = False,
    hand_over_at: datetime | None = None,
) -> list[Taken]:
    """Stores the first of these, at least one, and hands over those that qualify, in the order in which they came.

    The caller has locked what names them, and nothing of that names a lead, or two of these.
    """
    told_of = (_newcomer(one, now, history=history, hand_over_at=hand_over_at) for one in told)
    found = await policies.in_force(session)
    every = _few(told_of, found[1], now) if found else [*told_of]
    accounts = await recognised(session, [one.facts for one in every])
    every = [one.recognised(account) for one, account in zip(every, accounts, strict=True)]
    await _store(session, every, now, history=history)
    twins = await likenesses.of_keys(session, {} if history else _apart(every))
    await _ask(session, every, twins, now)
    qualified = [
        Qualified(one, Known(one.facts, one.signals), one.scoring, one.path)
        for one in every
        if one.scoring and one.path
    ]
    handoffs = await hand_over_newcomers(session, qualified, found, now) if found and qualified else {}
    return [_taken(one, handoffs.get(one.id)) for one in every]


def _newcomer(told: Incoming, now: datetime, *, history: bool, hand_over_at: datetime | None) -> Newcomer:
    done, first = signals.once(told.signals), told.created_at or now
    return Newcomer(new_id(now), told.facts, done, first, now, history, hand_over_at)


def _judged(one: Newcomer, policy: Policy, now: datetime) -> Newcomer:
    """How it stands; only of one that goes to sales will anybody read what it met, and in which words."""
    judging = Judging(policy, one.facts, one.signals, now)
    scoring = judging.glance()
    path = policy.path(scoring.path) if may_pass(one, one.facts.consent, now) else None
    return replace(
        one,
        scoring=judging.in_full() if path else scoring,
        score_at=min(filter(None, (waits_until(one, now), judging.next_look())), default=None),
        stage=Stage.MQL if path else stage_now(one, scoring, now),
        path=path,
        qualified_at=now if path else None,
    )


def _few(every: Iterable[Newcomer], policy: Policy, now: datetime) -> list[Newcomer]:
    """The first of them, judged, up to the last that may go to sales at once."""
    few: list[Newcomer] = []
    for one in every:
        few.append(_judged(one, policy, now))
        if sum(judged.path is not None for judged in few) == MOST_HANDED_OVER:
            break
    return few


async def _store(session: Session, every: Sequence[Newcomer], now: datetime, *, history: bool) -> None:
    await leads.add(session, [one.row() for one in every])
    names = [(name, one.id) for one in every for name in (*identities_of(one.facts), *one.keys)]
    await leads.name_many(session, names)
    await tellings.add_many(session, [(one.id, one.facts) for one in every], now, past=history)
    await signals.add_first(session, [(one.id, one.signals) for one in every], now, past=history)


def _apart(every: Sequence[Newcomer]) -> Mapping[str, Sequence[leads.Identity]]:
    return {one.id: told_apart_by(one.facts, one.keys) for one in every}


async def _ask(session: Session, every: Sequence[Newcomer], twins: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Whether any of these is another lead, and for what they lack that meets a path."""
    for one in every:
        is_gated = one.scoring is not None and one.scoring.gated is not None
        if one.id in twins or is_gated:
            lead = await leads.get(session, one.id)
            await ask_whether_one(session, lead, twins.get(one.id, ()), now)
            if is_gated:
                await tasks.follow(session, lead, now)


def _taken(one: Newcomer, handoff: Handoff | None) -> Taken:
    scoring, handoff_id = one.scoring or Scoring(), handoff.id if handoff else None
    return Taken(one.id, one.stage, False, scoring.fit, scoring.engagement, scoring.path, handoff_id)
