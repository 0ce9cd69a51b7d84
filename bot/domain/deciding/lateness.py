"""Whether a promise was broken: told once, whatever becomes of the lead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.handoff import Handoff, State

LATE = "late"
"""What history says of it."""


def breach(before: Handoff, now: datetime) -> Mapping[str, Any] | None:
    """Whose promise it was and when it was due, where that has passed; nothing while no promise runs."""
    runs = before.is_pooled or before.state in {State.OFFERED, State.ACCEPTED}
    if not before.is_open or not runs or before.paused_at or before.deadline_at is None or now < before.deadline_at:
        return None
    return {"by": before.owner, "due_at": before.deadline_at.isoformat()}
