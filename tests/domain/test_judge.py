"""What a whole policy says of a lead, worked out by hand: which definition speaks, and what is open, gated or near."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.definition import NearMiss
from bot.domain.judging.qualification import judge, next_look
from bot.domain.lead import Facts, Near, Proof, Scoring, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
ANA = Facts.model_validate(
    {
        "source": "webinar",
        "email": "ana.silva@acme.example",
        "title": "VP Operations",
        "company": {"name": "Acme", "employees": 450, "country": "US", "industry": "Manufacturing"},
    }
)


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def did(kind: str, *times: datetime) -> list[Signal]:
    return [Signal(kind=kind, at=at) for at in times]


def line(name: str, points: int, when: dict[str, Any], reading: str = "fit", **rest: Any) -> dict[str, Any]:
    return {"id": name, "label": f"The {name}", "reading": reading, "points": points, "when": when, **rest}


def path(name: str, **rest: Any) -> dict[str, Any]:
    return {"id": name, "label": f"Path {name}", **rest}


def policy(criteria: Sequence[dict[str, Any]], paths: Sequence[dict[str, Any]], **rest: Any) -> Policy:
    evidence = rest.pop("evidence", {})
    return Policy.model_validate(
        {
            "company": "Acme",
            "definition": {"criteria": criteria, "paths": paths, "evidence": evidence},
            "teams": [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}],
            **rest,
        }
    )


def met(scoring: Scoring) -> list[tuple[str, int]]:
    return [(one.criterion, one.points) for one in scoring.evidence]


TITLE = line("title", 20, {"field": "title", "matches": "VP"})
SIZE = line("size", 20, {"field": "company.employees", "at_least": 200})
BUDGET = line("budget", 15, {"field": "bant.budget", "known": True})
DEMO = line("demo", 30, {"signal": "demo_requested"}, "engagement")
NEVER = path("never", fit=999)


def test_what_speaks_against_a_lead_takes_points_but_never_more_than_there_are() -> None:
    student = line("student", -15, {"field": "title", "matches": "VP"})
    gone = line("gone", -50, {"signal": "unsubscribed"}, "engagement")
    judged = judge(policy([TITLE, student, DEMO, gone], [NEVER]), ANA, did("unsubscribed", NOW), NOW)
    assert (judged.fit, judged.engagement) == (5, 0)
    assert met(judged) == [("title", 20), ("student", -15), ("gone", -50)]


def test_what_speaks_against_a_lead_fades_too() -> None:
    gone = line("gone", -20, {"signal": "unsubscribed"}, "engagement", half_life="10 days")
    rules = policy([DEMO, gone], [NEVER])
    signals = did("demo_requested", NOW) + did("unsubscribed", ago(days=10))
    assert judge(rules, ANA, signals, NOW).engagement == 20
    assert judge(rules, ANA, signals, NOW + timedelta(days=10)).engagement == 25


@pytest.mark.parametrize(
    ("at_least", "within", "half_life", "visits", "points"),
    [
        (1, None, None, 1, 10),
        (1, None, None, 2, 13),
        (1, None, None, 4, 19),
        (1, None, None, 5, 20),
        (1, None, None, 50, 20),
        (3, None, None, 2, 0),
        (3, None, None, 4, 13),
        (1, "2 days", None, 9, 16),
        (1, None, "1 day", 2, 7),
    ],
)
def test_each_visit_after_those_asked_for_is_worth_more(
    at_least: int, within: str | None, half_life: str | None, visits: int, points: int
) -> None:
    when = {"signal": "page_view", "at_least": at_least, **({"within": within} if within else {})}
    again = {"half_life": half_life, "repeats": {"points": 3, "most": 10}}
    signals = did("page_view", *(ago(days=day + 1) for day in range(visits)))
    judged = judge(policy([line("views", 10, when, "engagement", **again)], [NEVER]), ANA, signals, NOW)
    assert judged.engagement == points


@pytest.mark.parametrize(
    ("fit", "engagement", "grade"),
    [
        ((30, 15, 10, 5), 30, "A1"),
        ((20, 20, 5, 15), 30, "B1"),
        ((20, 10, 15, 15), 30, "B1"),
        ((20, 9, 16, 15), 30, "C1"),
        ((15, 0, 30, 15), 0, "C1"),
        ((14, 0, 30, 16), 30, "D1"),
    ],
)
def test_a_grade_is_the_share_of_all_points_of_each_reading(
    fit: tuple[int, int, int, int], engagement: int, grade: str
) -> None:
    yes, no = {"field": "title", "known": True}, {"field": "bant.need", "known": True}
    names = zip("abcd", fit, (yes, yes, no, no), strict=True)
    lines = [line(name, points, when) for name, points, when in names]
    lines.append(line("e", engagement, {"signal": "demo_requested"}, "engagement"))
    lines.append(line("against", -5, no))
    assert judge(policy(lines, [NEVER]), ANA, did("demo_requested", NOW), NOW).grade == grade


@pytest.mark.parametrize(("age", "digit"), [(4.1, "1"), (4.3, "2"), (10, "2"), (10.2, "3"), (20.4, "4")])
def test_a_grade_fades_with_its_points(age: float, digit: str) -> None:
    fading = line("demo", 100, {"signal": "demo_requested"}, "engagement", half_life="10 days")
    assert judge(policy([TITLE, fading], [NEVER]), ANA, did("demo_requested", ago(days=age)), NOW).grade == f"A{digit}"


def test_what_is_missing_is_told_with_what_is_there_and_what_to_ask() -> None:
    rules = policy(
        [
            TITLE,
            BUDGET,
            line("timing", 5, {"field": "bant.timing", "equals": "now"}, ask="When would you start?"),
            line("dach", 5, {"field": "company.country", "one_of": ["DE", "AT"]}, ask="Do you sell in Germany?"),
            line("views", 5, {"signal": "page_view", "at_least": 3}, "engagement"),
            line("odd", 5, {"all": [{"field": "attributes.plan", "known": True}, {"field": "title", "known": True}]}),
            line("against", -5, {"field": "company.industry", "equals": "Weapons"}),
        ],
        [NEVER],
    )
    gaps = judge(rules, ANA, did("page_view", NOW, ago(days=1)), NOW).gaps
    assert [(gap.criterion, gap.why, gap.found, gap.ask) for gap in gaps] == [
        ("budget", "unknown", "", "What budget is set aside for this?"),
        ("timing", "unknown", "", "When would you start?"),
        ("dach", "contrary", "US", "Do you sell in Germany?"),
        ("views", "short", "2 of 3 × page view", ""),
        ("odd", "unknown", "", ""),
    ]
    assert [(gap.label, gap.reading, gap.points) for gap in gaps[:1]] == [("The budget", "fit", 15)]


def test_evidence_that_has_faded_or_stands_on_something_wrong_is_weak() -> None:
    rules = policy(
        [
            line("half", 10, {"signal": "demo_requested"}, "engagement", half_life="10 days"),
            line("less", 10, {"signal": "page_view"}, "engagement", half_life="9 days"),
            line("reachable", 10, {"any": [{"field": "email", "known": True}, {"field": "phone", "known": True}]}),
            TITLE,
        ],
        [NEVER],
        evidence={"verified": ["email"]},
    )
    signals = did("demo_requested", ago(days=10)) + did("page_view", ago(days=10))
    disposable = ANA.model_copy(update={"email": "ana@mailinator.com"})
    weak = {one.criterion: (one.weak, one.verified) for one in judge(rules, disposable, signals, NOW).evidence}
    assert weak == {"half": (False, False), "less": (True, False), "reachable": (True, False), "title": (False, False)}
    sure = {one.criterion: (one.weak, one.verified, bool(one.how)) for one in judge(rules, ANA, signals, NOW).evidence}
    assert sure["reachable"] == (False, True, True)
    assert sure["half"] == (False, False, False)


PERSONAS = [
    {"id": "ops", "label": "Operations", "titles": ["operations"], "employees_from": 200},
    {"id": "big", "label": "Big", "employees_from": 1000},
    {"id": "maker", "label": "Maker", "industries": ["manufacturing"]},
]


def test_the_personas_that_fit_are_named_and_may_be_criteria() -> None:
    rules = policy([line("ops", 30, {"persona": "ops"})], [path("fit", fit=30)], personas=PERSONAS)
    judged = judge(rules, ANA, [], NOW)
    assert (judged.path, judged.personas) == ("fit", ("ops", "maker"))
    assert [one.found for one in judged.evidence] == ["VP Operations; 450"]
    assert judge(rules, Facts(source="web"), [], NOW).personas == ()


GATE = {"required": ["email", "phone"]}
REACHED = path("reached", fit=20)


def product(name: str, *paths: dict[str, Any], **rest: Any) -> dict[str, Any]:
    own = line(f"{name}-size", 10, {"field": "company.employees", "at_least": 100})
    return {"id": name, "label": name.title(), "criteria": [own], "paths": paths, **rest}


@pytest.mark.parametrize(
    ("definitions", "says"),
    [
        ([], (None, "reached")),
        ([product("pay", path("pay", fit=10))], ("pay", "pay")),
        ([product("pay", path("pay", fit=11))], (None, "reached")),
        ([product("pay", path("pay", fit=30), uses=["title"])], ("pay", "pay")),
        ([product("pay", path("pay", fit=30), uses=["title", "budget"])], ("pay", "pay")),
        ([product("pay", path("pay", requires=["budget"]), uses=["budget"])], (None, "reached")),
        ([product("pay", path("pay"), when={"field": "company.country", "equals": "DE"})], (None, "reached")),
        ([product("pay", path("pay"), when={"field": "company.country", "equals": "US"})], ("pay", "pay")),
        ([product("pay", path("pay"), evidence=GATE)], (None, "reached")),
        ([product("pay", path("pay")), product("buy", path("buy"))], ("pay", "pay")),
        ([product("pay", path("pay", fit=11)), product("buy", path("buy"))], ("buy", "buy")),
    ],
)
def test_the_first_definition_that_opens_a_path_past_its_gate_speaks(
    definitions: list[dict[str, Any]], says: tuple[str | None, str]
) -> None:
    judged = judge(policy([TITLE, BUDGET], [REACHED], definitions=definitions), ANA, [], NOW)
    assert (judged.definition, judged.path) == says
    assert (judged.gated, judged.lacking, judged.near) == (None, (), None)


def test_what_a_definition_uses_is_told_before_its_own() -> None:
    pay = product("pay", path("pay"), uses=["budget", "title"])
    judged = judge(policy([TITLE, BUDGET], [REACHED], definitions=[pay]), ANA, [], NOW)
    assert met(judged) == [("title", 20), ("pay-size", 10)]
    assert [gap.criterion for gap in judged.gaps] == ["budget"]
    assert (judged.fit, judged.grade) == (30, "B1")


@pytest.mark.parametrize(
    ("paths", "evidence", "says"),
    [
        ([REACHED], GATE, (None, "reached", ("phone",))),
        ([REACHED, path("second", fit=10, evidence={})], GATE, ("second", None, ())),
        ([REACHED, path("second", fit=21, evidence={})], GATE, (None, "reached", ("phone",))),
        ([path("first", fit=10, evidence={"required": ["title"]})], GATE, ("first", None, ())),
        (
            [path("first", evidence={"required": ["bant.budget", "company.region"]})],
            {},
            (None, "first", ("bant.budget", "company.region")),
        ),
        ([path("high", fit=21), REACHED], GATE, (None, "reached", ("phone",))),
    ],
)
def test_an_open_path_wins_over_one_that_its_gate_holds_back(
    paths: list[dict[str, Any]], evidence: dict[str, Any], says: tuple[str | None, str | None, tuple[str, ...]]
) -> None:
    judged = judge(policy([TITLE], paths, evidence=evidence), ANA, [], NOW)
    assert (judged.path, judged.gated, judged.lacking) == says


def test_a_later_definition_that_is_open_wins_over_an_earlier_one_that_is_gated() -> None:
    gated = [product("pay", path("pay"), evidence=GATE), product("buy", path("buy"), evidence=GATE)]
    assert judge(policy([TITLE], [REACHED], definitions=gated), ANA, [], NOW).path == "reached"
    judged = judge(policy([TITLE], [NEVER], definitions=gated), ANA, [], NOW)
    assert (judged.definition, judged.gated, judged.lacking, judged.near) == ("pay", "pay", ("phone",), None)


def test_the_gate_asks_for_fields_that_are_verified() -> None:
    rules = policy([TITLE], [REACHED], evidence={"verified": ["email"]})
    free = ANA.model_copy(update={"email": "ana.silva@gmail.com"})
    by_hand = Proof(field="email", value="ana.silva@gmail.com", by="U1", at=NOW)
    assert judge(rules, ANA, [], NOW).path == "reached"
    assert judge(rules, free, [], NOW).lacking == ("email",)
    assert judge(rules, free, [], NOW, [by_hand]).path == "reached"


def test_the_gate_takes_no_field_that_is_wrong_for_one_that_is_known() -> None:
    rules = policy([TITLE], [REACHED], evidence={"required": ["email", "phone"]})
    for number, lacking in (("+493012345678", ()), ("+4930", ("phone",)), (None, ("phone",))):
        assert judge(rules, ANA.model_copy(update={"phone": number}), [], NOW).lacking == lacking
    assert judge(rules, ANA.model_copy(update={"email": "a@mailinator.com"}), [], NOW).lacking == ("email", "phone")
    vouched = Proof(field="phone", value="+4930", by="U1", at=NOW)
    assert judge(rules, ANA.model_copy(update={"phone": "+4930"}), [], NOW, [vouched]).path == "reached"


@pytest.mark.parametrize(
    ("paths", "near"),
    [
        ([path("ten", fit=30)], Near(path="ten", fit=10)),
        ([path("more", fit=31)], None),
        ([path("both", fit=25, engagement=5)], Near(path="both", fit=5, engagement=5)),
        ([path("both", fit=25, engagement=6)], None),
        ([path("one", requires=["budget"])], Near(path="one", criteria=("budget",))),
        ([path("sum", fit=35, requires=["budget"])], Near(path="sum", criteria=("budget",))),
        ([path("sum", fit=45, requires=["budget"])], Near(path="sum", fit=10, criteria=("budget",))),
        ([path("sum", fit=46, requires=["budget"])], None),
        ([path("two", requires=["budget", "demo"])], None),
        ([path("one", requires=["budget"]), path("points", fit=30)], Near(path="points", fit=10)),
        ([path("nine", fit=29), path("eight", fit=28), path("same", fit=28)], Near(path="eight", fit=8)),
    ],
)
def test_the_path_that_lacks_least_is_near_when_it_lacks_little(paths: list[dict[str, Any]], near: Near | None) -> None:
    assert judge(policy([TITLE, BUDGET, DEMO], paths), ANA, [], NOW).near == near


def test_the_policy_says_what_counts_as_near() -> None:
    rules = policy([TITLE, BUDGET, DEMO], [path("two", fit=40, requires=["budget", "demo"])])
    wide = rules.model_copy(update={"near_miss": NearMiss(points=5, criteria=2)})
    narrow = rules.model_copy(update={"near_miss": NearMiss(points=4, criteria=2)})
    assert judge(wide, ANA, [], NOW).near == Near(path="two", fit=5, criteria=("budget", "demo"))
    assert judge(narrow, ANA, [], NOW).near is None


def test_nothing_is_near_for_a_lead_that_meets_nothing_or_only_what_speaks_against_it() -> None:
    against = line("against", -5, {"field": "email", "known": True})
    rules = policy([BUDGET, against], [path("one", requires=["budget"])])
    assert judge(rules, Facts(source="web"), [], NOW).near is None
    assert judge(rules, ANA, [], NOW).near is None
    assert judge(policy([BUDGET, TITLE], [path("one", requires=["budget"])]), ANA, [], NOW).near


def test_the_definition_that_is_nearest_speaks_and_the_first_of_equals() -> None:
    far, close = product("far", path("far", fit=18)), product("close", path("close", fit=15))
    rules = policy([TITLE], [path("main", fit=25)], definitions=[far, close])
    assert judge(rules, ANA, [], NOW).definition == "close"
    twin = policy([TITLE], [path("main", fit=25)], definitions=[product("twin", path("twin", fit=15))])
    assert judge(twin, ANA, [], NOW).definition == "twin"


RECENT = {"signal": "page_view", "recent": "7 days"}
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("criteria", "signals", "look"),
    [
        ([TITLE, DEMO], did("demo_requested", NOW), None),
        ([line("recent", 5, RECENT)], [], None),
        ([line("recent", 5, RECENT)], did("page_view", ago(days=8)), None),
        ([line("recent", 5, RECENT)], did("page_view", ago(days=2), ago(days=6)), NOW + timedelta(days=5) + INSTANT),
        ([line("quiet", 5, {"not": RECENT})], did("page_view", ago(days=7)), NOW + INSTANT),
        (
            [line("recent", 5, RECENT), line("sooner", 5, {"all": [{"signal": "mail", "recent": "2 days"}, RECENT]})],
            did("page_view", NOW) + did("mail", ago(days=1)),
            NOW + timedelta(days=1) + INSTANT,
        ),
        ([{**DEMO, "half_life": "10 days"}], [], None),
        ([{**DEMO, "half_life": "10 days"}], did("demo_requested", ago(days=30)), NOW + timedelta(hours=24)),
        ([{**DEMO, "half_life": "10 days"}], did("demo_requested", ago(days=59)), NOW + timedelta(hours=24)),
        ([{**DEMO, "half_life": "10 days"}], did("demo_requested", ago(days=60)), None),
        (
            [{**DEMO, "points": -30, "half_life": "10 days"}],
            did("demo_requested", ago(days=59)),
            NOW + timedelta(hours=24),
        ),
        ([{**TITLE, "half_life": "10 days"}], [], None),
    ],
)
def test_a_lead_is_looked_at_again_when_time_alone_may_change_what_is_said(
    criteria: list[dict[str, Any]], signals: list[Signal], look: datetime | None
) -> None:
    assert next_look(policy(criteria, [REACHED]), ANA, signals, NOW) == look


def test_whose_definition_it_is_may_change_with_time_too() -> None:
    pay = product("pay", path("pay"), when=RECENT)
    rules = policy([TITLE], [REACHED], definitions=[pay])
    signals = did("page_view", ago(days=1))
    look = next_look(rules, ANA, signals, NOW)
    assert look == NOW + timedelta(days=6) + INSTANT
    assert judge(rules, ANA, signals, look - INSTANT).definition == "pay"
    assert judge(rules, ANA, signals, look).definition is None


def test_how_sure_a_field_is_does_not_hang_on_the_order_of_signals() -> None:
    rules = policy([line("address", 5, {"field": "email", "known": True})], [NEVER])
    free = ANA.model_copy(update={"email": "ana.silva@gmail.com"})
    signals = did("email_clicked", ago(days=9)) + did("email_confirmed", ago(days=2), ago(days=5))
    for told in (signals, signals[::-1]):
        (evidence,) = judge(rules, free, told, NOW).evidence
        assert (evidence.verified, evidence.how) == (True, "its owner confirmed it")


def test_where_there_are_no_points_to_reach_nothing_is_missing() -> None:
    against = line("against", -5, {"signal": "unsubscribed"}, "engagement")
    assert judge(policy([BUDGET, against], [NEVER]), ANA, [], NOW).grade == "D1"
    assert judge(policy([DEMO], [NEVER]), Facts(source="web"), [], NOW).grade == "A4"
