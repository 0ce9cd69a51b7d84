"""Two leads side by side, as marketing is asked about them."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.identifying.identity import Alike
from bot.domain.lead import Facts, Stage


@dataclass(frozen=True, slots=True)
class Beside:
    """One of the two: who it is, where it stands, and which rep has it."""

    facts: Facts
    stage: Stage
    since: datetime
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of the two, by whom (a Slack id, or Baton), when."""

    same: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads that may be one person: `merge` while they are one, `said` once somebody (or Baton) said so or not."""

    id: int
    sides: tuple[Beside, Beside]
    found: Alike
    said: Said | None = None
    merge: int | None = None
    undone: Said | None = None
