"""What a new policy changes in who gets which lead: teams, reps, segments, and what holds for all of them."""

from collections.abc import Iterator, Mapping

from bot.domain.governing.differing import Name, came_or_went, every, moved, pairs, renamed
from bot.domain.policy import Policy
from bot.domain.references import HandsOut
from bot.domain.teams import Rep, Team

HANDED_OUT: Mapping[HandsOut | None, str] = {
    None: "by turns",
    "turns": "by turns",
    "load": "by open work",
    "claim": "to who claims first",
}


def team_changes(before: Policy, after: Policy, name: Name) -> Iterator[str]:
    """Teams, and the reps in them."""
    teams = {team.id: team for team in before.teams}, {team.id: team for team in after.teams}
    for team in every(*teams):
        old, new = (side.get(team) for side in teams)
        if old and new:
            yield from _team(old, new, name)
        else:
            yield f"{'New team' if new else 'Team gone'}: {team}"


def _team(old: Team, new: Team, name: Name) -> Iterator[str]:
    about = f"Team {new.id}"
    yield from moved(about, "manager", name(old.manager), name(new.manager))
    directors = (one.director and name(one.director) for one in (old, new))
    yield from moved(about, "director", *directors)
    yield from moved(about, "calendar", old.calendar, new.calendar)
    yield from moved(about, "hands out", HANDED_OUT[old.hands_out], HANDED_OUT[new.hands_out])
    yield from moved(about, "backup", old.backup, new.backup)
    yield from ([f"{about}: another channel"] if old.channel != new.channel else [])
    reps = {rep.email: rep for rep in old.reps}, {rep.email: rep for rep in new.reps}
    for person in every(*reps):
        was, is_now = (side.get(person) for side in reps)
        if was and is_now:
            yield from _rep(f"{about}, {name(person)}", was, is_now)
        else:
            yield f"{about}: {name(person)} is {'in' if is_now else 'out'}"


def _rep(about: str, old: Rep, new: Rep) -> Iterator[str]:
    yield from moved(about, "weight", old.weight, new.weight)
    yield from moved(about, "daily cap", old.daily_cap, new.daily_cap)
    yield from moved(about, "weekly cap", old.weekly_cap, new.weekly_cap)
    yield from moved(about, "cap on open leads", old.open_cap, new.open_cap)
    yield from moved(about, "calendar", old.calendar, new.calendar, nothing="the team's")
    yield from moved(about, "speaks", old.speaks, new.speaks)
    yield from moved(about, "skills", old.skills, new.skills)
    yield from ([f"{about}: takes other leads"] if old.takes != new.takes else [])


def segment_changes(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    """Segments, and the rules that name teams."""
    for old, new in pairs(before.segments, after.segments):
        yield from came_or_went("segment", old, new)
        if old and new:
            yield from renamed(old, new)
            yield from moved(new.label, "turns a lead counts as", old.value, new.value)
            yield from ([f"{new.label}: other leads"] if old.when != new.when else [])
    kept = [[one.id for one in side.segments] for side in (before, after)]
    if kept[0] != kept[1] and sorted(kept[0]) == sorted(kept[1]):
        yield "Segments are asked in another order"
    if before.routing != after.routing:
        yield "Which team gets which lead changes"


def assignment_changes(before: Policy, after: Policy, name: Name) -> Iterator[str]:
    """What holds for all teams when a lead is given to a rep."""
    old, new = before.assignment, after.assignment
    for words, field in STICKY.items():
        yield from moved("Before any rule", words, getattr(old.sticky, field), getattr(new.sticky, field))
    catches = (one.catch_all and name(one.catch_all) for one in (old, new))
    yield from moved("Leads nobody takes", "go to", *catches, nothing="the manager")
    yield from moved("Leads that waited for a shift", "come every", old.release_every, new.release_every)
    yield from moved(
        "Off duty", "after so many missed leads in a row", old.off_duty_after, new.off_duty_after, nothing="never"
    )
    yield from moved("A status in Slack", "keeps leads away", old.slack_status, new.slack_status)
    yield from moved("Do not disturb in Slack", "keeps leads waiting", old.do_not_disturb, new.do_not_disturb)


STICKY: Mapping[str, str] = {
    "whoever has the account gets its leads": "account",
    "whoever accepted a lead the last time gets it again": "earlier_rep",
    "their next shift may be as far off as": "wait",
}
