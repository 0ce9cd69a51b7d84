"""Leads that nearly qualify: when they are listed, the nearest first, and how each of them stands meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.business_time import opening_after
from bot.domain.calendars import Calendar
from bot.domain.lead import Evidence, Facts, Gap, Near

MOST = 10
"""Leads of one list: more than that nobody reads."""
NOT_AGAIN_FOR = timedelta(weeks=4)
"""So long a lead is not listed again, unless something new was learned of it."""

How = Literal["near", "with sales", "back", "over", "far", "no consent", "erased"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead of a list as it stands now: still near, with sales (`by` whom, since when), or not to be had any more."""

    lead_id: str
    how: How
    facts: Facts
    near: Near | None = None
    met: Sequence[Evidence] = ()
    gaps: Sequence[Gap] = ()
    evidence_at: datetime | None = None
    by: str | None = None
    at: datetime | None = None
    claimed: bool = False


def week_begun(calendar: Calendar, now: datetime) -> str | None:
    """The ISO week, such as `2026-W47`, once the calendar has opened for the first time in it; before that, None."""
    local = now.astimezone(ZoneInfo(calendar.zone))
    monday = (local - timedelta(days=local.weekday())).date()
    midnight = datetime(monday.year, monday.month, monday.day, tzinfo=local.tzinfo)
    year, week, _ = monday.isocalendar()
    first = opening_after(calendar, midnight - timedelta(microseconds=1))
    return f"{year}-W{week:02}" if first <= now else None


def shortness(near: Near) -> tuple[int, int]:
    """How much is missing, criteria before points; the least first."""
    return len(near.criteria), near.fit + near.engagement
