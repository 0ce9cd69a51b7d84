"""A manager gives the owner of a lead more time."""

from datetime import datetime

from bot.domain.deciding import managing
from bot.domain.durations import Duration
from bot.domain.handoff import Change, Event, Refusal
from bot.usecases.deciding import forms
from bot.usecases.deciding.handoffs import by_rule, decide
from storage.assigning import people
from storage.database import Database


async def opening(database: Database, handoff_id: str, by: str) -> tuple[forms.Opening, str | None] | Refusal:
    """What the form shows, and the owner's name, or why this person may give no time."""
    opened = await forms.opening(database, handoff_id, Event.EXTEND, by)
    if isinstance(opened, Refusal):
        return opened
    if refusal := managing.gives_no_time(opened.handoff, by):
        return refusal
    owner = opened.handoff.owner or ""
    async with database.read() as session:
        return opened, (await people.names(session, [owner])).get(owner)


async def extend(
    database: Database,
    handoff_id: str,
    by: str,
    more: Duration,
    why: str,
    now: datetime,
    *,
    request: str | None = None,
) -> Change | Refusal:
    """Moves the deadline and all that is still to ring, once for a request; the owner is told by whom and why."""
    rule = by_rule(lambda handoff, agreement: managing.extend(handoff, by, more, why, agreement, now))
    return await decide(database, handoff_id, now, rule, request)
