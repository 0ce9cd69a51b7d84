"""All that one click on a card shows: the whole evidence, and the definition it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.lead import Check, Signal
from bot.domain.numbers.bookings import Side
from bot.domain.policy import Policy
from bot.domain.story import Story


@dataclass(frozen=True, slots=True)
class Dossier:
    """A story with everything the lead did (newest first) and how sure each of its fields is."""

    story: Story
    signals: tuple[Signal, ...] = ()
    """The newest; `story.signals_in_all` counts the rest too."""
    first: Signal | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)
    merges: tuple[tuple[str, datetime], ...] = ()
    """Who said, and when, that another record is the same person; the newest first."""
    times: Mapping[Side, timedelta] = field(default_factory=dict)
    """Whose time the lead's life was so far."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """One version of the policy: since when it is in force, who signed it when, and whether another is by now."""

    version: int
    policy: Policy
    since: datetime | None = None
    signed: tuple[tuple[str, datetime], ...] = ()
    replaced: bool = False
