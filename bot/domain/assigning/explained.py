"""What can be told of why a lead is whose it is, and of how fair a team's turns are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.assigning.choice import Choice
from bot.domain.assigning.choosing import Work
from bot.domain.availability import Standing
from bot.domain.handoff import Handoff
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.domain.teams import Team


@dataclass(frozen=True, slots=True)
class Explained:
    """A lead's newest handoff, and the last choice of a rep for it; while nobody has it, how it would be made now."""

    facts: Facts
    handoff: Handoff | None
    policy: Policy
    choice: Choice | None = None
    rep: str | None = None
    """Whose offer the choice made; None where nobody was found yet."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Leads that a rep was offered of late."""

    in_turn: int = 0
    out_of_turn: int = 0
    given_back: int = 0


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everybody's ledger in a team, by rep."""

    team: Team
    behind: Mapping[str, float]
    """In turns."""
    given: Mapping[str, Given] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    work: Mapping[str, Work] = field(default_factory=dict)
    greatest: int = 1
