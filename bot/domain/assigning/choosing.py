"""Which rep of a team gets a lead: who can, who suits it best, and of these whose turn it is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from bot.domain.assigning.choice import MISSED_BY_HOURS, By, CapOf, Choice, Obstacle, Seen
from bot.domain.assigning.ledger import Ledger, by_turn, in_turn, turns, weights_of
from bot.domain.availability import Standing
from bot.domain.judging.conditions import Profile, meets
from bot.domain.teams import Rep, Rule, Segment, Team


@dataclass(frozen=True, slots=True)
class Work:
    """What a rep has been given: leads of today and of this week, and those that wait for them now."""

    day: int = 0
    week: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lead that looks for a rep; `greatest` is the most that any lead counts as."""

    lead: str
    profile: Profile
    value: int = 1
    greatest: int = 1
    skills: tuple[str, ...] = ()
    passed_on: frozenset[str] = frozenset()
    not_asked: frozenset[str] = frozenset()

    @property
    def language(self) -> str | None:
        return _primary(self.profile.facts.language)


@dataclass(frozen=True, slots=True)
class Reps:
    """The reps of a team at one moment."""

    team: Team
    standings: Mapping[str, Standing]
    work: Mapping[str, Work] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=lambda: Ledger(behind={}))


NO_WORK = Work()


def _primary(language: str | None) -> str | None:
    """`de` of `de-AT`."""
    return language.split("-")[0].casefold() if language else None


def seen(reps: Reps, wanted: Wanted) -> dict[str, Seen]:
    """How each rep stands to this lead, and what keeps them from it."""
    return {rep.email: _seen(rep, reps, wanted) for rep in reps.team.reps}


def _seen(rep: Rep, reps: Reps, wanted: Wanted) -> Seen:
    work = reps.work.get(rep.email, NO_WORK)
    obstacle = _obstacle(rep, reps.standings.get(rep.email), wanted)
    if obstacle is None:
        full = (Seen(no="cap", cap=cap, had=had, most=most) for cap, had, most in caps(rep, work) if had >= most)
        obstacle = next(full, Seen(open=work.open if reps.team.hands_out == "load" else None))
    return obstacle.model_copy(update={"behind": turns(reps.ledger.of(rep.email))})


def _obstacle(rep: Rep, standing: Standing | None, wanted: Wanted) -> Seen | None:
    """What keeps a rep from the lead beside their cap: first what no time changes."""
    obstacles: tuple[tuple[Obstacle, bool], ...] = (
        ("passed on", rep.email in wanted.passed_on),
        ("not asked", rep.email in wanted.not_asked),
        ("deactivated", standing is None or standing.why == "deactivated"),
        ("takes", rep.takes is not None and not meets(rep.takes, wanted.profile)),
    )
    no = next((obstacle for obstacle, holds in obstacles if holds), None)
    if no or standing is None:
        return Seen(no=no or "deactivated")
    return None if standing.on_shift else Seen(no=standing.why, until=standing.until)


def caps(rep: Rep, work: Work) -> Iterator[tuple[CapOf, int, int]]:
    if rep.daily_cap:
        yield "day", work.day, rep.daily_cap
    if rep.weekly_cap:
        yield "week", work.week, rep.weekly_cap
    if rep.open_cap:
        yield "open", work.open, rep.open_cap


def able(everybody: Mapping[str, Seen]) -> list[str]:
    return [rep for rep, one in everybody.items() if one.no is None]


def could(everybody: Mapping[str, Seen]) -> list[str]:
    """Those whom nothing but hours, an absence or a cap keeps from it."""
    return [rep for rep, one in everybody.items() if one.no in {None, "cap"} or one.no in MISSED_BY_HOURS]


