"""Going away and coming back: noted once, and what waits or is left behind follows in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import away_words
from bot.domain.authority import Ask, Role, may_hold_leads, may_not, roles_of
from bot.domain.availability import Absence, Source, working_hours
from bot.domain.away_words import Away, Named, Picked, Speaker
from bot.domain.handoff import Refusal, State
from bot.domain.policy import Policy
from bot.usecases.assigning.releasing import leaders_of, release, teams_of
from bot.usecases.deciding.handoffs import TWICE
from storage.accounting import history, receipts
from storage.assigning import absences, people, workload
from storage.assigning.workload import Load
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies

OWN: tuple[Source, ...] = ("self", "manager")
ALL: tuple[Source, ...] = (*OWN, "status", "dnd", "baton")
NO_POLICY = Refusal("There is no policy yet, so nobody gets leads.")
NO_TEAM = ""
"""Of whoever is a rep of none: admins alone lead them."""
NO_REP = Refusal("You are in no team that gets leads. For a rep of yours, write `/lead away @name until fri`.")
UNKNOWN = Refusal("This is over already.")


@dataclass(frozen=True, slots=True)
class Left:
    """Who is away from when until when, and what they leave behind."""

    absence: Absence
    load: Load


@dataclass(frozen=True, slots=True)
class Back:
    """Who is back, how many leads that waited are looked at now, and whether something else keeps them away still."""

    person: str
    released: int
    still: bool


async def leave_by_words(
    database: Database, written: str, by: str, now: datetime, *, request: str | None = None
) -> Left | Refusal:
    """What somebody typed after `/lead away`."""
    async with database.read() as session:
        found = await policies.in_force(session)
        if found is None:
            return NO_POLICY
        policy = found[1]
        told = away_words.whom(written, await _known(session, policy))
        if isinstance(told, Refusal):
            return told
        person, rest = told[0] or by, told[1]
        away = away_words.read(rest, await _speaker(session, policy, person, by, now))
    return away if isinstance(away, Refusal) else await leave(database, person, away, by, now, request=request)


async def read_form(
    database: Database, person: str, start: Picked, end: Picked, by: str, now: datetime
) -> Away | Refusal:
    """What somebody picked in the form, in their own time zone."""
    async with database.read() as session:
        found = await policies.in_force(session)
        if found is None:
            return NO_POLICY
        speaker = await _speaker(session, found[1], person, by, now)
    return away_words.between(start, end, speaker)


async def leave(
    database: Database,
    person: str,
    away: Away,
    by: str,
    now: datetime,
    *,
    why: str | None = None,
    request: str | None = None,
) -> Left | Refusal:
    """From then on they get no leads; what they said before of the same time is replaced."""
    async with database.write() as session:
        policy = await _allowed(session, person, by, now, request, to_a_rep=True)
        if isinstance(policy, Refusal):
            return policy
        for earlier in await absences.of(session, [person], now):
            if earlier.source in OWN and _overlap(earlier, away):
                await absences.end_one(session, earlier.id, now)
        source: Source = "self" if by == person else "manager"
        absence = Absence(person=person, starts_at=away.starts_at, ends_at=away.ends_at, source=source, by=by, why=why)
        noted = absence.model_copy(update={"id": await absences.add(session, absence, now)})
        await release(session, policy, teams_of(policy, person), now)
        until = away.ends_at.isoformat() if away.ends_at else None
        told = {"person": person, "from": away.starts_at.isoformat(), "until": until}
        await history.append(session, now, "away", by, why=told)
        await _show(session, policy, person, now)
        load = (await workload.of(session, [person], now)).get(person, Load())
    return Left(noted, load)


async def come_back(
    database: Database, person: str, by: str, now: datetime, *, request: str | None = None
) -> Back | Refusal:
    """Whatever keeps them away is over, Slack's word too until it says something new; what waits is looked at."""
    async with database.write() as session:
        policy = await _allowed(session, person, by, now, request)
        if isinstance(policy, Refusal):
            return policy
        running = [one.id for one in await absences.of(session, [person], now) if one.covers(now)]
        if not await absences.end(session, person, ALL, now):
            return Refusal("You are not away." if by == person else f"<@{person}> is not away.")
        return await _returned(session, policy, person, by, running, now)


