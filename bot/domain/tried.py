"""What has been tried since somebody got a lead, for whoever is asked to step in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MoreTime:
    """A manager gave the owner time until then, in these words (None once the lead's person was erased)."""

    by: str
    at: datetime
    until: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """How often each thing was done in the turn that runs, and when the last time."""

    reminders: int = 0
    reminded_at: datetime | None = None
    mentions: int = 0
    mentioned_at: datetime | None = None
    questions: int = 0
    unanswered: int = 0
    more_time: tuple[MoreTime, ...] = ()


NOTHING = Tried()
