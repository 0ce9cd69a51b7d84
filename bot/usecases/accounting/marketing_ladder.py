"""What is due of marketing's promises, each decided again under its lead's lock."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.handoff import BATON
from bot.domain.marketing_clock import MarketingClock, hours_of, promise_of, ring
from bot.domain.policy import Policy
from bot.usecases.stepping import Taken, take_one, take_some
from storage.accounting import history, marketing_clocks, marketing_late
from storage.assigning import people
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies
from storage.tables import MarketingClockRow


async def ring_some(database: Database, now: datetime) -> Taken:
    """Rings one rung each of some promises of marketing's that are due, the longest due first."""
    return await take_some(database, MarketingClockRow, "marketing clock", _ring, now)


async def ring_one(database: Database, now: datetime) -> bool:
    """Rings one rung of one promise of marketing's that is due; false when none is.

    Raises:
        StepFailed: when it could not be decided; nothing of it is left, and it has been put off, alone.
    """
    return await take_one(database, MarketingClockRow, "marketing clock", _ring, now)


async def _ring(session: Session, clock_id: str, now: datetime) -> None:
    clock = await marketing_clocks.get_one(session, clock_id)
    own, found = await policies.of_version(session, clock.policy_version), await policies.in_force(session)
    current = found[1] if found else own
    promise = promise_of(own, clock.kind, clock.sla)
    rung = ring(clock, promise, hours_of(current, promise, clock.team), now)
    await marketing_clocks.step(session, clock, rung.next_at)
    if rung.do == "remind":
        await _remind(session, clock, now)
    else:
        await _escalate(session, clock, current, now)


async def _remind(session: Session, clock: MarketingClock, now: datetime) -> None:
    """In the thread of what marketing was told, where everybody who can answer sees it."""
    for told in await marketing_clocks.messages(session, clock):
        await cards.want(
            session,
            f"marketing_reminder:{clock.id}:{told.recipient}:{clock.step}",
            "marketing_reminder",
            told.recipient,
            now,
            handoff_id=clock.handoff_id,
            lead_id=None if clock.handoff_id else clock.lead_id,
            parent=told.key,
            details={"clock": clock.id},
        )
    await _append(session, clock, "marketing reminded", {}, now)


async def _escalate(session: Session, clock: MarketingClock, current: Policy, now: datetime) -> None:
    """To whoever leads marketing: one message a day each, to which everything late is added."""
    zone = ZoneInfo(current.calendar(clock.team or current.teams[0].id).zone)
    for person in sorted(await _leaders(session, current)):  # in the order in which their messages are locked elsewhere
        key = f"marketing_late:{now.astimezone(zone):%Y-%m-%d}:{person}"
        await cards.want(session, key, "marketing_late", person, now)
        await marketing_late.add(session, key, clock.id)
        await _append(session, clock, marketing_clocks.RAISED, {"list": key}, now)


async def _leaders(session: Session, current: Policy) -> Sequence[str]:
    """Whoever leads marketing; without one, or where they have no account any more, everybody in it."""
    lead = current.roles.marketing_lead
    people_named = ([lead] if lead else []), current.roles.marketing
    gone = await people.inactive(session, [person for named in people_named for person in named])
    return next((still for named in people_named if (still := [one for one in named if one not in gone])), ())


async def _append(session: Session, clock: MarketingClock, what: str, why: dict[str, str], now: datetime) -> None:
    told = {"due_at": (clock.due_at or now).isoformat(), **why}
    await history.append(session, now, what, BATON, lead_id=clock.lead_id, handoff_id=clock.handoff_id, why=told)
