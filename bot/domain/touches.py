"""What a rep's touch of an accepted lead comes to, and by when the next is expected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.domain.business_time import due
from bot.domain.handoff import Agreement, Handoff

CountsAs = Literal["reached", "attempt", "nothing"]
COUNTS_AS: Mapping[str, CountsAs] = {
    "reached": "reached",
    "meeting_booked": "reached",
    "not_interested": "reached",
    "no_answer": "attempt",
    "wrong_contact": "attempt",
    "other": "attempt",
    "automatic_reply": "nothing",
}
"""By what came of it. An automatic reply says nothing of the lead, and so stops no clock."""

WAITS = "wait"
"""How a rep is in touch who waits for the prospect: such a row of the log tells why."""


def counts_as(came: str) -> CountsAs:
    return COUNTS_AS.get(came, "attempt")


def next_attempt_by(handoff: Handoff, agreement: Agreement) -> datetime | None:
    """When the next attempt is expected, all of them being spread evenly; None where none is."""
    promised = agreement.promises.attempts(handoff.sla)
    if not (promised and handoff.is_open and handoff.touched_at and handoff.clock_from and handoff.deadline_at):
        return None
    share = 100 * (handoff.attempts + 1) // promised.count
    return min(due(agreement.hours(handoff), promised.within, handoff.clock_from, share), handoff.deadline_at)
