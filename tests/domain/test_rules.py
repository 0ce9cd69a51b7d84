"""The team by rules, segments, and who is asked when nobody of it can."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.assigning.rules import profile_of, route, segment_of, team_for, with_backups
from bot.domain.lead import Facts, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
ASKED = Signal(kind="demo_requested", at=NOW)


def policy(*rules: dict[str, Any], segments: Sequence[dict[str, Any]] = (), **backups: str) -> Policy:
    people = {"manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}
    return Policy.model_validate(
        {
            "company": "Acme",
            "definition": {
                "criteria": [
                    {"id": "a", "label": "A", "reading": "fit", "points": 1, "when": {"field": "title", "known": True}}
                ],
                "paths": [{"id": "p", "label": "P"}],
            },
            "teams": [{"id": team, "backup": backups.get(team), **people} for team in ("emea", "apac", "demo")],
            "segments": segments,
            "routing": rules,
        }
    )


RULES = (
    {"id": "dach", "when": {"field": "company.country", "one_of": ["DE", "AT"]}, "team": "emea"},
    {"id": "demo", "when": {"signal": "demo_requested"}, "team": "demo"},
    {"id": "rest", "team": "apac"},
)


@pytest.mark.parametrize(
    ("rules", "country", "signals", "without", "team"),
    [
        (RULES, "DE", [], (), "emea"),
        (RULES, "DE", [ASKED], (), "emea"),
        (RULES, "US", [ASKED], (), "demo"),
        (RULES, None, [], (), "apac"),
        (RULES, "DE", [ASKED], ("emea",), "demo"),
        (RULES, "DE", [], ("emea",), "apac"),
        (RULES, "DE", [], ("emea", "apac"), None),
        (RULES[:1], "US", [], (), None),
        ((), "US", [], (), "emea"),
        ((), "US", [], ("emea",), "apac"),
        ((), "US", [], ("emea", "apac", "demo"), None),
    ],
)
def test_the_first_rule_that_holds_names_the_team(
    rules: Sequence[dict[str, Any]],
    country: str | None,
    signals: list[Signal],
    without: Sequence[str],
    team: str | None,
) -> None:
    facts = Facts.model_validate({"source": "web", "company": {"country": country}})
    found = route(policy(*rules), profile_of(policy(*rules), facts, signals, NOW), without)
    assert (found and found.team.id) == team


SEGMENTS = (
    {"id": "big", "label": "Big", "when": {"field": "company.employees", "at_least": 1000}, "value": 5},
    {"id": "asking", "label": "Asking", "when": {"signal": "demo_requested"}, "value": 2},
)


@pytest.mark.parametrize(
    ("employees", "signals", "segment", "team"),
    [
        (2000, [], "big", "demo"),
        (2000, [ASKED], "big", "demo"),
        (10, [ASKED], "asking", "emea"),
        (10, [], None, "apac"),
        (None, [], None, "apac"),
    ],
)
def test_a_rule_may_ask_for_a_segment_which_is_the_first_that_holds(
    employees: int | None, signals: list[Signal], segment: str | None, team: str
) -> None:
    rules = policy(
        {"id": "big", "segment": "big", "team": "demo"},
        {"id": "asking", "segment": "asking", "when": {"field": "source", "equals": "web"}, "team": "emea"},
        {"id": "rest", "team": "apac"},
        segments=SEGMENTS,
    )
    facts = Facts.model_validate({"source": "web", "company": {"employees": employees}})
    found = segment_of(rules, profile_of(rules, facts, signals, NOW))
    assert (found and found.id) == segment
    routed = team_for(rules, facts, signals, NOW)
    assert routed
    assert routed.id == team


def test_backups_are_asked_one_after_the_other_and_none_twice() -> None:
    rules = policy(emea="apac", apac="demo", demo="emea")
    assert [team.id for team in with_backups(rules, rules.teams[1])] == ["apac", "demo", "emea"]
    assert [team.id for team in with_backups(rules, rules.teams[1], ("demo",))] == ["apac", "emea"]
    alone = policy()
    assert [team.id for team in with_backups(alone, alone.teams[0])] == ["emea"]
