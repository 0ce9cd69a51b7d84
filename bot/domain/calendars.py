"""When a team works, as a policy writes it: weekday words, local intervals, public holidays, closed days."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import available_timezones

import holidays as public_holidays
from pydantic import AfterValidator, Field, model_validator

from bot.domain.values import Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INTERVAL = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9]) ?- ?([01][0-9]|2[0-4]):([0-5][0-9])")
MIDNIGHT = 24 * 60

Interval = tuple[int, int]
"""Local minutes of a day, from and to."""


def weekdays(written: str) -> tuple[int, ...]:
    """The days that `mon`, `mon-thu` or `fri-mon` name, Monday being 0; a range may run over the weekend.

    Raises:
        ValueError: when a word is no weekday.
    """
    first, dash, last = written.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError("write days as `mon` or `mon-fri`, with mon, tue, wed, thu, fri, sat, sun")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last if dash else first)
    return tuple((start + offset) % 7 for offset in range((end - start) % 7 + 1))


def interval(written: str) -> Interval:
    """The minutes that `09:00-12:30` names; `24:00` is allowed as an end.

    Raises:
        ValueError: when it cannot be read, or does not end after its start.
    """
    match = INTERVAL.fullmatch(written)
    if not match:
        raise ValueError("write hours as `09:00-17:00`")
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if end > MIDNIGHT:
        raise ValueError("a day ends at 24:00")
    if start >= end:
        raise ValueError("the end must be after the start; write a night as two days, up to 24:00 and from 00:00")
    return start, end


def _readable_by(parse: Callable[[str], object]) -> AfterValidator:
    def check(written: str) -> str:
        parse(written)
        return written

    return AfterValidator(check)


@lru_cache
def _known_zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        near = get_close_matches(name, zones, 1)
        raise ValueError(f"unknown time zone; did you mean `{near[0]}`?" if near else "unknown time zone")
    return name


class Holidays(Value):
    """Public holidays by ISO country code and subdivision."""

    country: str
    subdivision: str | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        regions = public_holidays.list_supported_countries(include_aliases=True)
        if self.country not in regions:
            raise ValueError(f"no public holidays are known for country `{self.country}`")
        if self.subdivision is not None and self.subdivision not in regions[self.country]:
            raise ValueError(f"`{self.subdivision}` is no subdivision of {self.country}")
        return self

    def of(self, year: int) -> frozenset[date]:
        """Every public holiday of a year."""
        return frozenset(public_holidays.country_holidays(self.country, subdiv=self.subdivision, years=year))


class Calendar(Value):
    """When a team works. `hours` maps `mon` or `mon-thu` to local intervals; several a day are fine (lunch)."""

    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    hours: Mapping[Annotated[str, _readable_by(weekdays)], tuple[Annotated[str, _readable_by(interval)], ...]] = Field(
        default_factory=lambda: {"mon-fri": ("09:00-17:00",)}
    )
    holidays: Holidays | None = None
    closed: tuple[date, ...] = ()

    def __hash__(self) -> int:
        return hash((self.zone, frozenset(self.hours.items()), self.holidays, self.closed))

    @model_validator(mode="after")
    def _opens_once_at_a_time(self) -> Self:
        week = self._written_week()
        if not any(week):
            raise ValueError("`hours` must name some open time")
        for name, day in zip(WEEKDAYS, week, strict=True):
            if any(earlier[1] > later[0] for earlier, later in pairwise(day)):
                raise ValueError(f"`hours` overlap on {name}")
        return self

    def _written_week(self) -> list[list[Interval]]:
        week: list[list[Interval]] = [[] for _ in WEEKDAYS]
        for days, intervals in self.hours.items():
            for day in weekdays(days):
                week[day].extend(map(interval, intervals))
        return [sorted(day) for day in week]

    @property
    def week(self) -> tuple[tuple[Interval, ...], ...]:
        """The open intervals of Monday to Sunday in order; those of a day that touch are one."""
        return tuple(tuple(_joined(day)) for day in self._written_week())


def _joined(day: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for start, end in day:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
