"""Who can take a lead now, and when the others can: by their hours, and by what keeps them away."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.business_time import is_open, opened_or_opens, opening_after
from bot.domain.calendars import Calendar
from bot.domain.policy import DEFAULT_CALENDAR, Policy
from bot.domain.teams import Rep, Team
from bot.domain.values import Value

Source = Literal["self", "manager", "status", "dnd", "baton"]
Why = Literal["on shift", "off shift", "away", "do not disturb", "off duty", "deactivated"]


class Absence(Value):
    """When somebody gets no leads, by whose word; without an end, until they say that they are back."""

    id: int = 0
    person: str
    starts_at: datetime
    ends_at: datetime | None = None
    source: Source
    by: str
    why: str | None = None

    def covers(self, at: datetime) -> bool:
        """Whether they are away then: from the start on, and not at the end any more."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a rep can take a lead now, why or why not, and when their next shift begins."""

    on_shift: bool
    why: Why
    until: datetime | None
    """The next beginning of a shift after now, also for whoever is on shift; None when nobody knows."""


WHY: tuple[tuple[Why, Collection[Source]], ...] = (
    ("off duty", {"baton"}),
    ("away", {"self", "manager", "status"}),
    ("do not disturb", {"dnd"}),
)
"""What is said of somebody who is away for several reasons: the first of these."""
GONE = Standing(on_shift=False, why="deactivated", until=None)


def standing(hours: Calendar, absences: Collection[Absence], now: datetime) -> Standing:
    """How somebody with these hours and absences stands now."""
    running = {one.source for one in absences if one.covers(now)}
    shift = is_open(hours, now)
    why = next((why for why, sources in WHY if running & set(sources)), None)
    if not shift and why in {None, "do not disturb"}:
        why = "off shift"
    return Standing(why is None, why or "on shift", _next_shift(hours, absences, now))


def _next_shift(hours: Calendar, absences: Collection[Absence], now: datetime) -> datetime | None:
    """The first instant after now at which they begin to work; every absence is passed once at most."""
    at = max((one.ends_at for one in absences if one.covers(now) and one.ends_at), default=None)
    try:
        at = opened_or_opens(hours, at) if at else opening_after(hours, now)
        while kept := [one for one in absences if one.covers(at)]:
            ends = [one.ends_at for one in kept if one.ends_at]
            if len(ends) < len(kept):
                return None
            at = opened_or_opens(hours, max(ends))
    except ValueError:  # these hours never open
        return None
    return at


def standings(
    policy: Policy, team: Team, absences: Iterable[Absence], gone: Collection[str], now: datetime
) -> dict[str, Standing]:
    """How each rep of a team stands; Slack's word counts where the policy lets it."""
    theirs: dict[str, list[Absence]] = {rep.email: [] for rep in team.reps}
    for one in absences:
        if one.person in theirs and _counts(policy, one):
            theirs[one.person].append(one)
    return {
        rep.email: GONE if rep.email in gone else standing(hours_of(policy, team, rep), theirs[rep.email], now)
        for rep in team.reps
    }


def _counts(policy: Policy, absence: Absence) -> bool:
    given = policy.assignment
    return {"status": given.slack_status, "dnd": given.do_not_disturb}.get(absence.source, True)


def hours_of(policy: Policy, team: Team, rep: Rep) -> Calendar:
    """When a rep works: their own calendar where they have one, else that of the team."""
    of_team = policy.calendar(team.id)
    return policy.calendars.get(rep.calendar, of_team) if rep.calendar else of_team


def working_hours(policy: Policy, person: str) -> Calendar:
    """When somebody works: as a rep, else as one who leads a team, else as everybody does."""
    for team in policy.teams:
        if rep := team.rep(person):
            return hours_of(policy, team, rep)
    led = next((team for team in policy.teams if person in {team.manager, team.director}), None)
    return policy.calendar(led.id) if led else policy.calendars.get("default", DEFAULT_CALENDAR)


def next_shift(standings: Mapping[str, Standing]) -> datetime | None:
    """When the first of them begins a shift; None when nobody knows."""
    return min((one.until for one in standings.values() if one.until), default=None)
