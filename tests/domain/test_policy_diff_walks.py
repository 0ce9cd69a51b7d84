"""Nothing that a policy can say changes without a word: every field of every section, wherever it may stand."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.domain.governing.policy_diff import told_changes
from bot.domain.policy import Policy
from bot.domain.values import Value

GATE = {"required": ["email"], "verified": ["email"]}
CRITERION = {
    "label": "One", "reading": "fit", "points": 5, "half_life": "5 days", "ask": "Why?", "when": {"signal": "x"},
    "repeats": {"points": 1, "most": 2},
}  # fmt: skip
PATH = {"label": "P", "fit": 5, "engagement": 1, "requires": ["one"], "sla": "default", "evidence": GATE}
CLOCK = {
    "within": "5 hours", "ladder": [{"at": "50%", "do": "escalate", "to": "manager"}], "hours": "rep", "repeats": 3,
}  # fmt: skip
FULL: dict[str, Any] = {
    "company": "Acme",
    "calendars": {
        "main": {
            "zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]},
            "holidays": {"country": "DE", "subdivision": "BE"}, "closed": ["2026-12-24"], "cut_off": "15:00",
        },
    },
    "channels": {"leads": "#leads", "marketing": "#marketing", "escalations": "#escalations"},
    "roles": {"marketing": ["m@acme.example"], "marketing_lead": "l@acme.example", "admins": ["a@acme.example"]},
    "sign_off": {"sales": ["s@acme.example"], "marketing": ["m@acme.example"]},
    "definition": {"criteria": [{"id": "one", **CRITERION}], "paths": [{"id": "p", **PATH}], "evidence": GATE},
    "definitions": [
        {
            "id": "pro", "label": "Pro", "when": {"signal": "pro"}, "uses": ["one"], "evidence": GATE,
            "criteria": [{"id": "two", **CRITERION}], "paths": [{"id": "q", **PATH}],
        },
    ],
    "personas": [
        {
            "id": "cfo", "label": "CFO", "industries": ["Steel"], "titles": ["CFO"], "countries": ["DE"],
            "employees_from": 5, "employees_to": 500, "pain_points": ["Paper"], "questions": ["Who pays?"],
        },
    ],
    "near_miss": {"points": 5, "criteria": 2},
    "stages": {"mql": "Ours"},
    "teams": [
        {
            "id": "emea", "manager": "s@acme.example", "director": "d@acme.example", "channel": "#emea",
            "calendar": "main", "hands_out": "load", "backup": "apac",
            "reps": [
                {
                    "email": "r@acme.example", "weight": 2, "daily_cap": 5, "weekly_cap": 9, "open_cap": 3,
                    "calendar": "main", "takes": {"field": "title", "known": True}, "speaks": ["de"], "skills": ["erp"],
                },
            ],
        },
    ],
    "segments": [{"id": "large", "label": "Large", "when": {"signal": "big"}, "value": 3}],
    "routing": [{"id": "all", "when": {"signal": "x"}, "segment": "large", "team": "emea", "skills": ["erp"]}],
    "assignment": {
        "sticky": {"account": True, "earlier_rep": True, "wait": "16 hours"}, "catch_all": "c@acme.example",
        "release_every": "1 minute", "off_duty_after": 3, "slack_status": True, "do_not_disturb": True,
    },
    "sla": {
        "default": {
            "marketing_handoff": "5 hours", "returned": CLOCK, "question": CLOCK, "acceptance": CLOCK,
            "follow_up": CLOCK, "attempts": {"count": 3, "within": "5 days"}, "pause": "5 days",
            "email_after": "5 minutes",
        },
    },
    "sla_for": [{"path": "p", "segment": "large", "team": "emea", "sla": "default"}],
    "reasons": [
        {"id": "no", "label": "No", "means": "recycle", "cool_off": "5 days", "asks": "detail", "keeps_turn": True},
    ],
    "retention": "365 days",
}  # fmt: skip
"""A policy that says something at every place where one can."""

OTHERS: Mapping[str, Any] = {
    **dict.fromkeys(("half_life", "wait", "release_every", "retention", "cool_off"), "77 days"),
    **dict.fromkeys(("within", "pause", "marketing_handoff", "email_after"), "7 hours"),
    **dict.fromkeys(("manager", "director", "email", "catch_all", "marketing_lead"), "x@acme.example"),
    **{name: ["x@acme.example"] for name in ("sales", "marketing", "admins")},
    **dict.fromkeys(("channel", "leads", "escalations", "channels.marketing"), "#other"),
    **{name: {"signal": "y"} for name in ("when", "takes")},
    "zone": "UTC",
    "holidays": {"country": "AT"},
    "closed": [],
    "cut_off": "16:00",
    "main.hours": {"mon-fri": ["09:00-18:00"]},
    "reading": "engagement",
    "means": "disqualify",
    "asks": "evidence",
    "hands_out": "claim",
    "hours": "always",
    "do": "remind",
    "to": "director",
    "at": "60%",
    "speaks": ["fr"],
    "required": ["phone"],
    "verified": ["phone"],
    "stages": {"mql": "Yours"},
}
"""By a field's name, what else may stand there, where its kind does not tell."""
BY_KIND: Mapping[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    int: lambda value: value + 1,
    str: lambda _: "other",
    list: lambda _: ["other"],
}


def places(section: Value, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where each field stands that holds no section of its own."""
    for name in type(section).model_fields:
        here, inner = first((*place, name), getattr(section, name))
        if isinstance(inner, Value) and name not in {"when", "takes", "holidays"}:
            yield from places(inner, here)
        else:
            yield (*place, name)


def first(place: tuple[str | int, ...], value: Any) -> tuple[tuple[str | int, ...], Any]:
    """The first of several, or the only one, and where it stands."""
    if not isinstance(value, Mapping | tuple) or not value:
        return place, value
    step, inner = next(iter(value.items() if isinstance(value, Mapping) else enumerate(value)))
    return (*place, step), inner


def at(written: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        written = written[step]
    return written


def other(place: tuple[str | int, ...]) -> Any:
    """Another value that may stand there."""
    value, name = at(FULL, place), str(place[-1])
    known = next((OTHERS[one] for one in (".".join(map(str, place[-2:])), name) if one in OTHERS), None)
    return BY_KIND[type(value)](value) if known is None else known


PLACES = list(places(Policy.model_validate(FULL)))


def test_the_walk_comes_everywhere() -> None:
    assert len(PLACES) > 120
    said = {".".join(str(step) for step in place if not isinstance(step, int)) for place in PLACES}
    assert {"teams.reps.open_cap", "sla.default.question.ladder.do", "definitions.criteria.repeats.most"} <= said
    assert told_changes(Policy.model_validate(FULL), Policy.model_validate(json.loads(json.dumps(FULL)))) == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_no_field_changes_without_a_word(place: tuple[str | int, ...]) -> None:
    written = json.loads(json.dumps(FULL))  # nothing in it is the same thing twice
    container, name = at(written, place[:-1]), str(place[-1])
    assert container[name] not in (None, [], {})
    container[name] = other(place)
    assert container[name] != at(FULL, place)

    told = told_changes(Policy.model_validate(FULL), Policy.model_validate(written))

    assert told != []
    assert all(told)
    assert len(set(told)) == len(told)
