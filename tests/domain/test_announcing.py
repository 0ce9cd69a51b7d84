"""What each decision means to other systems."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.announcing import announced
from bot.domain.deciding import answers, deadlines, managing
from bot.domain.handoff import Change, Handoff, Refusal, State, Target
from tests.domain.test_handoff import AGREEMENT, IN_STATE, MARTA, NOW, RAVI, REASONS, RITA, fresh, started

OFFERED, ACCEPTED, RECYCLED = IN_STATE[State.OFFERED], IN_STATE[State.ACCEPTED], IN_STATE[State.RECYCLED]
TOOK: list[tuple[str, dict[str, Any]]] = [("lead.accepted", {"by": RITA}), ("nurture.pause", {})]
GOES_ON: tuple[str, dict[str, Any]] = ("nurture.resume", {})


def rejected(means: str) -> Callable[[Handoff], Change | Refusal]:
    elsewhere = Target("apac", "URUTH")
    return lambda handoff: answers.reject(handoff, RITA, REASONS[means], AGREEMENT, NOW, elsewhere=elsewhere)


@pytest.mark.parametrize(
    ("before", "decide", "told"),
    [
        (OFFERED, lambda h: answers.accept(h, RITA, AGREEMENT, NOW), TOOK),
        (None, lambda _: answers.claim(fresh(), RITA, AGREEMENT, NOW, {}), TOOK),
        (
            OFFERED,
            lambda h: managing.take_over(h, MARTA, AGREEMENT, NOW),
            [("lead.accepted", {"by": MARTA}), ("nurture.pause", {})],
        ),
        (ACCEPTED, lambda h: managing.take_over(h, MARTA, AGREEMENT, NOW), []),
        (ACCEPTED, lambda h: answers.undo(h, RITA, AGREEMENT, NOW), [GOES_ON]),
        (ACCEPTED, lambda h: managing.assign(h, RAVI, MARTA, AGREEMENT, NOW), [GOES_ON]),
        (ACCEPTED, lambda h: managing.withdraw(h, MARTA, {}, NOW), []),
        (
            OFFERED,
            rejected("recycle"),
            [("lead.returned", {"by": RITA, "means": "recycle", "reason": "other"}), GOES_ON],
        ),
        (
            OFFERED,
            rejected("disqualify"),
            [("lead.returned", {"by": RITA, "means": "disqualify", "reason": "customer"})],
        ),
        (OFFERED, rejected("reroute"), []),
        (RECYCLED, lambda h: answers.undo(h, RITA, AGREEMENT, NOW), []),
        (None, lambda _: deadlines.start(fresh(), Target("emea", RITA), AGREEMENT, NOW, {}), []),
        (
            started().model_copy(update={"step": 3}),
            lambda h: deadlines.deadline(h, None, AGREEMENT, h.due_at),
            [("lead.returned", {"by": "baton", "means": "recycle"}), GOES_ON],
        ),
    ],
)
def test_other_systems_hear_what_a_decision_means_for_nurture(
    before: Handoff | None, decide: Callable[[Any], Any], told: list[tuple[str, dict[str, Any]]]
) -> None:
    change = decide(before)
    assert isinstance(change, Change)
    assert [(one.event, dict(one.details)) for one in announced(before, change)] == told
