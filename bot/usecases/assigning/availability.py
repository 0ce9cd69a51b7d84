"""Who can take a lead now."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain import availability
from bot.domain.availability import Standing
from bot.domain.policy import Policy
from bot.domain.teams import Team
from storage import remembered
from storage.assigning import absences, people
from storage.database import Session


async def standings(session: Session, policy: Policy, team: Team, now: datetime) -> Mapping[str, Standing]:
    """How every rep of the team stands, by their hours, what keeps them away, and whether they have an account."""

    async def read() -> tuple[Policy, Mapping[str, Standing]]:
        reps = [rep.email for rep in team.reps]
        away = await absences.of(session, reps, now)
        return policy, availability.standings(policy, team, away, await people.inactive(session, reps), now)

    _, found = await remembered.once(session, ("standings", id(policy), team.id, now), read)  # the policy stays alive
    return found


async def ask_about(session: Session, teams: Iterable[Team], now: datetime) -> None:
    """Asks once for all reps of these teams what `standings` asks for those of one."""
    reps = {rep.email for team in teams for rep in team.reps}
    await absences.of(session, reps, now)
    await people.inactive(session, reps)
