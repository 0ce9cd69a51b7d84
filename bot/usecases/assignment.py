"""Finding who gets a lead: rule, team, and whose turn it is among those on shift."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.business_time import is_open
from bot.domain.handoff import Target
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.domain.routing import next_rep, route
from bot.domain.teams import Team
from bot.usecases.accounts import keeper
from storage import handoffs, people, signals, turns
from storage.database import Session
from storage.tables import LeadRow


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: anyone but `without` in any team but `without_teams`, or only in `team`."""

    team: str | None = None
    without: frozenset[str] = frozenset()
    without_teams: tuple[str, ...] = ()


async def find(session: Session, lead: LeadRow, policy: Policy, search: Search, now: datetime) -> Target | None:
    """The team, and the rep whose turn it is; a rep found here has had that turn. None: no rule leads anywhere.

    Whose lead it is anyway gets it out of turn, while their team is at work.
    """
    passed_on = await handoffs.passed_on_by(session, lead.id, lead.evidence_at)
    kept = await keeper(session, lead, policy, search.without | passed_on)
    if kept and search.team in {None, kept.team.id} and kept.team.id not in search.without_teams:
        open_now = is_open(policy.calendar(kept.team.id), now)
        return Target(kept.team.id, kept.rep if open_now else None, account=kept.account)
    if search.team:
        team = policy.team(search.team)
    else:
        done = await signals.of_lead(session, lead.id)
        team = route(policy, Facts.model_validate(lead.facts), done, now, search.without_teams)
    if team is None:
        return None
    able = await _able(session, team, search.without | passed_on)
    if not able:
        return Target(team.id, None, nobody_left=True)
    open_now = is_open(policy.calendar(team.id), now)
    return Target(team.id, await _whose_turn(session, team, policy, able, now) if open_now else None)


async def _able(session: Session, team: Team, without: Collection[str]) -> set[str]:
    reps = {rep.email for rep in team.reps} - set(without)
    return reps - await people.inactive(session, reps)


async def _whose_turn(session: Session, team: Team, policy: Policy, able: Collection[str], now: datetime) -> str | None:
    before = await turns.lock(session, team.id)  # before counting: leads given out at this very moment count too
    chosen = next_rep(team, before, await _below_their_cap(session, team, policy, able, now))
    if chosen is None:
        return None
    rep, after = chosen
    await turns.save(session, team.id, after)
    return rep


async def _below_their_cap(
    session: Session, team: Team, policy: Policy, able: Collection[str], now: datetime
) -> set[str]:
    zone = ZoneInfo(policy.calendar(team.id).zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = await handoffs.offers_since(session, able, midnight.astimezone(now.tzinfo))
    full = {rep.email for rep in team.reps if rep.daily_cap and today.get(rep.email, 0) >= rep.daily_cap}
    return set(able) - full
