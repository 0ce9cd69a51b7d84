"""Forgetting a person: all of it in one transaction, under the lead's lock. Slack is brought up to date afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.domain import erasure as what_stays
from bot.domain.deciding import managing
from bot.domain.handoff import BATON
from bot.domain.lead import Facts, Stage
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import apply
from bot.usecases.stepping import StepFailed, put_off_lead
from storage.accounting import chain, history, marketing_clocks
from storage.assigning import absences
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads, merges
from storage.operating import erasure
from storage.tables import LeadRow, PersonRow

How = Literal["command", "retention"]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of the database about a lead; `messages` are to be redacted, `emails` had been sent."""

    lead_id: str
    parts: tuple[str, ...]
    """The lead, and those that were merged into it."""
    withdrawn: bool
    identities: int
    signals: int
    handoffs: int
    notes: int
    reasons: int
    receipts: int
    messages: int
    emails: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of our own people; `named_in` are versions of the policy that name them."""

    slack_id: str
    removed: bool
    named_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of erasing an address. `mentioned` are other leads in whose texts it stands; they were not touched."""

    lead: Removed | None
    colleague: Colleague | None
    mentioned: tuple[str, ...]


class _Undo(Exception):
    """Ends a transaction of which nothing may stay."""


async def erase(database: Database, email: str, by: str, now: datetime, *, dry_run: bool = False) -> Erased:
    """Forgets whoever this normalised address belongs to, or only says what would be forgotten."""
    try:
        async with database.write() as session:
            lead, colleague = await _lead(session, email, by, now), await _colleague(session, email, now)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    async with database.read(much=True) as session:  # every text there is
        mentioned = await erasure.mentioning(session, email, lead.parts if lead else ())
    return Erased(lead, colleague, tuple(mentioned))


async def _lead(session: Session, email: str, by: str, now: datetime) -> Removed | None:
    lead_id = await erasure.lead_with(session, email)
    if lead_id is None:
        return None
    lead = await merges.lock_person(session, lead_id)
    return None if lead.erased_at else await _forgotten(session, lead, by, now, "command")


async def _colleague(session: Session, email: str, now: datetime) -> Colleague | None:
    """Their own rows lose who they are; what they did stays, under a Slack id. Not while a policy gives them work."""
    person = await erasure.person_with(session, email)
    named = await erasure.policies_naming(session, email)
    if person is None:
        return None
    versions = tuple(sorted(row.version or 0 for row in named))
    live = [row for row in await policies.every(session) if row.state in {"in_force", "pending"}]
    if any(person.slack_id in policies.parsed(row).people() for row in live):
        return Colleague(person.slack_id, removed=False, named_in=versions)
    await erasure.emails(session, now, erasure.to_person(person.slack_id))
    await absences.forget(session, person.slack_id)
    anonymous = PersonRow(**person.model_dump() | {"email": None, "name": person.slack_id, "time_zone": None})
    anonymous.dm_channel = None
    await session.merge(anonymous)
    return Colleague(person.slack_id, removed=True, named_in=versions)


async def forget_one(database: Database, now: datetime) -> bool:
    """Forgets one lead of whom nothing was heard for as long as the policy in force says; false when there is none.

    Raises:
        StepFailed: when it could not be forgotten; the lead has been put off, alone.
    """
    async with database.read() as session:
        before = await forgotten_before(session, now)
        if before is None or not await erasure.is_any_due(session, now, before):
            return False
    lead_id, failures = None, 0
    try:
        async with database.write() as session:
            if lead_id := await erasure.lock_due(session, now, before):
                lead = await leads.get(session, lead_id)
                failures = lead.backoff
                await _forgotten(session, lead, BATON, now, "retention")
        return lead_id is not None
    except Exception as error:
        if lead_id is None:
            raise
        failed = StepFailed("lead", lead_id, error)
    await put_off_lead(database, lead_id, now, failures)
    raise failed


async def forgotten_before(session: Session, now: datetime) -> datetime | None:
    """Who was last heard of before this is forgotten; None: nobody is."""
    found = await policies.in_force(session)
    return found[1].forgets_before(now) if found else None


async def _forgotten(session: Session, lead: LeadRow, by: str, now: datetime, how: How) -> Removed:
    """Empties everything that says who the lead, and all merged into it, was; the caller holds the lead's lock."""
    parts = (await merges.lock_all(session, await merges.members(session, lead.id))).values()
    why: Mapping[str, Any] = {"by": how}
    past = await handoffs.of_lead(session, lead.id)
    change = managing.withdraw(past[0], by, why, now) if past else None
    if change:
        await apply(session, lead, past[0], change, await agreement_of(session, past[0]), now)
        lead.stage = Stage.PROSPECT
    known = [Facts.model_validate(part.facts) for part in parts]
    told = tuple(filter(None, (word for facts in known for word in (facts.email, facts.phone))))
    quoted = (*told, *(part.id for part in parts))
    for part in parts:
        _emptied(part, Facts.model_validate(part.facts), now)
        session.add(part)
    await erasure.tellings(session, lead.id)
    await chain.lock_head(session)
    removed = Removed(
        lead.id,
        tuple(part.id for part in parts),
        withdrawn=change is not None,
        identities=await erasure.identities(session, lead.id),
        signals=await erasure.signals(session, lead.id),
        handoffs=await erasure.handoffs(session, lead.id),
        notes=await erasure.notes(session, lead.id) + await marketing_clocks.forget(session, lead.id, now),
        reasons=sum([await chain.blank(session, part.id, what_stays.KEPT_WHY) for part in parts]),
        receipts=await erasure.receipts(session, lead.id, quoted),
        messages=await erasure.messages(session, lead.id, now, pressing=how == "command"),
        emails=await erasure.emails(session, now, erasure.about_lead(lead.id)),
    )
    for part in parts:
        await history.append(session, now, chain.ERASED, by, lead_id=part.id, why=why)
    return removed


def _emptied(lead: LeadRow, facts: Facts, now: datetime) -> None:
    lead.facts, lead.search = what_stays.facts(facts).model_dump(mode="json"), ""
    lead.score_at = lead.hand_over_at = lead.cool_off_until = None
    lead.near = lead.gated = lead.account_id = lead.account_why = None
    lead.backoff, lead.proofs, lead.lacking = 0, [], []
    lead.erased_at = lead.evidence_at = now  # the last we heard: so that nobody looks for its end again
