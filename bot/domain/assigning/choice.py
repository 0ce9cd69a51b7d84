"""Why a lead went to this rep and to nobody else: a snapshot of the moment, in ids and numbers, told later in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.domain.availability import Why
from bot.domain.values import Value

By = Literal["turn", "load", "account", "holder", "before", "earlier", "catch all", "manager", "passed on", "pool"]
"""`holder`: of another lead of the account; `before`: until a merge that was undone; `earlier`: accepted it last."""
TOOK_TURN: frozenset[By] = frozenset({"turn", "load"})
CapOf = Literal["day", "week", "open"]
Obstacle = Literal["passed on", "not asked", "takes", "cap", "skill", "language"] | Why
"""What kept a rep from a lead; `skill` and `language`: others have what was looked for."""
MISSED_BY_HOURS: frozenset[Obstacle] = frozenset({"off shift", "away", "do not disturb", "off duty"})


class Seen(Value):
    """How one rep of the team stood at that moment."""

    no: Obstacle | None = None
    """None: they could have had it."""
    until: datetime | None = None
    cap: CapOf | None = None
    had: int | None = None
    most: int | None = None
    behind: float | None = None
    """In turns, before this lead."""
    open: int | None = None
    """Leads that wait for them; kept where these decide."""
    after_all: bool = False
    """Whether it would have been theirs, had they been on shift, or below their cap."""


class Choice(Value):
    """By what a lead was given, and how everybody in the team stood then."""

    by: By
    team: str
    rule: str | None = None
    segment: str | None = None
    instead_of: str | None = None
    """The team that would have had it, of which this one is the backup."""
    skills: tuple[str, ...] = ()
    """What the rule looked for, where it decided."""
    language: str | None = None
    """What the lead speaks, where it decided."""
    keeper: str | None = None
    """Whose lead it is anyway, where they could not have it."""
    value: int = 1
    reps: Mapping[str, Seen] = Field(default_factory=dict)
    next: str | None = None
    """Whose turn it would be after this lead."""
    booked: Mapping[str, int] = Field(default_factory=dict)
    """What the lead changed in the team's ledger, in parts of a turn."""
    returned: Mapping[str, int] = Field(default_factory=dict)
    """What of that was undone, because the turn was not used up."""

    def stored(self) -> dict[str, object]:
        return self.model_dump(mode="json", exclude_defaults=True) | {"by": self.by, "team": self.team}
