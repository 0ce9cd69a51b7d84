"""What App Home and messages show of when people work."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.authority import LEADERS, Role, roles_of
from bot.domain.availability import standings, working_hours
from bot.domain.policy import Policy
from bot.domain.shifts import Colleague, OwnTime, TeamNow, next_holiday
from bot.domain.teams import Team
from bot.views.assigning import availability
from bot.views.blocks import Message
from storage.assigning import absences, people, workload
from storage.database import Session
from storage.tables import CardRow


async def own_time(session: Session, policy: Policy, person: str, now: datetime) -> OwnTime | None:
    """When this person works and is away; None for whoever is offered no leads."""
    if Role.REP not in roles_of(person, policy):
        return None
    hours = working_hours(policy, person)
    away = await absences.of(session, [person], now)
    return OwnTime(person, hours, away, next_holiday(hours, now.astimezone(ZoneInfo(hours.zone)).date()))


async def teams_led_by(session: Session, policy: Policy, person: str, now: datetime) -> list[TeamNow]:
    """Every team that this person leads, as it stands now."""
    led = [team for team in policy.teams if roles_of(person, policy, team.id) & LEADERS]
    return [await _team(session, policy, team, now) for team in led[: availability.MOST_TEAMS]]


async def _team(session: Session, policy: Policy, team: Team, now: datetime) -> TeamNow:
    reps = [rep.email for rep in team.reps]
    away = await absences.of(session, reps, now)
    stand = standings(policy, team, away, await people.inactive(session, reps), now)
    loads = await workload.of(session, reps, now)
    why = {one.person: one.why for one in away if one.covers(now) and one.source in {"self", "manager"}}
    colleagues: Sequence[Colleague] = [
        Colleague(rep, stand[rep], load.open, load.late, why.get(rep))
        for rep in reps
        for load in [loads.get(rep, workload.Load())]
    ]
    return TeamNow(team.id, colleagues, await workload.count_waiting(session, team.id))


async def off_duty(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """That somebody was switched off duty, or is back; nothing where that was over before it could be told."""
    absence = await absences.get(session, row.details["absence"])
    if absence is None or (row.ts is None and absence.ends_at):
        return None
    return availability.off_duty(absence, row.details["missed"], row.recipient)
