"""Scoring a lead, and handing it over when it qualifies."""

from datetime import datetime
from typing import Any

from bot.domain.handoff import Handoff
from bot.domain.judging.eligibility import may_pass, stage_now, waits_until
from bot.domain.judging.qualification import judge, next_look
from bot.domain.lead import NURTURED, Proof, Scoring
from bot.domain.policy import Policy
from bot.usecases.qualifying import tasks
from bot.usecases.qualifying.handing_over import hand_over
from bot.usecases.qualifying.known import Known, known_of
from storage.database import Session
from storage.deciding import handoffs
from storage.delivery import cards
from storage.governing import policies
from storage.qualifying import near_misses
from storage.tables import LeadRow


async def score_again(session: Session, lead: LeadRow, now: datetime) -> None:
    """Brings a locked lead's readings up to date, and hands it over when a path is met; without a policy, later."""
    lead.score_at, lead.backoff = None, 0
    session.add(lead)
    found = None if lead.merged_into else await policies.in_force(session)
    if found:
        await _score(session, lead, await known_of(session, lead), found, now)


async def _score(session: Session, lead: LeadRow, known: Known, found: tuple[int, Policy], now: datetime) -> None:
    version, policy = found
    facts, done, past = known.facts, known.signals, known.past
    scoring, was_gated = judge(policy, facts, done, now, proofs_of(lead)), lead.gated
    was_near = lead.near
    _note(lead, scoring)
    if past and past[0].is_open:
        own = past[0].policy_version
        if own != version:
            scoring = judge(await policies.of_version(session, own), facts, done, now, proofs_of(lead))
        await _tell(session, past[0], scoring, lead, now)
    elif lead.stage in NURTURED:
        passes = may_pass(lead, facts.consent, now)
        looks = (waits_until(lead, now), next_look(policy, facts, done, now))
        lead.score_at = min(filter(None, looks), default=None)
        lead.stage = stage_now(lead, scoring, now)
        path = policy.path(scoring.path)
        if path and passes:
            await hand_over(session, lead, scoring, path, found, now, known)
            return
    if was_near and (was_near != lead.near or facts.consent is False):
        await near_misses.refresh(session, [lead.id], now)
    if was_gated or lead.gated:
        await tasks.follow(session, lead, now)


def proofs_of(lead: LeadRow) -> list[Proof]:
    """What somebody of ours vouched for."""
    return [Proof.model_validate(one) for one in lead.proofs]


def _note(lead: LeadRow, scoring: Scoring) -> None:
    for column, reading in readings(scoring).items():
        setattr(lead, column, reading)


def readings(scoring: Scoring) -> dict[str, Any]:
    """What a lead's row says of a judgement, by column."""
    return {
        "definition": scoring.definition,
        "path": scoring.path,
        "fit": scoring.fit,
        "engagement": scoring.engagement,
        "gated": scoring.gated,
        "lacking": list(scoring.lacking),
        "near": scoring.near.path if scoring.near else None,
    }


async def _tell(session: Session, handoff: Handoff, scoring: Scoring, lead: LeadRow, now: datetime) -> None:
    """An open handoff is judged by the policy it was made under; its evidence and cards follow what is new."""
    kept = scoring.model_copy(update={"path": handoff.scoring.path, "near": handoff.scoring.near})
    await handoffs.save(session, handoff.model_copy(update={"scoring": kept}))
    await cards.refresh_with_news(session, handoff.id, now)
    lead.fit, lead.engagement = scoring.fit, scoring.engagement
