"""A rep asks for a lead that nearly qualifies: theirs at once, if it is still to be had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.assigning.rules import team_for
from bot.domain.authority import Ask, may_not, roles_of
from bot.domain.deciding import answers
from bot.domain.definition import Path
from bot.domain.handoff import Agreement, Change, Refusal, what_happened
from bot.domain.judging.qualification import judge, lacking_for
from bot.domain.lead import NURTURED, Facts, Near, Scoring, Signal
from bot.domain.policy import Policy
from bot.domain.teams import Team
from bot.usecases.deciding.changes import apply
from bot.usecases.deciding.handoffs import TWICE, UNKNOWN
from bot.usecases.deciding.passages import new_handoff
from bot.usecases.identifying.accounts import keeper, note_account
from bot.usecases.qualifying.known import known_of
from bot.usecases.qualifying.qualification import proofs_of
from storage.accounting import receipts
from storage.assigning import people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads, merges
from storage.qualifying import near_misses
from storage.tables import LeadRow

NO_LONGER_NEAR = Refusal("This lead has fallen further behind since. Marketing keeps it warm, and can hand it over.")
NO_CONTACT = Refusal("Nobody knows how to reach this person yet: there is no e-mail and no phone.")
NO_CONSENT = Refusal("This person does not agree to be contacted any more.")


async def claim(database: Database, lead_id: str, by: str, now: datetime, *, request: str) -> Change | Refusal:
    """The lead is the claimant's, accepted, with its follow-up clock running; one of many claimants wins."""
    async with database.read() as session:
        known = await merges.speaks_for(session, lead_id)
        if await leads.find_one(session, known) is None:
            return UNKNOWN
    async with database.write() as session:
        lead = await leads.lock(session, known)
        found = await policies.in_force(session)
        if lead.erased_at or lead.merged_into or found is None:
            return UNKNOWN
        version, policy = found
        if refusal := may_not(Ask.CLAIM, roles_of(by, policy), policy) or await _why_not(session, lead, by):
            return refusal
        if await receipts.is_done(session, request):
            return TWICE
        decided = await _anothers(session, lead, by, policy) or await _decided(session, lead, by, version, policy, now)
        if isinstance(decided, Change):
            await receipts.done(session, request, now)
        return decided


async def _why_not(session: Session, lead: LeadRow, by: str) -> Refusal | None:
    """Why nobody, or not this person, can have this lead now."""
    newest = next(iter(await handoffs.of_lead(session, lead.id)), None)
    if newest and newest.is_open:
        return Refusal(what_happened(newest))
    if lead.stage not in NURTURED:
        return Refusal(what_happened(newest) if newest else f"This lead is {lead.stage} already.")
    if Facts.model_validate(lead.facts).consent is False:
        return NO_CONSENT
    return Refusal("Your account is deactivated.") if await people.inactive(session, [by]) else None


async def _anothers(session: Session, lead: LeadRow, by: str, policy: Policy) -> Refusal | None:
    """Whose lead it is anyway: one person, or one account, never has two reps."""
    passed_on = await handoffs.passed_on_by(session, lead.id, lead.evidence_at)
    await note_account(session, lead)
    kept = await keeper(session, lead, await known_of(session, lead), policy, passed_on)
    if kept is None or by in {kept.rep, kept.team.manager, kept.team.director, *policy.roles.admins}:
        return None
    return Refusal(f"This lead is <@{kept.rep}>'s: they have {'its account' if kept.account else 'had it before'}.")


async def _decided(
    session: Session, lead: LeadRow, by: str, version: int, policy: Policy, now: datetime
) -> Change | Refusal:
    known = await known_of(session, lead)
    facts, done = known.facts, known.signals
    scoring = judge(policy, facts, done, now, proofs_of(lead))
    near = scoring.near.path if scoring.near else None
    path = policy.path(scoring.path or scoring.gated or near)
    if path is None:
        return NO_LONGER_NEAR
    if not (facts.email or facts.phone):
        return NO_CONTACT
    agreement = Agreement(policy, policy)
    team = _team(policy, facts, done, by, now).id
    handoff = new_handoff(lead, known, path, (version, policy), team, scoring, now, origin="claim", by=by)
    lead.qualified_at, lead.score_at = now, None
    lacking = lacking_for(policy, path, facts, done, now, proofs_of(lead))
    change = answers.claim(handoff, by, agreement, now, _why(scoring, path, lacking))
    await apply(session, lead, None, change, agreement, now)
    await near_misses.refresh(session, [lead.id], now)
    return change


def _why(scoring: Scoring, path: Path, lacking: Sequence[str]) -> dict[str, Any]:
    """What it lacked of the path, in ids and numbers: evidence for the next review of the definition."""
    near = scoring.near or Near(path=path.id)
    readings = {"path": path.id, "fit": scoring.fit, "engagement": scoring.engagement}
    short = {"fit": near.fit, "engagement": near.engagement}
    return {**readings, "short": short, "missing": list(near.criteria), "lacking": list(lacking)}


def _team(policy: Policy, facts: Facts, done: Sequence[Signal], by: str, now: datetime) -> Team:
    """The claimant's own; where they have several, the one that would have got the lead."""
    routed = team_for(policy, facts, done, now)
    own = [team for team in policy.teams if team.has(by) or by in {team.manager, team.director}]
    return routed if routed and (routed in own or not own) else (own or policy.teams)[0]
