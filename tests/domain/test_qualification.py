"""Scoring by the rules of docs/policy.md, worked out by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.definition import Condition, Criterion, Definition, FieldCondition, SignalCondition
from bot.domain.durations import Duration
from bot.domain.judging import conditions
from bot.domain.judging.conditions import Met, Profile
from bot.domain.judging.qualification import judge
from bot.domain.lead import Facts, Scoring, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
ANA = Facts.model_validate(
    {
        "source": "webinar",
        "email": "ana.silva@acme.example",
        "phone": "+14155550100",
        "title": "VP  Operations",
        "company": {"name": "Acme", "employees": 450, "country": "US", "industry": ""},
        "contact_requested": False,
        "pain_points": ("manual invoicing", "Late payments"),
        "attributes": {"plan": "Pro", "seats": 20, "ratio": 2.5, "trial": True},
    }
)


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def seen(*times: datetime, kind: str = "page_view", url: str | None = "https://acme.example/pricing") -> list[Signal]:
    return [Signal(kind=kind, at=at, url=url) for at in times]


def meets(condition: Condition, facts: Facts, signals: Sequence[Signal], now: datetime) -> Met | None:
    return conditions.meets(condition, Profile.of(facts, signals, now))


def score(agreed: Definition, facts: Facts, signals: Sequence[Signal], now: datetime) -> Scoring:
    team = {"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}
    return judge(Policy.model_validate({"company": "Acme", "definition": agreed, "teams": [team]}), facts, signals, now)


def definition(*criteria: dict[str, Any], **rest: Any) -> Definition:
    numbered = [{"id": f"c{number}", "label": "A line", **one} for number, one in enumerate(criteria)]
    paths = rest.pop("paths", [{"id": "any", "label": "Any"}])
    return Definition.model_validate({"criteria": numbered, "paths": paths, **rest})


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"field": "title", "equals": "vp  operations"}, "VP Operations"),
        ({"field": "title", "equals": "vp"}, None),
        ({"field": "title", "matches": "Operations$"}, "VP Operations"),
        ({"field": "title", "matches": "operations"}, None),
        ({"field": "title", "matches": r"(?i)\boperations\b"}, "VP Operations"),
        ({"field": "company.employees", "at_least": 450}, "450"),
        ({"field": "company.employees", "at_least": 450.5}, None),
        ({"field": "company.employees", "at_most": 450}, "450"),
        ({"field": "company.employees", "at_most": 449}, None),
        ({"field": "company.employees", "equals": 450.0}, "450"),
        ({"field": "company.employees", "equals": "450"}, None),
        ({"field": "company.employees", "matches": "^4"}, "450"),
        ({"field": "company.country", "one_of": ["de", "us"]}, "US"),
        ({"field": "company.country", "one_of": ["DE"]}, None),
        ({"field": "contact_requested", "equals": False}, "no"),
        ({"field": "contact_requested", "equals": True}, None),
        ({"field": "contact_requested", "equals": 0}, None),
        ({"field": "attributes.trial", "equals": True}, "yes"),
        ({"field": "attributes.trial", "equals": 1}, None),
        ({"field": "attributes.trial", "at_least": 1}, None),
        ({"field": "attributes.seats", "one_of": ["20", True, 20]}, "20"),
        ({"field": "attributes.ratio", "at_least": 2.5}, "2.5"),
        ({"field": "attributes.plan", "at_least": 1}, None),
        ({"field": "attributes.plan", "equals": "PRO"}, "Pro"),
        ({"field": "attributes.unheard", "equals": "PRO"}, None),
        ({"field": "pain_points", "equals": "late payments"}, "Late payments"),
        ({"field": "pain_points", "matches": "(?i)invoic|payment"}, "manual invoicing, Late payments"),
        ({"field": "pain_points", "known": True}, "manual invoicing, Late payments"),
        ({"field": "company.industry", "matches": "|x"}, None),
        ({"field": "company.industry", "known": False}, "not known"),
        ({"field": "company.region", "known": False}, "not known"),
        ({"field": "company.region", "known": True}, None),
        ({"field": "company.region", "at_most": 5}, None),
        ({"field": "title", "known": False}, None),
        ({"field": "contact_requested", "known": True}, "no"),
        ({"field": "email", "matches": "@acme"}, "…@acme.example"),
        ({"field": "phone", "known": True}, "…00"),
    ],
)
def test_what_a_fact_answers(condition: dict[str, Any], found: str | None) -> None:
    answer = meets(FieldCondition.model_validate(condition), ANA, [], NOW)
    assert answer == (Met(found) if found else None)


def test_equal_looking_conditions_do_not_answer_for_each_other() -> None:
    one, true = (FieldCondition(field="attributes.trial", equals=value) for value in (1, True))
    assert [meets(condition, ANA, [], NOW) for condition in (one, true, one)] == [None, Met("yes"), None]


def test_a_pattern_sees_500_characters() -> None:
    condition = FieldCondition(field="title", matches="end")
    assert meets(condition, Facts(source="web", title="x" * 497 + "end"), [], NOW)
    assert meets(condition, Facts(source="web", title="x" * 498 + "end"), [], NOW) is None


def test_what_was_found_is_short_enough_for_a_card() -> None:
    met = meets(FieldCondition(field="title", known=True), Facts(source="web", title="very " * 100), [], NOW)
    assert met
    assert met.found == ("very " * 24)[:119] + "…"


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("*/pricing*", "https://acme.example/pricing", True),
        ("*/pricing*", "https://acme.example/PRICING/teams?x=1", True),
        ("*/Pricing", "https://acme.example/pricing/teams", False),
        ("https://acme.example/?", "https://acme.example/a", True),
        ("https://acme.example/?", "https://acme.example/ab", False),
        ("https://acme.example/?", "https://acme.example/", False),
        ("pricing", "https://acme.example/pricing", False),
        ("*[pP]ricing*", "https://acme.example/pricing", False),
        ("*/a+b.html", "https://acme.example/a+b.html", True),
        ("*/a+b.html", "https://acme.example/aab-html", False),
        ("*a*b*c", "xxaxxbxxbxxcxxc", True),
        ("*a*b*c", "xxaxxcxxb", False),
        ("**", "", True),
        ("*", "two\nlines", True),
    ],
)
def test_a_url_is_narrowed_by_stars_and_question_marks_only(pattern: str, url: str, fits: bool) -> None:
    met = meets(SignalCondition(signal="page_view", url=pattern), ANA, seen(NOW, url=url), NOW)
    assert (met is not None) is fits


@given(st.text("ab*?", max_size=8), st.text("ab\n", max_size=10))
def test_stars_and_question_marks_mean_what_they_always_do(pattern: str, url: str) -> None:
    def fits(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(fits(pattern[1:], text[skipped:]) for skipped in range(len(text) + 1))
        return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])

    condition = SignalCondition(signal="page_view", url=pattern or "x")
    assert (meets(condition, ANA, seen(NOW, url=url), NOW) is not None) is fits(pattern or "x", url)


def test_a_hostile_address_costs_no_more_than_its_length() -> None:
    condition = SignalCondition(signal="page_view", url="*a?" * 160 + "b")
    assert meets(condition, ANA, seen(NOW, url="a" * 20_000), NOW) is None


def test_a_signal_without_an_address_fits_no_pattern_but_any() -> None:
    assert meets(SignalCondition(signal="page_view", url="*/x"), ANA, seen(NOW, url=None), NOW) is None


@pytest.mark.parametrize(
    ("condition", "days_ago", "found", "last"),
    [
        ({"at_least": 1}, [], None, None),
        ({"at_least": 1}, [3], "page view, https://acme.example/pricing", 3),
        ({"at_least": 2}, [3, 40], "2 × page view, last https://acme.example/pricing", 3),
        ({"at_least": 3}, [3, 40], None, None),
        ({"at_least": 2, "within": "7 days"}, [3, 40], None, None),
        ({"at_least": 2, "within": "7 days"}, [3, 10], "2 × page view in 7 days, last https://acme.example/pricing", 3),
        ({"at_least": 2, "within": "7 days"}, [3, 10.01], None, None),
        (
            {"at_least": 2, "within": "7 days"},
            [1, 30, 33, 34],
            "3 × page view in 7 days, last https://acme.example/pricing",
            30,
        ),
        (
            {"at_least": 2, "within": "7 days"},
            [34, 2, 33, 1, 30],
            "2 × page view in 7 days, last https://acme.example/pricing",
            1,
        ),
        ({"at_least": 1, "within": "1 hour"}, [5, 9], "page view, https://acme.example/pricing", 5),
    ],
)
def test_enough_signals_in_any_window_and_the_latest_window_counts(
    condition: dict[str, Any], days_ago: list[float], found: str | None, last: float | None
) -> None:
    signals = [*seen(*(ago(days=days) for days in days_ago)), *seen(NOW, kind="email_click")]
    met = meets(SignalCondition.model_validate({"signal": "Page_View", **condition}), ANA, signals, NOW)
    assert met == (Met(found.replace("page view", "Page View"), ago(days=last)) if found and last else None)


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(1, 4), st.integers(1, 30))
def test_windows_are_found_where_trying_every_one_finds_them(days_ago: list[int], at_least: int, days: int) -> None:
    lasts = [last for last in days_ago if sum(last <= day <= last + days for day in days_ago) >= at_least]
    condition = SignalCondition(signal="page_view", at_least=at_least, within=Duration.parse(f"{days} days"))
    met = meets(condition, ANA, seen(*(ago(days=day) for day in days_ago)), NOW)
    assert (met and met.at) == (ago(days=min(lasts)) if lasts else None)


def test_the_label_of_a_signal_is_what_a_rep_reads() -> None:
    signals = [Signal(kind="webinar_attended", at=ago(days=1), label="Invoicing\n 101", url="https://acme.example/w/1")]
    assert meets(SignalCondition(signal="webinar_attended"), ANA, signals, NOW) == Met(
        "webinar attended, Invoicing 101", ago(days=1)
    )


VIEW = {"reading": "engagement", "when": {"signal": "page_view"}}


@pytest.mark.parametrize(
    ("half_life", "last", "points"),
    [
        (None, ago(days=400), 25),
        ("14 days", NOW, 25),
        ("14 days", NOW + timedelta(minutes=4), 25),
        ("14 days", ago(days=14), 13),
        ("14 days", ago(days=28), 6),
        ("14 days", ago(days=14, seconds=1), 12),
        ("1 hour", ago(days=1), 0),
    ],
)
def test_points_fade_by_half_in_each_half_life_since_the_last_signal(
    half_life: str | None, last: datetime, points: int
) -> None:
    fading = definition({**VIEW, "points": 25, "half_life": half_life})
    scoring = score(fading, ANA, seen(ago(days=500), last), NOW)
    assert scoring.engagement == points
    assert [line.points for line in scoring.evidence] == [points]


def test_a_reading_is_rounded_once_at_the_end() -> None:
    halves = definition(*({**VIEW, "points": 1, "half_life": "1 day"} for _ in range(3)))
    assert score(halves, ANA, seen(ago(days=1)), NOW).engagement == 2
    assert score(halves, ANA, seen(ago(days=2)), NOW).engagement == 1


def test_readings_are_apart_and_evidence_is_in_the_order_of_the_definition() -> None:
    scoring = score(
        definition(
            {**VIEW, "points": 5},
            {"reading": "fit", "points": 10, "when": {"field": "company.employees", "at_least": 200}},
            {"reading": "fit", "points": 99, "when": {"field": "company.region", "equals": "CA"}},
            {"reading": "fit", "points": 20, "when": {"field": "title", "matches": "VP"}},
        ),
        ANA,
        seen(ago(days=2)),
        NOW,
    )
    assert (scoring.fit, scoring.engagement) == (30, 5)
    assert [(line.criterion, line.found, line.at) for line in scoring.evidence] == [
        ("c0", "page view, https://acme.example/pricing", ago(days=2)),
        ("c1", "450", None),
        ("c3", "VP Operations", None),
    ]


PATHS: Sequence[dict[str, Any]] = (
    {"id": "both", "label": "Fit and engaged", "fit": 30, "engagement": 10},
    {"id": "asked", "label": "Asked", "requires": ["c2"]},
    {"id": "fit", "label": "Fit", "fit": 30},
)


@pytest.mark.parametrize(
    ("employees", "views", "asked", "path"),
    [
        (450, 1, False, "both"),
        (450, 1, True, "both"),
        (450, 0, True, "asked"),
        (450, 0, False, "fit"),
        (10, 1, True, "asked"),
        (10, 1, False, None),
    ],
)
def test_the_first_path_that_holds_counts(employees: int, views: int, asked: bool, path: str | None) -> None:
    facts = Facts.model_validate({"source": "web", "company": {"employees": employees}, "contact_requested": asked})
    agreed = definition(
        {"reading": "fit", "points": 30, "when": {"field": "company.employees", "at_least": 200}},
        {**VIEW, "points": 10},
        {"reading": "engagement", "points": 0, "when": {"field": "contact_requested", "equals": True}},
        paths=PATHS,
    )
    assert score(agreed, facts, seen(NOW)[:views], NOW).path == path


GATE = {"required": ["email", "company.name", "title"], "verified": ["email"]}
BIG = {"reading": "fit", "points": 30, "when": {"field": "company.employees", "at_least": 200}}


@pytest.mark.parametrize(
    ("missing", "lacking"),
    [
        ({}, ()),
        ({"email": None}, ("email",)),
        ({"email": None, "title": " "}, ("email", "title")),
        ({"company": {"employees": 450}}, ("company.name",)),
    ],
)
def test_the_gate_says_what_is_lacking_when_a_path_is_met_but_for_it(
    missing: dict[str, Any], lacking: tuple[str, ...]
) -> None:
    facts = Facts.model_validate({**ANA.model_dump(), **missing})
    scoring = score(definition(BIG, evidence=GATE), facts, [], NOW)
    assert (scoring.path, scoring.lacking) == (None if lacking else "any", lacking)


def test_the_gate_is_silent_while_no_path_is_met() -> None:
    unmet = definition(BIG, evidence=GATE, paths=[{"id": "high", "label": "High", "fit": 31}])
    scoring = score(unmet, Facts.model_validate({"source": "web", "company": {"employees": 900}}), [], NOW)
    assert (scoring.path, scoring.lacking) == (None, ())


def test_evidence_is_verified_where_its_field_is() -> None:
    asks = [{"reading": "fit", "points": 1, "when": {"field": field, "known": True}} for field in ("email", "title")]
    scoring = score(definition(*asks, evidence=GATE), ANA, [], NOW)
    assert [line.verified for line in scoring.evidence] == [True, False]


def test_a_criterion_that_is_worth_nothing_any_more_is_still_evidence() -> None:
    faded = Criterion.model_validate({"id": "old", "label": "Old", "points": 5, "half_life": "1 day", **VIEW})
    agreed = Definition(criteria=(faded,), paths=definition(BIG).paths)
    scoring = score(agreed, ANA, seen(ago(days=90)), NOW)
    assert [(line.criterion, line.points) for line in scoring.evidence] == [("old", 0)]