def preferred(team: Team, reps: Collection[str], wanted: Wanted) -> tuple[list[str], dict[str, Seen]]:
    """Those of them who suit the lead best, and why not the others: first by skill, then by language."""
    kept, others = [rep for rep in team.reps if rep.email in reps], dict[str, Seen]()
    skilled = [rep for rep in kept if set(rep.skills) & set(wanted.skills)]
    if skilled and len(skilled) < len(kept):
        others |= {rep.email: Seen(no="skill") for rep in kept if rep not in skilled}
        kept = skilled
    speaking = [rep for rep in kept if wanted.language and wanted.language in map(_primary, rep.speaks)]
    if speaking and len(speaking) < len(kept):
        others |= {rep.email: Seen(no="language") for rep in kept if rep not in speaking}
        kept = speaking
    return [rep.email for rep in kept], others


def in_order(reps: Reps, candidates: Collection[str], wanted: Wanted) -> list[str]:
    """The candidates as the team hands out: by turns, or those with the least open work for their weight first."""
    weights = weights_of(reps.team, candidates)
    turn = by_turn(reps.ledger, weights, wanted.value, wanted.greatest, wanted.lead) if weights else []
    if reps.team.hands_out != "load":
        return turn
    return sorted(turn, key=lambda rep: Fraction(reps.work.get(rep, NO_WORK).open, weights[rep]))


def would_have(reps: Reps, everybody: Mapping[str, Seen], wanted: Wanted) -> set[str]:
    """Those who would have been chosen, had they alone been on shift too, or below their cap."""
    now = able(everybody)
    return {
        rep
        for rep, one in everybody.items()
        if (one.no in MISSED_BY_HOURS or one.no == "cap") and _first(reps, [*now, rep], wanted) == rep
    }


def _first(reps: Reps, candidates: Collection[str], wanted: Wanted) -> str:
    return in_order(reps, preferred(reps.team, candidates, wanted)[0], wanted)[0]


def waits_for_hours(standing: Standing) -> bool:
    """Whether a lead may wait for them: they are off shift, not away; or on shift, and at their cap."""
    return standing.on_shift or standing.why in {"off shift", "do not disturb"}


def back_at(everybody: Mapping[str, Seen], reps: Reps, now: datetime, soon: timedelta) -> datetime | None:
    """When the first of those who could have the lead can; None when nobody knows. A full hand may be empty `soon`."""
    moments = [reps.standings[rep].until for rep in could(everybody)]
    if any(one.cap == "open" and reps.standings[rep].on_shift for rep, one in everybody.items()):
        moments.append(now + soon)
    return min(filter(None, moments), default=None)


def snapshot(
    by: By,
    reps: Reps,
    wanted: Wanted,
    *,
    rule: Rule | None = None,
    segment: Segment | None = None,
    instead_of: str | None = None,
    keeper: str | None = None,
) -> Choice:
    """How everybody in the team stands to a lead, as it is kept; what it changes in the ledger is not in it yet."""
    everybody = seen(reps, wanted)
    free = able(everybody)
    candidates, others = preferred(reps.team, free, wanted)
    everybody |= {rep: one.model_copy(update={"no": others[rep].no}) for rep, one in everybody.items() if rep in others}
    would = would_have(reps, everybody, wanted)
    everybody |= {rep: everybody[rep].model_copy(update={"after_all": True}) for rep in would}
    suited = {one.no for one in others.values()}
    return Choice(
        by=by,
        team=reps.team.id,
        rule=rule.id if rule else None,
        segment=segment.id if segment else None,
        instead_of=instead_of,
        skills=wanted.skills if "skill" in suited else (),
        language=wanted.language if "language" in suited else None,
        keeper=keeper,
        value=wanted.value,
        reps=everybody,
        next=_next(reps, candidates, wanted) if by in {"turn", "load"} else None,
    )


def _next(reps: Reps, candidates: Collection[str], wanted: Wanted) -> str | None:
    """Whose turn it would be at the next lead of the same kind."""
    if len(candidates) < 2:
        return None
    first = in_order(reps, candidates, wanted)[0]
    entry = in_turn(first, weights_of(reps.team, candidates), wanted.value, wanted.lead)
    work = {**reps.work, first: replace(reps.work.get(first, NO_WORK), open=reps.work.get(first, NO_WORK).open + 1)}
    return in_order(replace(reps, work=work, ledger=reps.ledger.booked(entry)), candidates, wanted)[0]
