"""Leads that wait for a rep are looked at again as soon as somebody may take them, one after another."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.domain.availability import next_shift
from bot.domain.policy import Policy
from bot.usecases.assigning.availability import standings
from storage.assigning import people, workload
from storage.assigning.workload import Waiting
from storage.database import Session
from storage.governing import policies


async def release(session: Session, policy: Policy, teams: Collection[str], now: datetime) -> int:
    """What waits for these teams falls due once anybody of them is on shift, so far apart as the policy says.

    The caller holds no lead's lock yet. Gives how many are looked at from now on.
    """
    waiting = await workload.lock_waiting(session, teams, now)
    released = 0
    for team in (team for team in policy.teams if team.id in {one.team for one in waiting}):
        theirs = await standings(session, policy, team, now)
        opens = now if any(one.on_shift for one in theirs.values()) else next_shift(theirs)
        if opens is None:
            continue
        own = [one for one in waiting if one.team == team.id]
        for one, at in _one_by_one(policy, own, opens):
            if at < one.due_at:
                await workload.fall_due(session, one.handoff_id, at)
                released += opens == now
    return released


async def seen_again(session: Session, person: str, now: datetime) -> None:
    """The account of somebody who had left is in use again: what waits for their teams is looked at."""
    found = await policies.in_force(session)
    teams = teams_of(found[1], person) if found else []
    await workload.lock_waiting(session, teams, now)  # before the person: leads are locked first everywhere
    await people.seen(session, person, True, now)
    if found:
        await release(session, found[1], teams, now)


def _one_by_one(policy: Policy, waiting: Iterable[Waiting], opens: datetime) -> Iterable[tuple[Waiting, datetime]]:
    every, slot = timedelta(seconds=policy.assignment.release_every.amount), 0
    for one in waiting:
        if policy.clock(one.sla, "acceptance").is_urgent:
            yield one, opens
        else:
            yield one, opens + every * slot
            slot += 1


def teams_of(policy: Policy, person: str) -> list[str]:
    """The teams in which somebody is a rep."""
    return [team.id for team in policy.teams if team.has(person)]


def leaders_of(policy: Policy, person: str) -> set[str]:
    """The managers and directors of somebody's teams."""
    teams = [team for team in policy.teams if team.has(person)]
    return {one for team in teams for one in (team.manager, team.director) if one}
