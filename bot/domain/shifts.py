"""What is shown of when people work: their own hours and holidays, and how their colleagues stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays as public_holidays

from bot.domain.availability import Absence, Standing
from bot.domain.calendars import Calendar

LOOKS_AHEAD = 366
"""Days in which the next public holiday is looked for."""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """When somebody works, what keeps them away now or later, and the next public holiday on one of their days."""

    person: str
    hours: Calendar
    absences: Sequence[Absence] = ()
    holiday: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """How one rep stands, and how many leads they have open and late."""

    person: str
    standing: Standing
    open: int = 0
    late: int = 0
    why: str | None = None
    """Why they are away, in the words of whoever said so."""


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A team as its manager sees it."""

    id: str
    colleagues: Sequence[Colleague]
    waiting: int = 0
    """Leads that wait for a rep."""


def next_holiday(hours: Calendar, today: date) -> tuple[date, str] | None:
    """The next public holiday on a day with working hours, today's too, by its name."""
    if hours.holidays is None:
        return None
    days = (today + timedelta(days=n) for n in range(LOOKS_AHEAD))
    named = _names(hours.holidays.country, hours.holidays.subdivision, today.year)
    return next(((day, named[day]) for day in days if day in named and hours.week[day.weekday()]), None)


@lru_cache(maxsize=64)
def _names(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    years = (year, year + 1)
    return dict(public_holidays.country_holidays(country, subdiv=subdivision, years=years, language="en_US").items())
