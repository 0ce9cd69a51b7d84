"""Conditions on signals, personas and other conditions, worked out by hand: what meets them, and what lacks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain.definition import Condition, Persona
from bot.domain.judging.conditions import Met, Profile, Unmet, lacks, meets
from bot.domain.lead import Facts, Signal

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
READ: TypeAdapter[Condition] = TypeAdapter(Condition)
ANA = Facts.model_validate(
    {
        "source": "webinar",
        "email": "ana.silva@acme.example",
        "title": "Vice  President, Operations",
        "company": {"name": "Acme", "employees": 450, "country": "US", "industry": "manufacturing"},
    }
)
PERSONAS = {
    "ops": Persona(id="ops", label="Head of operations", titles=("COO", "vice president"), employees_from=200),
    "cfo": Persona(id="cfo", label="Finance chief", titles=("CFO", "president of finance")),
    "maker": Persona(id="maker", label="Manufacturer", industries=("Manufacturing",), countries=("us", "CA")),
    "small": Persona(id="small", label="Small company", employees_to=449),
    "exact": Persona(id="exact", label="Of that size", employees_from=450, employees_to=450),
    "budget": Persona(id="budget", label="Of a size in a place", employees_from=1, countries=("DE",)),
    "hurt": Persona(id="hurt", label="With a pain", pain_points=("invoicing",)),
}


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def view(at: datetime, seconds: int | None = None, url: str = "/pricing") -> Signal:
    return Signal(kind="page_view", at=at, url=url, seconds=seconds)


def profile(*signals: Signal, facts: Facts = ANA) -> Profile:
    return Profile.of(facts, signals, NOW, PERSONAS)


def ask(condition: dict[str, Any], *signals: Signal, facts: Facts = ANA) -> Met | None:
    return meets(READ.validate_python(condition), profile(*signals, facts=facts))


VIEWS = (view(ago(days=1), 30), view(ago(days=2), 90), view(ago(days=9), 61), view(ago(days=3)))


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"seconds": 60}, Met("2 × page view of 1 minute or more, last /pricing", ago(days=2))),
        ({"seconds": 90}, Met("page view of 90 seconds or more, /pricing", ago(days=2))),
        ({"seconds": 91}, None),
        (
            {"seconds": 60, "at_least": 2, "within": "7 days"},
            Met("2 × page view of 1 minute or more in 7 days, last /pricing", ago(days=2)),
        ),
        ({"seconds": 60, "at_least": 2, "within": "6 days"}, None),
        ({"recent": "24 hours"}, Met("4 × page view, last /pricing", ago(days=1))),
        ({"recent": "23 hours"}, None),
        ({"seconds": 60, "recent": "24 hours"}, None),
        ({"at_least": 4, "recent": "1 day"}, Met("4 × page view, last /pricing", ago(days=1))),
        ({"at_least": 5, "recent": "1 day"}, None),
        (
            {"at_least": 3, "within": "2 days", "recent": "1 day"},
            Met("3 × page view in 2 days, last /pricing", ago(days=1)),
        ),
        ({"url": "*/price"}, None),
    ],
)
def test_time_on_a_page_and_how_recent_it_is(condition: dict[str, Any], met: Met | None) -> None:
    assert ask({"signal": "page_view", **condition}, *VIEWS) == met


def test_the_latest_window_is_the_one_that_must_be_recent() -> None:
    twice = {"signal": "page_view", "at_least": 2, "within": "1 day"}
    burst = (view(ago(days=20)), view(ago(days=20.5)), view(ago(days=1)))
    assert ask(twice, *burst) == Met("2 × page view in 1 day, last /pricing", ago(days=20))
    assert ask({**twice, "recent": "19 days"}, *burst) is None
    assert ask({**twice, "recent": "20 days"}, *burst)


@pytest.mark.parametrize(
    ("persona", "found"),
    [
        ("ops", "Vice President, Operations; 450"),
        ("cfo", None),
        ("maker", "manufacturing; US"),
        ("small", None),
        ("exact", "450"),
        ("budget", None),
        ("hurt", None),
        ("unheard", None),
    ],
)
def test_a_lead_is_a_persona_when_everything_it_names_fits(persona: str, found: str | None) -> None:
    assert ask({"persona": persona}) == (Met(found) if found else None)


@pytest.mark.parametrize(
    ("title", "fits"),
    [
        ("COO", True),
        ("coo & founder", True),
        ("Co-COO", True),
        ("Coordinator", False),
        ("Scoop editor", False),
        ("VICE PRESIDENT", True),
        ("Vice-President", False),
        ("Vice Presidents' secretary", False),
        (" ", False),
        (None, False),
    ],
)
def test_titles_are_whole_words_in_any_case(title: str | None, fits: bool) -> None:
    facts = ANA.model_copy(update={"title": title})
    assert (ask({"persona": "ops"}, facts=facts) is not None) is fits


def test_what_is_not_known_fits_no_persona() -> None:
    nobody = Facts(source="web")
    assert [ask({"persona": persona}, facts=nobody) for persona in PERSONAS] == [None] * len(PERSONAS)


US = {"field": "company.country", "equals": "US"}
DE = {"field": "company.country", "equals": "DE"}
VIEWED = {"signal": "page_view", "url": "/pricing"}
BLOG = {"signal": "page_view", "url": "/blog"}
BUDGET = {"field": "bant.budget", "known": True}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"all": [US, VIEWED]}, Met("US; page view, /pricing", ago(days=3))),
        ({"all": [VIEWED, BLOG]}, Met("page view, /pricing; page view, /blog", ago(days=1))),
        ({"all": [US, US]}, Met("US")),
        ({"all": [US, DE]}, None),
        ({"all": [US, VIEWED, BUDGET]}, None),
        ({"any": [DE, VIEWED]}, Met("page view, /pricing", ago(days=3))),
        ({"any": [VIEWED, BLOG]}, Met("page view, /blog", ago(days=1))),
        ({"any": [VIEWED, US]}, Met("US")),
        ({"any": [DE, BUDGET]}, None),
        ({"not": US}, None),
        ({"not": DE}, Met("US")),
        ({"not": BUDGET}, Met("not known")),
        ({"not": {"field": "bant.budget", "equals": "none"}}, Met("not known")),
        ({"not": {"signal": "unsubscribed"}}, Met("no unsubscribed")),
        ({"not": {**VIEWED, "recent": "2 days"}}, Met("page view, but not in the last 2 days")),
        ({"not": {**VIEWED, "recent": "3 days"}}, None),
        ({"not": {**VIEWED, "at_least": 3}}, Met("1 of 3 × page view")),
        ({"not": {"persona": "cfo"}}, Met("not “Finance chief”")),
        ({"not": {"persona": "ops"}}, None),
        ({"not": {"all": [US, BUDGET]}}, Met("not known")),
        ({"not": {"any": [DE, BUDGET]}}, Met("US; not known")),
        ({"not": {"any": [US, BUDGET]}}, None),
        ({"not": {"not": VIEWED}}, Met("page view, /pricing")),
        ({"not": {"not": DE}}, None),
        ({"any": [{"all": [US, BUDGET]}, {"not": {"all": [DE, VIEWED]}}]}, Met("US")),
    ],
)
def test_conditions_of_conditions(condition: dict[str, Any], met: Met | None) -> None:
    assert ask(condition, view(ago(days=3)), view(ago(days=1), url="/blog")) == met


@pytest.mark.parametrize(
    ("condition", "unmet"),
    [
        (DE, Unmet("contrary", "US")),
        (BUDGET, Unmet("unknown")),
        ({"field": "email", "matches": "@corp"}, Unmet("contrary", "…@acme.example")),
        ({"field": "title", "known": False}, Unmet("contrary", "Vice President, Operations")),
        ({"signal": "demo_requested"}, Unmet("unknown")),
        ({**VIEWED, "at_least": 4}, Unmet("short", "3 of 4 × page view")),
        ({**VIEWED, "at_least": 3, "within": "2 days"}, Unmet("short", "2 of 3 × page view in 2 days")),
        ({**VIEWED, "recent": "12 hours"}, Unmet("short", "page view, but not in the last 12 hours")),
        ({**VIEWED, "seconds": 120}, Unmet("short", "page view, none of 2 minutes or more")),
        ({"persona": "cfo"}, Unmet("contrary", "Vice President, Operations")),
        ({"persona": "budget"}, Unmet("contrary", "US")),
        ({"not": US}, Unmet("contrary", "US")),
        ({"not": VIEWED}, Unmet("contrary", "3 × page view, last /pricing")),
        ({"all": [US, BUDGET]}, Unmet("unknown")),
        ({"all": [BUDGET, DE]}, Unmet("contrary", "US")),
        ({"all": [BUDGET, {**VIEWED, "at_least": 4}]}, Unmet("short", "3 of 4 × page view")),
        ({"any": [DE, BUDGET]}, Unmet("unknown")),
        ({"any": [DE, BUDGET, {**VIEWED, "at_least": 4}]}, Unmet("short", "3 of 4 × page view")),
        ({"any": [DE, {"field": "company.employees", "at_least": 500}]}, Unmet("contrary", "US")),
    ],
)
def test_what_a_condition_lacks(condition: dict[str, Any], unmet: Unmet) -> None:
    lead = profile(view(ago(days=1)), view(ago(days=2)), view(ago(days=9)))
    asked = READ.validate_python(condition)
    assert meets(asked, lead) is None
    assert lacks(asked, lead) == unmet


def test_a_persona_of_whom_nothing_speaks_against_is_unknown() -> None:
    asked = READ.validate_python({"persona": "ops"})
    assert lacks(asked, profile(facts=ANA.model_copy(update={"title": None}))) == Unmet("unknown")


def test_signals_of_one_instant_are_told_alike_in_any_order() -> None:
    both = [view(NOW, url=f"/{name}") for name in "abcd"]
    assert ask({"signal": "page_view"}, *both) == ask({"signal": "page_view"}, *reversed(both))


@pytest.mark.parametrize(
    "nested", [{"not": DE}, {"not": {"not": {"persona": "ops"}}}, {"any": [{"not": {"all": [US, BLOG]}}, DE]}]
)
@pytest.mark.parametrize("by_alias", [True, False])
def test_a_condition_is_stored_as_it_is_written(nested: dict[str, Any], by_alias: bool) -> None:
    for given in (nested, {"all": [nested]}, {"not": nested}):
        asked = READ.validate_python(given)
        stored = READ.dump_python(asked, mode="json", by_alias=by_alias, exclude_defaults=True)
        assert stored == given
        assert READ.validate_json(READ.dump_json(asked, by_alias=by_alias)) == asked
