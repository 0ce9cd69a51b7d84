"""Whose promises hold for a lead: by path, segment and team; and in whose hours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.business_time import due
from bot.domain.definition import Path
from bot.domain.handoff import Agreement
from bot.domain.policy import Policy
from tests.domain.test_handoff import POLICY, fresh

FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACCEPTANCE = {"within": "1 business hours", "ladder": [{"at": 50, "do": "remind"}], "hours": "lead"}
RULES: list[dict[str, Any]] = [
    {"path": "scored", "segment": "large", "sla": "both"},
    {"segment": "large", "sla": "large"},
    {"team": "us", "sla": "us"},
]


def policy(**changes: Any) -> Policy:
    return Policy.model_validate({**POLICY.model_dump(mode="json"), "sla_for": RULES, **changes})


@pytest.mark.parametrize(
    ("path", "segment", "team", "sla"),
    [
        ("scored", "large", "us", "both"),
        ("asked", "large", "us", "large"),
        ("scored", "small", "us", "us"),
        ("scored", None, "emea", "default"),
        ("asked", None, "emea", "fast"),
    ],
)
def test_the_first_rule_that_fits_names_the_promises_else_the_path_does(
    path: str, segment: str | None, team: str, sla: str
) -> None:
    met = Path(id=path, label="Met", fit=1, sla="fast" if path == "asked" else "default")
    assert policy().sla_of(met, segment, team) == sla


def test_hours_may_be_those_of_the_lead_in_their_own_zone() -> None:
    rules = policy(
        calendars={"default": {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}},
        sla={"default": {"acceptance": ACCEPTANCE}},
    )
    agreement = Agreement(rules, rules)
    for zone, expected in (
        (None, datetime(2026, 11, 20, 13, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 11, 20, 18, 0, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
    ):
        handoff = fresh().model_copy(update={"zone": zone, "sla": "default"})
        assert due(agreement.hours(handoff), agreement.clock(handoff).within, FRIDAY_NOON) == expected
