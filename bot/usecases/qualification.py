"""Scoring a lead, and handing it over when it qualifies."""

import secrets
from datetime import datetime

from bot.domain import decisions
from bot.domain.handoff import Agreement, Handoff, State
from bot.domain.lead import NURTURED, Facts, Scoring, Stage
from bot.domain.policy import Policy
from bot.domain.qualification import score
from bot.usecases import assignment
from bot.usecases.changes import apply
from storage import cards, handoffs, policies, signals
from storage.database import Session
from storage.tables import LeadRow

MOST_RECYCLED = 3
"""A lead recycled this often stays with marketing until a person qualifies it again."""


async def score_again(session: Session, lead: LeadRow, now: datetime) -> None:
    """Brings a locked lead's readings up to date, and hands it over when a path is met; without a policy, later."""
    lead.score_at, lead.backoff = None, 0
    session.add(lead)
    found = await policies.in_force(session)
    if found is None:
        return
    version, policy = found
    facts, done = Facts.model_validate(lead.facts), await signals.of_lead(session, lead.id)
    scoring = score(policy.definition, facts, done, now)
    lead.fit, lead.engagement, lead.path = scoring.fit, scoring.engagement, scoring.path
    past = await handoffs.of_lead(session, lead.id)
    if past and past[0].is_open:
        await _tell(session, past[0], facts, lead, now)
    elif lead.stage in NURTURED:
        _nurture(lead, scoring, now)
        if scoring.path and _may_hand_over(lead, facts, now):
            await _hand_over(session, lead, scoring, version, policy, len(past) + 1, now)


async def _tell(session: Session, handoff: Handoff, facts: Facts, lead: LeadRow, now: datetime) -> None:
    """An open handoff keeps its own policy; its evidence and cards follow what is new."""
    own = await policies.of_version(session, handoff.policy_version)
    scoring = score(own.definition, facts, await signals.of_lead(session, lead.id), now)
    kept = scoring.model_copy(update={"path": handoff.scoring.path})
    await handoffs.save(session, handoff.model_copy(update={"scoring": kept}))
    await cards.refresh_with_news(session, handoff.id, now)
    lead.fit, lead.engagement = scoring.fit, scoring.engagement


def _nurture(lead: LeadRow, scoring: Scoring, now: datetime) -> None:
    if lead.stage == Stage.RECYCLED and not (lead.recycled_at and lead.evidence_at > lead.recycled_at):
        return
    if lead.cool_off_until and lead.cool_off_until > now:
        lead.score_at = lead.cool_off_until
        return
    if lead.hand_over_at and lead.hand_over_at > now:
        lead.score_at = lead.hand_over_at
    lead.stage = Stage.PROSPECT if scoring.evidence else Stage.SUSPECT


def _may_hand_over(lead: LeadRow, facts: Facts, now: datetime) -> bool:
    return (
        lead.stage != Stage.RECYCLED
        and not lead.history_only
        and facts.consent is not False
        and lead.recycled_count < MOST_RECYCLED
        and not any(until and until > now for until in (lead.cool_off_until, lead.hand_over_at))
    )


async def _hand_over(
    session: Session, lead: LeadRow, scoring: Scoring, version: int, policy: Policy, number: int, now: datetime
) -> None:
    path = policy.path(scoring.path)
    if path is None:
        return
    target = await assignment.find(session, lead, policy, assignment.Search(), now)
    handoff = Handoff(
        id=secrets.token_hex(8),
        lead_id=lead.id,
        number=number,
        state=State.WAITING,
        policy_version=version,
        path=path.id,
        sla=path.sla,
        team=target.team if target else policy.teams[0].id,
        scoring=scoring,
        created_at=now,
    )
    agreement = Agreement(policy, policy)
    why = {"path": path.id, "fit": scoring.fit, "engagement": scoring.engagement}
    lead.qualified_at = now
    await apply(session, lead, decisions.start(handoff, target, agreement, now, why), agreement, now)
