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
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from bot.domain.values import Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = r"([01][0-9]|2[0-4]):([0-5][0-9])"
INTERVAL = re.compile(f"{TIME} ?- ?{TIME}")
MIDNIGHT = 24 * 60
CLOSED = "closed"

Interval = tuple[int, int]
"""Local minutes of a day, from and to; a shift that runs past midnight ends after minute 1440."""


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
    """The minutes that `09:00-12:30` names; `22:00-06:00` ends on the day after, and `24:00` is allowed as an end.

    Raises:
        ValueError: when it cannot be read, or names no time at all.
    """
    match = INTERVAL.fullmatch(written)
    if not match:
        raise ValueError("write hours as `09:00-17:00`")
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(start, end) > MIDNIGHT:
        raise ValueError("a day ends at 24:00")
    if start == MIDNIGHT:
        raise ValueError("write the time after midnight as `00:00`, on the day after")
    if start == end:
        raise ValueError("this starts and ends at the same time; write a whole day as `00:00-24:00`")
    return start, end + MIDNIGHT * (end < start)


def time_of_day(written: str) -> int:
    """The minute that `15:00` names.

    Raises:
        ValueError: when it is no time of a day.
    """
    match = re.fullmatch(TIME, written)
    minute = int(match[1]) * 60 + int(match[2]) if match else MIDNIGHT
    if minute >= MIDNIGHT:
        raise ValueError("write a time of day such as `15:00`")
    return minute


def as_time(minute: int) -> str:
    """`15:00`; of a minute after midnight, the time on the day after."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


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

    def of(self, year: int) -> Mapping[date, str]:
        """Every public holiday of a year and its name, in English where it has one."""
        return dict(
            public_holidays.country_holidays(self.country, subdiv=self.subdivision, years=year, language="en_US")
        )


TimeOfDay = Annotated[
    str,
    BeforeValidator(lambda written: written if isinstance(written, str) else str(written)),
    _readable_by(time_of_day),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]


class Calendar(Value):
    """When a team works. `hours` maps `mon` or `mon-thu` to local intervals; several a day are fine (lunch).

    A shift that runs past midnight is of the day on which it starts, and so is all that is promised in it.
    """

    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    hours: Mapping[Annotated[str, _readable_by(weekdays)], tuple[Annotated[str, _readable_by(interval)], ...]] = Field(
        default_factory=lambda: {"mon-fri": ("09:00-17:00",)}
    )
    holidays: Holidays | None = None
    closed: tuple[date, ...] = ()
    cut_off: TimeOfDay | None = None
    """From this time on, what is promised for the same business day is promised for the next working day."""

    def __hash__(self) -> int:
        return hash((self.zone, frozenset(self.hours.items()), self.holidays, self.closed, self.cut_off))

    @model_validator(mode="after")
    def _opens_once_at_a_time(self) -> Self:
        week = self._written_week()
        if not any(week):
            raise ValueError("`hours` must name some open time")
        for name, day in zip(WEEKDAYS, week, strict=True):
            if any(earlier[1] > later[0] for earlier, later in pairwise(day)):
                raise ValueError(f"`hours` overlap on {name}")
        for number, name in enumerate(WEEKDAYS):
            before, day = WEEKDAYS[number - 1], week[number]
            over = max((end for _, end in week[number - 1]), default=0) - MIDNIGHT
            if day and over > day[0][0]:
                raise ValueError(f"`hours` overlap on {name}: the shift of {before} runs to {as_time(over)} there")
        return self

    @model_validator(mode="after")
    def _cut_off_is_in_the_day(self) -> Self:
        week = self.week
        worked = [(name, day, cut) for name, day, cut in zip(WEEKDAYS, week, self.cut_offs, strict=True) if day]
        for name, day, cut in worked:
            if cut is not None and cut <= day[0][0]:
                raise ValueError(
                    f"`cut_off` {self.cut_off} is before anybody starts on {name} ({as_time(day[0][0])}); "
                    "all of that day would be too late: choose a later time"
                )
        if self.cut_off and all(cut is not None and cut >= day[-1][1] for _, day, cut in worked):
            raise ValueError(
                f"`cut_off` {self.cut_off} is after closing on every day, so it changes nothing: choose an earlier time"
            )
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

    @property
    def cut_offs(self) -> tuple[int | None, ...]:
        """The minute of each weekday from which on it is too late for that day, in a night shift after midnight."""
        if self.cut_off is None:
            return (None,) * len(WEEKDAYS)
        minute = time_of_day(self.cut_off)
        return tuple(
            minute + MIDNIGHT if day and minute < day[0][0] and day[-1][1] > MIDNIGHT else minute for day in self.week
        )

    def days_off(self, year: int) -> Mapping[date, str]:
        """Every day of a year on which nobody starts work though the weekday has hours, and what it is called."""
        named = {day: CLOSED for day in self.closed if day.year == year}
        return {**named, **(self.holidays.of(year) if self.holidays else {})}


def _joined(day: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for start, end in day:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
