"""The team by the first rule that holds, and the segment of a lead."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.judging.conditions import Profile, meets
from bot.domain.lead import Facts, Signal
from bot.domain.policy import Policy
from bot.domain.teams import Rule, Segment, Team


class Routed(NamedTuple):
    """The team, and the rule that names it; none where the policy has no rules."""

    team: Team
    rule: Rule | None


def profile_of(policy: Policy, facts: Facts, signals: Iterable[Signal], now: datetime) -> Profile:
    """The lead as the conditions of rules, segments and reps see it."""
    personas = {persona.id: persona for persona in policy.personas}
    return Profile.of(facts, signals, now, personas, in_words=False)


def segment_of(policy: Policy, profile: Profile) -> Segment | None:
    """The first segment whose condition holds."""
    return next((segment for segment in policy.segments if meets(segment.when, profile)), None)


def greatest_value(policy: Policy) -> int:
    """The most turns that a lead counts as."""
    return max((segment.value for segment in policy.segments), default=1)


def route(policy: Policy, profile: Profile, without: Collection[str] = ()) -> Routed | None:
    """The team of the first rule that holds and is not in `without`; without rules, the first such team."""
    if not policy.routing:
        return next((Routed(team, None) for team in policy.teams if team.id not in without), None)
    segment = segment_of(policy, profile)
    for rule in policy.routing:
        of_segment = rule.segment is None or (segment is not None and rule.segment == segment.id)
        if rule.team not in without and of_segment and (rule.when is None or meets(rule.when, profile)):
            team = policy.team(rule.team)
            return Routed(team, rule) if team else None
    return None


def team_for(policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime) -> Team | None:
    """The team to which the rules lead."""
    routed = route(policy, profile_of(policy, facts, signals, now))
    return routed.team if routed else None


def with_backups(policy: Policy, team: Team, without: Collection[str] = ()) -> list[Team]:
    """The team, and those that are asked one after the other when nobody of the one before can take a lead."""
    chain = [team]
    while (backup := policy.team(chain[-1].backup or "")) and backup not in chain:
        chain.append(backup)
    return [one for one in chain if one.id not in without]