async def come_back_by_words(database: Database, written: str, by: str, now: datetime) -> Back | Refusal:
    """What somebody typed after `/lead back`."""
    async with database.read() as session:
        found = await policies.in_force(session)
        if found is None:
            return NO_POLICY
        told = away_words.whom(written, await _known(session, found[1]))
    return told if isinstance(told, Refusal) else await come_back(database, told[0] or by, by, now)


async def remove(
    database: Database, absence_id: int, by: str, now: datetime, *, request: str | None = None
) -> Back | Refusal:
    """Takes back one absence that was noted, as if it had not been, as far as it is still to come."""
    async with database.write() as session:
        absence = await absences.get(session, absence_id)
        if absence is None or (absence.ends_at and absence.ends_at <= now):
            return UNKNOWN
        policy = await _allowed(session, absence.person, by, now, request)
        if isinstance(policy, Refusal):
            return policy
        await absences.end_one(session, absence_id, now)
        return await _returned(session, policy, absence.person, by, [absence_id], now)


async def give_away(
    database: Database, person: str, states: Collection[State], by: str, now: datetime, *, request: str | None = None
) -> int | Refusal:
    """What they hold in these states goes back to routing; how many leads that are."""
    async with database.write() as session:
        policy = await _allowed(session, person, by, now, request)
        if isinstance(policy, Refusal):
            return policy
        given = await workload.give_back(session, person, states, now)
        if given:
            await history.append(session, now, "leads given to colleagues", by, why={"person": person, "number": given})
        return given


async def _allowed(
    session: Session, person: str, by: str, now: datetime, request: str | None, *, to_a_rep: bool = False
) -> Policy | Refusal:
    """The policy in force, where it lets one say when the other is away and this did not come before."""
    found = await policies.in_force(session)
    policy = found[1] if found else None
    refusal = why_not(policy, person, by)
    if refusal or policy is None:
        return refusal or NO_POLICY
    if to_a_rep and not teams_of(policy, person):
        return NO_REP if by == person else Refusal(f"<@{person}> is in no team that gets leads.")
    if request and not await receipts.done(session, request, now):
        return TWICE
    return policy


async def _returned(
    session: Session, policy: Policy, person: str, by: str, over: Collection[int], now: datetime
) -> Back:
    released = await release(session, policy, teams_of(policy, person), now)
    await history.append(session, now, "back", by, why={"person": person})
    await cards.refresh_these(session, [key for one in over for key in off_duty_keys(policy, person, one)], now)
    await _show(session, policy, person, now)
    still = any(one.covers(now) for one in await absences.of(session, [person], now))
    return Back(person, released, still)


def off_duty_keys(policy: Policy, person: str, absence_id: int) -> list[str]:
    """Of the messages which say that somebody was switched off duty."""
    managers = [team.manager for team in policy.teams if team.has(person)]
    return [f"off duty:{absence_id}:{one}" for one in dict.fromkeys((person, *managers))]


async def _show(session: Session, policy: Policy, person: str, now: datetime) -> None:
    await cards.refresh_homes(session, {person, *leaders_of(policy, person), *policy.roles.admins}, now)


def why_not(policy: Policy | None, person: str, by: str) -> Refusal | None:
    """Why one may not say when the other is away."""
    if policy is None:
        return NO_POLICY
    if by == person:
        return may_not(Ask.AWAY, roles_of(by, policy), policy)
    over_them = (roles_of(by, policy, team) for team in teams_of(policy, person) or [NO_TEAM])
    return may_not(Ask.SEND_AWAY, frozenset[Role]().union(*over_them), policy)


def _overlap(absence: Absence, away: Away) -> bool:
    ends_first = absence.ends_at is not None and absence.ends_at <= away.starts_at
    begins_later = away.ends_at is not None and away.ends_at <= absence.starts_at
    return not (ends_first or begins_later)


async def _known(session: Session, policy: Policy) -> dict[str, Named]:
    rows = await people.known(session, may_hold_leads(policy))
    return {row.slack_id: Named(row.name, row.email) for row in rows}


async def _speaker(session: Session, policy: Policy, person: str, by: str, now: datetime) -> Speaker:
    """Read in the zone of whoever speaks, else of whom it is about; the hours are theirs."""
    hours, row = working_hours(policy, person), await people.get(session, by)
    return Speaker(ZoneInfo((row and row.time_zone) or hours.zone), hours, now)
