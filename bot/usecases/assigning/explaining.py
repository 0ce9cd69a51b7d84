"""Telling people why a lead is whose it is, and how fair the turns of a team are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.assigning.explained import Explained, Fairness
from bot.domain.assigning.ledger import turns as in_turns
from bot.domain.assigning.rules import greatest_value
from bot.domain.handoff import Handoff, Refusal, State
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.domain.teams import Team
from bot.usecases.assigning import assignment
from bot.usecases.assigning.tallies import Tally
from bot.usecases.qualifying.known import known_of
from storage.assigning import offers, turns
from storage.assigning.offers import choice_of
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads, merges
from storage.tables import LeadRow

MOST = 10
WORDS = 20
OF_LATE = timedelta(days=30)
MOST_TEAMS = 5


async def why(database: Database, asked: str, now: datetime) -> list[Explained]:
    """Of the lead with this id, or whose handoff has it, else of all that a search for the words finds."""
    async with database.read(much=True) as session:
        found = await policies.in_force(session)
        if found is None:
            return []
        return [await _explained(session, lead, found[1], now) for lead in await _leads(session, asked)]


async def _leads(session: Session, asked: str) -> Sequence[LeadRow]:
    handoff = await handoffs.get(session, asked)
    named = await leads.find_one(session, handoff.lead_id if handoff else asked)
    if named:
        return [await leads.get(session, await merges.speaks_for(session, named.id))]
    return await leads.find(session, " ".join(asked.split()[:WORDS]), MOST)


async def _explained(session: Session, lead: LeadRow, policy: Policy, now: datetime) -> Explained:
    facts = Facts.model_validate(lead.facts)
    newest = next(iter(await handoffs.of_lead(session, lead.id)), None)
    if newest is None:
        return Explained(facts, None, policy)
    if newest.state is State.WAITING:
        return await _as_it_would_be(session, lead, newest, policy, now)
    chosen = [(one, choice) for one in await handoffs.offers_of(session, newest.id) if (choice := choice_of(one))]
    if not chosen:
        return Explained(facts, newest, policy)
    offer, choice = chosen[-1]
    return Explained(facts, newest, policy, choice, offer.rep, offer.offered_at)


async def _as_it_would_be(
    session: Session, lead: LeadRow, handoff: Handoff, policy: Policy, now: datetime
) -> Explained:
    """Of what waits: how everybody stands to it now; nothing is given out."""
    anywhere = assignment.Search(without_teams=handoff.without_teams)
    known = await known_of(session, lead)
    look = await assignment.looked(session, lead, policy, anywhere, now, known)
    if look.routed is None and look.kept is None:
        return Explained(Facts.model_validate(lead.facts), handoff, policy)
    if handoff.team not in handoff.without_teams and policy.team(handoff.team):
        within = replace(anywhere, team=handoff.team)
        look = await assignment.looked(session, lead, policy, within, now, known)
    found = await assignment.decided(session, look, Tally(await turns.read(session, look.teams)))
    return Explained(Facts.model_validate(lead.facts), handoff, policy, found.choice if found else None)


async def fair(database: Database, asked: str, by: str, now: datetime) -> list[Fairness] | Refusal:
    """The ledgers of the team that is named; else of those somebody works in or leads, else of all."""
    async with database.read(much=True) as session:
        found = await policies.in_force(session)
        if found is None:
            return []
        policy = found[1]
        if asked and policy.team(asked.casefold()) is None:
            return Refusal(f"There is no such team. There is {', '.join(team.id for team in policy.teams)}.")
        return [await _fairness(session, policy, team, now) for team in _teams(policy, asked.casefold(), by)]


def _teams(policy: Policy, asked: str, by: str) -> Sequence[Team]:
    named = [team for team in policy.teams if team.id == asked]
    own = [team for team in policy.teams if team.has(by) or by in {team.manager, team.director}]
    return (named or own or policy.teams)[:MOST_TEAMS]


async def _fairness(session: Session, policy: Policy, team: Team, now: datetime) -> Fairness:
    tally = Tally(await turns.read(session, [team]))
    reps = await assignment.reps_of(session, policy, team, tally, now)
    behind = {rep.email: in_turns(reps.ledger.of(rep.email)) for rep in team.reps}
    given = await offers.given_since(session, team.id, now - OF_LATE)
    return Fairness(team, behind, given, reps.standings, reps.work, greatest_value(policy))
