"""Handing a lead over by hand: a marketer's word in place of a path, behind the same evidence gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.definition import Path
from bot.domain.handoff import Handoff, Refusal, what_happened
from bot.domain.judging.qualification import judge, lacking_for
from bot.domain.judging.verification import checks
from bot.domain.lead import Facts, Proof, Signal, Stage
from bot.domain.policy import Policy
from bot.usecases.deciding.handoffs import TWICE
from bot.usecases.qualifying.handing_over import hand_over
from bot.usecases.qualifying.intake import take_lead
from bot.usecases.qualifying.qualification import proofs_of
from bot.usecases.qualifying.telling import Incoming, Refused, Taken
from bot.usecases.qualifying.vouching import vouch
from storage.accounting import receipts
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads, merges
from storage.qualifying import signals
from storage.tables import LeadRow

NO_POLICY = Refusal("There is no policy in force yet, so nobody is there to get a lead.")
NO_CONSENT = Refusal("This person does not agree to be contacted.")
WITH_SALES = frozenset({Stage.SQL, Stage.OPPORTUNITY, Stage.WON})
REACHABLE = ("email", "phone", "company.domain")
"""What somebody can vouch for who was in touch with the lead."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a lead: why it is ready, which path's promises hold, whether they checked how to reach
    it."""

    why: str
    path: str
    by: str
    checked: bool = False


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The lead, and who has it; `was_known` where it was not new to us."""

    facts: Facts
    handoff: Handoff
    was_known: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """Nothing was done: what the evidence gate misses, and what it finds not sure enough, and why."""

    missing: tuple[str, ...] = ()
    unsure: Mapping[str, str] = field(default_factory=dict)


Outcome = HandedOver | Lacking | Refused | Refusal


async def rules(database: Database) -> Policy | None:
    """The policy in force."""
    async with database.read() as session:
        found = await policies.in_force(session)
    return found[1] if found else None


async def qualify(database: Database, incoming: Incoming, word: Word, now: datetime, *, request: str) -> Outcome:
    """Takes in what was written, and hands the lead over whatever its points; else nothing is done at all."""
    async with database.write() as session, session.begin_nested() as savepoint:
        if not await receipts.done(session, request, now):
            return TWICE
        outcome = await _qualified(session, incoming, word, now)
        if not isinstance(outcome, HandedOver):
            await savepoint.rollback()
    return outcome


async def _qualified(session: Session, incoming: Incoming, word: Word, now: datetime) -> Outcome:
    in_force = await policies.in_force(session)
    path = in_force[1].path(word.path) if in_force else None
    if in_force is None or path is None:
        return (
            NO_POLICY if in_force is None else Refusal("This path is not in the policy any more. Please start again.")
        )
    known, earlier = await _before(session, incoming.facts)
    taken = await take_lead(session, incoming, now)
    if isinstance(taken, Refused):
        return taken
    lead = await leads.lock(session, taken.lead_id)
    if word.checked:
        vouch(lead, incoming.facts, REACHABLE, word.by, now)  # for what was told just now, and nothing known before
    facts, newest = Facts.model_validate(lead.facts), await _newest(session, taken)
    was_known = lead.id in known
    if newest and newest.id not in earlier:
        said = newest.model_copy(update={"qualified_by": word.by, "note": word.why})
        await handoffs.save(session, said)
        return HandedOver(facts, said, was_known)
    if refusal := _refused(lead, facts, newest):
        return refusal
    return await _by_hand(session, lead, path, in_force, word, now, was_known=was_known)


async def _before(session: Session, facts: Facts) -> tuple[set[str], set[str]]:
    """The leads that this may be, locked, and their handoffs so far: from now on nobody else adds one."""
    told = (("email", facts.email), ("phone", facts.phone), (f"source:{facts.source}", facts.external_id))
    named = [(kind, value) for kind, value in told if value]
    await leads.lock_identities(session, named)
    known = {await merges.speaks_for(session, one) for one in (await leads.known_as(session, named)).values()}
    locked = {(await merges.lock_speaker(session, lead_id)).id for lead_id in sorted(known)}
    return locked, {one.id for lead_id in locked for one in await handoffs.of_lead(session, lead_id)}


async def _newest(session: Session, taken: Taken) -> Handoff | None:
    return next(iter(await handoffs.of_lead(session, taken.lead_id)), None)


def _refused(lead: LeadRow, facts: Facts, newest: Handoff | None) -> Refusal | None:
    if facts.consent is False:
        return NO_CONSENT
    if newest and (newest.is_open or lead.stage in WITH_SALES):
        return Refusal(f"{what_happened(newest)} Nothing was changed.")
    return Refusal(f"Sales has this lead already: {lead.stage}.") if lead.stage in WITH_SALES else None


async def _by_hand(
    session: Session,
    lead: LeadRow,
    path: Path,
    in_force: tuple[int, Policy],
    word: Word,
    now: datetime,
    *,
    was_known: bool,
) -> HandedOver | Lacking:
    policy, facts, done = in_force[1], Facts.model_validate(lead.facts), await signals.of_lead(session, lead.id)
    proofs = proofs_of(lead)
    lacking = _lacking(policy, path, facts, done, proofs, now)
    if lacking:
        return lacking
    _forget_the_past(lead, now)
    scoring = judge(policy, facts, done, now, proofs)
    handoff = await hand_over(session, lead, scoring, path, in_force, now, origin="hand", by=word.by, note=word.why)
    return HandedOver(facts, handoff, was_known)


def _lacking(
    policy: Policy, path: Path, facts: Facts, done: list[Signal], proofs: list[Proof], now: datetime
) -> Lacking | None:
    """What the gate of this path misses; a lead that was qualified by hand passes no sooner than any other."""
    fields = lacking_for(policy, path, facts, done, now, proofs)
    unsure = {name: check.how for name, check in checks(facts, done, proofs, now, fields).items()}
    return Lacking(tuple(name for name in fields if name not in unsure), unsure) if fields else None


def _forget_the_past(lead: LeadRow, now: datetime) -> None:
    """A person's word is new evidence: reps may be asked again who passed on the lead."""
    lead.evidence_at, lead.history_only = now, False
    lead.near, lead.gated, lead.lacking, lead.score_at = None, None, [], None
