"""Re-scoring leads in nurture, many a transaction: time and new rules change what is said of all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.domain.judging.eligibility import may_pass, stage_now, waits_until
from bot.domain.judging.qualification import glance
from bot.domain.lead import NURTURED, Facts, Proof, Signal
from bot.domain.policy import Policy
from bot.usecases.qualifying.qualification import readings, score_again
from bot.usecases.stepping import StepFailed, put_off_lead
from storage.database import Database, Session
from storage.governing import policies
from storage.identifying import leads
from storage.qualifying import near_misses, nurture
from storage.qualifying.nurture import Due

log = structlog.get_logger()

PORTION = 100
"""Leads of one transaction: many enough to be quick, few enough that no click waits for them."""

AT_A_STRETCH = 10
"""Leads that are judged before others of this process have a turn."""


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
        if database.is_sqlite:  # where whoever writes holds up all who write: the lock is for what was judged before
            async with database.read() as session:
                due = await nurture.due(session, now, PORTION)
                seen = await _look(session, due, now)
            if due:
                async with database.write(wakes=False) as session:
                    alone = await _write(session, seen, now)
        else:
            async with database.write(wakes=False) as session:
                due = await nurture.lock_due(session, now, PORTION)
                alone = await _write(session, await _look(session, due, now), now)
    except Exception as error:
        if not due:
            raise
        log.warning("leads could not be scored together", leads=len(due), exc_info=error)
        alone = due  # one of them cannot even be read: each by itself, so that the others are not held up
    for lead_id in alone:
        await _score_alone(database, lead_id, now)
    return bool(due)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Leads as they were read, under which version of the policy, and what is to be written of them: None by itself."""

    version: int | None
    leads: Mapping[str, Due]
    noted: Mapping[str, dict[str, Any] | None]


async def _look(session: Session, due: Sequence[str], now: datetime) -> _Seen:
    found = await policies.in_force(session)
    read = {lead.id: lead for lead in await nurture.read(session, due)}
    if found is None:
        return _Seen(None, read, dict.fromkeys(due))
    done = await nurture.signals_of(session, due)
    noted = {}
    for number, lead in enumerate(read.values()):
        noted[lead.id] = _judged(found[1], lead, done.get(lead.id, ()), now)
        if number % AT_A_STRETCH == 0:
            await asyncio.sleep(0)
    return _Seen(found[0], read, noted)


async def _write(session: Session, seen: _Seen, now: datetime) -> list[str]:
    """Writes what concerns nobody else; gives the leads that must be scored one by one.

    Whatever is learned of a lead scores it, so that it is not due any more: one that is, and reads as before, is as it
    was judged.
    """
    found = await policies.in_force(session)
    if (found[0] if found else None) != seen.version:
        return []
    still = [lead.id for lead in await nurture.read_due(session, list(seen.leads), now) if lead == seen.leads[lead.id]]
    judged = [{**noted, "lead_id": lead_id} for lead_id in still if (noted := seen.noted[lead_id])]
    await nurture.note(session, judged)
    moved = [one["lead_id"] for one in judged if one["near"] != seen.leads[one["lead_id"]].near]
    await near_misses.refresh(session, moved, now)
    return [lead_id for lead_id in still if seen.noted[lead_id] is None]


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
    stage, looks = stage_now(lead, scoring, now), (waits_until(lead, now), look)
    score_at = min(filter(None, looks), default=None)
    return {**readings(scoring), "stage": stage, "score_at": score_at, "backoff": 0}


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
