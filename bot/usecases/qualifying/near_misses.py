"""The weekly list of leads that nearly qualify: to every team its own, once a week, the nearest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.assigning.rules import team_for
from bot.domain.judging.near_misses import MOST, NOT_AGAIN_FOR, shortness, week_begun
from bot.domain.judging.qualification import judge
from bot.domain.lead import Facts, Near, Proof
from bot.domain.policy import Policy
from bot.domain.teams import Team
from storage.accounting import receipts
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies
from storage.qualifying import near_misses, nurture, signals
from storage.qualifying.nurture import Due

EVERY = timedelta(minutes=5)
PORTION = 200
"""Leads that are read at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that is near now, and how near."""

    lead_id: str
    near: Near
    evidence_at: datetime


async def list_due(database: Database, now: datetime) -> int:
    """Wants the lists of the teams whose week has begun, each once, whoever else is at it; how many are new.

    A team of which nobody is near hears nothing that week.
    """
    async with database.read() as session:
        found = await policies.in_force(session)
        due = await _due(session, found[1], now) if found else {}
    if not found or not due:
        return 0
    nearest = await _nearest(database, found[1], now)
    return sum([await _want(database, key, team, found[1], nearest.get(team.id, []), now) for key, team in due.items()])


async def _due(session: Session, policy: Policy, now: datetime) -> dict[str, Team]:
    """By the key of its list, every team that has not been told since its week began."""
    begun = {team.id: week_begun(policy.calendar(team.id), now) for team in policy.teams}
    keys = {f"near:{begun[team.id]}:{team.id}": team for team in policy.teams if begun[team.id]}
    return {key: team for key, team in keys.items() if not await receipts.is_done(session, key)}


async def _want(
    database: Database, key: str, team: Team, policy: Policy, nearest: Sequence[Found], now: datetime
) -> bool:
    async with database.write() as session:
        channel = team.channel or policy.channels.leads
        if not await receipts.done(session, key, now) or not nearest or channel is None:
            return False
        for one in nearest:
            await near_misses.list_one(session, one.lead_id, key, one.near.path, now)
        details = {"team": team.id, "leads": [one.lead_id for one in nearest]}
        await cards.want(session, key, "near_misses", channel, now, details=details)
    return True


async def _nearest(database: Database, policy: Policy, now: datetime) -> Mapping[str, list[Found]]:
    """For each team, by its id, the leads that are nearest to a path, as many as a list holds."""
    found: dict[str, list[Found]] = {}
    async with database.read(much=True) as session:
        near = await near_misses.candidates(session, now, now - NOT_AGAIN_FOR)
    for start in range(0, len(near), PORTION):
        async with database.read(much=True) as session:
            for team, one in await _judged(session, policy, near[start : start + PORTION], now):
                found.setdefault(team, []).append(one)
    return {team: sorted(ones, key=_nearest_first)[:MOST] for team, ones in found.items()}


def _nearest_first(one: Found) -> tuple[int, int, float]:
    return *shortness(one.near), -one.evidence_at.timestamp()


async def _judged(session: Session, policy: Policy, ids: Sequence[str], now: datetime) -> list[tuple[str, Found]]:
    done, found = await nurture.signals_of(session, ids), []
    for lead in await nurture.read(session, ids):
        theirs = await signals.of_lead(session, lead.id) if lead.merged else done.get(lead.id, [])
        facts = Facts.model_validate_json(lead.facts)
        scoring = judge(policy, facts, theirs, now, _proofs(lead))
        team = team_for(policy, facts, theirs, now)
        if scoring.near and team and facts.consent is not False:
            found.append((team.id, Found(lead.id, scoring.near, lead.evidence_at)))
    return found


def _proofs(lead: Due) -> list[Proof]:
    return [Proof.model_validate(one) for one in lead.proofs]
