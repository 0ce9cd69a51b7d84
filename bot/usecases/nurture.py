"""Re-scoring leads in nurture, many a transaction: time and new rules change what is said of all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.eligibility import may_pass, stage_now, waits_until
from bot.domain.lead import NURTURED, Facts, Proof, Signal
from bot.domain.policy import Policy
from bot.domain.qualification import glance
from bot.usecases.escalations import StepFailed, put_off_lead
from bot.usecases.qualification import readings, score_again
from storage import leads, near_misses, nurture, policies
from storage.database import Database, Session
from storage.nurture import Due

PORTION = 100
"""Leads of one transaction: many enough to be quick, few enough that no click waits for them."""


async def score_some(database: Database, now: datetime) -> bool:
    """Scores a portion of the leads whose time has come; false when there are none.

    Most are judged and written together. One that is to be handed over, or concerns others than itself, has a
    transaction of its own.

    Raises:
        StepFailed: when one could not be scored; nothing of it is left, and the lead has been put off, alone.
    """
    due: Sequence[str] = ()
    alone: Sequence[str] = ()
    try:
        async with database.write(wakes=False) as session:
            due = await nurture.lock_due(session, now, PORTION)
            alone = await _judge_together(session, due, now) if due else ()
    except Exception:
        if not due:
            raise
        alone = due  # one of them cannot even be read: each by itself, so that the others are not held up
    for lead_id in alone:
        await _score_alone(database, lead_id, now)
    return bool(due)


async def _judge_together(session: Session, due: Sequence[str], now: datetime) -> list[str]:
    """Judges and writes what concerns nobody else; gives the leads that must be scored one by one."""
    found = await policies.in_force(session)
    if found is None:
        return list(due)
    done = await nurture.signals_of(session, due)
    judged, alone, moved = [], [], []
    for lead in await nurture.read(session, due):
        noted = _judged(found[1], lead, done.get(lead.id, ()), now)
        if noted is None:
            alone.append(lead.id)
        else:
            judged.append(noted)
            moved += [lead.id] * (lead.near != noted["near"])
    await nurture.note(session, judged)
    await near_misses.refresh(session, moved, now)
    return alone


def _judged(policy: Policy, lead: Due, done: Sequence[Signal], now: datetime) -> dict[str, Any] | None:
    """What is to be written of the lead; None where more than its own row follows, or it cannot be judged here."""
    if lead.has_open or lead.merged or lead.stage not in NURTURED:
        return None
    try:
        facts = Facts.model_validate_json(lead.facts)
        scoring, look = glance(policy, facts, done, now, [Proof.model_validate(one) for one in lead.proofs])
    except Exception:  # whoever scores it alone says what is wrong with it
        return None
    passes = scoring.path and may_pass(lead, facts.consent, now)
    if passes or lead.gated or scoring.gated:  # marketing is asked for what the gate lacks
        return None
    stage, looks = stage_now(lead, bool(scoring.evidence), now), (waits_until(lead, now), look)
    score_at = min(filter(None, looks), default=None)
    return {**readings(scoring), "lead_id": lead.id, "stage": stage, "score_at": score_at, "backoff": 0}


async def _score_alone(database: Database, lead_id: str, now: datetime) -> None:
    failures = 0
    try:
        async with database.write() as session:
            if lead := await leads.lock_one_due(session, lead_id, now):
                failures = lead.backoff
                await score_again(session, lead, now)
        return
    except Exception as error:
        failed = StepFailed("lead", lead_id, error)
    await put_off_lead(database, lead_id, now, failures)
    raise failed
