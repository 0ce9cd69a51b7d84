"""Who gets a lead: the team by the first rule that holds, the rep by weighted turns."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pydantic import Field

from bot.domain.judging.conditions import Profile, meets
from bot.domain.lead import Facts, Signal
from bot.domain.policy import Policy
from bot.domain.teams import Rep, Team
from bot.domain.values import Value


def route(
    policy: Policy, facts: Facts, signals: Sequence[Signal], now: datetime, without: Collection[str] = ()
) -> Team | None:
    """The team of the first rule that holds and is not in `without`; without rules, the first such team."""
    if not policy.routing:
        return next((team for team in policy.teams if team.id not in without), None)
    profile = Profile.of(facts, signals, now, {persona.id: persona for persona in policy.personas})
    for rule in policy.routing:
        if rule.team not in without and (rule.when is None or meets(rule.when, profile)):
            return policy.team(rule.team)
    return None


class Turns(Value):
    """Whose turn it is in a team: how much each rep is owed, one lead being the weights of those on shift together."""

    owed: Mapping[str, int] = Field(default_factory=dict)


def next_rep(team: Team, turns: Turns, available: Collection[str]) -> tuple[str, Turns] | None:
    """The rep whose turn it is among those available, and the turns after that; None when nobody is.

    From a fresh start, as long as the same reps are on shift, each is at every moment less than one lead away from
    their share. Nobody brings more than one lead of claim or debt into another shift, so there it is within two.
    """
    on_shift = [rep for rep in team.reps if rep.email in available]
    if not on_shift:
        return None
    lead = sum(rep.weight for rep in on_shift)
    owed = {rep.email: max(-lead, min(turns.owed.get(rep.email, 0), lead)) + rep.weight for rep in on_shift}

    def urgency(rep: Rep) -> tuple[bool, int, int]:
        """Those who are owed something first, then by the turns until they would be owed a whole lead."""
        claim = owed[rep.email]
        return claim <= 0, -((claim - lead) // rep.weight), -claim

    chosen = min(on_shift, key=urgency).email
    owed[chosen] -= lead
    known = {rep.email: turns.owed[rep.email] for rep in team.reps if rep.email in turns.owed}
    return chosen, Turns(owed={**known, **owed})
