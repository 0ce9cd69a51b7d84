"""Reps who leave lead after lead to the clock get no more of them, until they say that they are back."""

from datetime import datetime

from bot.domain.availability import Absence
from bot.domain.handoff import BATON, Change, Handoff
from bot.domain.policy import Policy
from bot.domain.teams import Team
from bot.usecases.assigning.absences import off_duty_keys
from bot.usecases.assigning.releasing import leaders_of
from storage.accounting import history
from storage.assigning import absences, people, workload
from storage.database import Session
from storage.delivery import cards


async def alone(session: Session, change: Change, policy: Policy) -> None:
    """Before anything is written to a card: two who miss a lead at once are looked at one after the other."""
    if policy.assignment.off_duty_after is not None and change.offer_ended in workload.MISSED:
        await absences.alone_switching(session)


async def note_missed(session: Session, before: Handoff, change: Change, policy: Policy, now: datetime) -> None:
    """Switches the rep of an offer that was just missed off duty, if the policy says so of so many in a row.

    The last rep of a team who is on duty stays: somebody has to be asked. The caller has been `alone` since before.
    """
    most, rep = policy.assignment.off_duty_after, before.owner
    if most is None or rep is None or change.offer_ended not in workload.MISSED:
        return
    team = next((team for team in policy.teams if team.has(rep)), None)
    if team is None:
        return
    since = await absences.last_end(session, rep, "baton")
    if await workload.missed_in_a_row(session, rep, since, most) < most or await _must_stay(session, team, rep, now):
        return
    absence = Absence(person=rep, starts_at=now, source="baton", by=BATON)
    noted = await absences.add(session, absence, now)
    details = {"absence": noted, "missed": most}
    for key in off_duty_keys(policy, rep, noted):
        await cards.want(session, key, "off_duty", key.rpartition(":")[2], now, details=details)
    await history.append(session, now, "off duty", BATON, why={"person": rep, "missed": most})
    await cards.refresh_homes(session, {rep, *leaders_of(policy, rep)}, now)


async def _must_stay(session: Session, team: Team, rep: str, now: datetime) -> bool:
    """Whether they are off duty already, or nobody else of the team is left who will ever be asked."""
    reps = [one.email for one in team.reps]
    endless = {one.person for one in await absences.of(session, reps, now) if one.covers(now) and one.ends_at is None}
    gone = endless | await people.inactive(session, reps)
    return rep in endless or not set(reps) - gone - {rep}
