"""What a rep does with a lead they accepted: one transaction each, decided under the lead's lock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.calendars import Calendar
from bot.domain.deciding import working
from bot.domain.handoff import Agreement, Change, Handoff, Refusal
from bot.domain.touches import WAITS
from bot.usecases.deciding.handoffs import by_rule, decide
from bot.usecases.qualifying import intake
from bot.usecases.qualifying.telling import Result
from storage.database import Database, Session
from storage.deciding import handoffs, waits
from storage.identifying import leads, merges
from storage.qualifying import outcomes
from storage.tables import FollowUpRow, LeadRow

KNOWN_ALREADY = Refusal("This is written down already.")
DAY = timedelta(days=1)
NOT_YET = Refusal("This day has not come yet.")


async def log_follow_up(
    database: Database,
    handoff_id: str,
    by: str,
    how: str,
    outcome: str,
    note: str | None,
    now: datetime,
    *,
    request: str | None = None,
) -> Change | Refusal:
    """Records the touch, and ends the clock where all is done that was promised."""

    async def decision(session: Session, _l: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        decided = working.follow_up(handoff, by, agreement, now, came=outcome)
        if isinstance(decided, Change):
            row = FollowUpRow(handoff_id=handoff.id, by=by, at=now, how=how, outcome=outcome, note=note)
            await handoffs.add_follow_up(session, row)
        return decided

    return await decide(database, handoff_id, now, decision, request)


async def called(
    database: Database, handoff_id: str, by: str, now: datetime, *, came: str, request: str | None = None
) -> Change | Refusal:
    """A call, logged with one click."""
    return await log_follow_up(database, handoff_id, by, "call", came, None, now, request=request)


reached = partial(called, came="reached")
no_answer = partial(called, came="no_answer")


async def pause(
    database: Database,
    handoff_id: str,
    by: str,
    day: date,
    why: str | None,
    now: datetime,
    *,
    request: str | None = None,
) -> Change | Refusal:
    """Waits for the prospect until work begins on that day; the log keeps why."""

    async def decision(session: Session, _l: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        until = working.morning_of(day, hours_of(handoff, agreement))
        waited = await waits.of_handoff(session, handoff.id, handoff.accepted_at or handoff.created_at)
        decided = working.pause(handoff, by, until, agreement, now, waited=waited)
        if isinstance(decided, Change):
            row = FollowUpRow(handoff_id=handoff.id, by=by, at=now, how=WAITS, outcome=WAITS, note=why)
            await handoffs.add_follow_up(session, row)
        return decided

    return await decide(database, handoff_id, now, decision, request)


async def resume(
    database: Database, handoff_id: str, by: str, now: datetime, *, request: str | None = None
) -> Change | Refusal:
    rule = by_rule(lambda handoff, agreement: working.resume(handoff, by, agreement, now))
    return await decide(database, handoff_id, now, rule, request)


async def report(
    database: Database,
    handoff_id: str,
    by: str,
    result: Callable[[datetime], Result],
    day: date | None,
    now: datetime,
    *,
    request: str | None = None,
) -> Change | Refusal:
    """Stores what became of the lead on that day (none: now); as if sales' own system had told, but with its teller."""

    async def decision(session: Session, lead: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        at = moment_of(day, hours_of(handoff, agreement), now)
        if at is None:
            return NOT_YET
        told = result(at)
        decided = working.report(handoff, told.kind, by, agreement, now)
        if isinstance(decided, Refusal):
            return decided
        person = await leads.get(session, lead.merged_into or lead.id)
        known = await outcomes.of_lead(session, person.id)
        if any(_same_day(told, one) for one in known):
            return KNOWN_ALREADY
        stage = await intake.note_result(session, person, handoff.id, told, now)
        return replace(decided, stage=stage) if stage else KNOWN_ALREADY

    return await decide(database, handoff_id, now, decision, request, lock=_lock_person)


def _same_day(told: Result, known: outcomes.Told) -> bool:
    """Whether this was told before, at another moment of what may be the same day."""
    said = (told.kind, told.amount, told.currency, told.reason)
    return said == (known.outcome, known.amount, known.currency, known.reason) and abs(told.at - known.at) < DAY


async def _lock_person(session: Session, handoff_id: str) -> LeadRow | None:
    """The lead itself, locked with all that are one person with it."""
    lead_id = await handoffs.lead_of(session, handoff_id)
    if lead_id is None:
        return None
    await merges.lock_person(session, lead_id)
    return await leads.get(session, lead_id)


def hours_of(handoff: Handoff, agreement: Agreement) -> Calendar:
    """When whoever has the lead works: their day is meant when they name one."""
    return agreement.hours_of(handoff.owner or "", handoff.team)


def moment_of(day: date | None, calendar: Calendar, now: datetime) -> datetime | None:
    """An instant of that day: now, where it is today, else its last; None for a day to come."""
    zone = ZoneInfo(calendar.zone)
    today = now.astimezone(zone).date()
    if day is None or day == today:
        return now
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return (midnight - timedelta(seconds=1)).astimezone(UTC) if day < today else None
