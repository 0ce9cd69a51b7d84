"""The definition in plain words: in the window of a card, and as the answer to `/lead policy`."""

import json
from datetime import timedelta

import pytest

from bot.domain.definition import (
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    Definition,
    EvidenceGate,
    FieldCondition,
    Not,
    Path,
    Persona,
    PersonaCondition,
    ProductDefinition,
    Repeats,
    SignalCondition,
)
from bot.domain.dossier import Agreed
from bot.domain.durations import Duration
from bot.domain.lead import Stage
from bot.domain.policy import Reason
from bot.domain.promises import Clock, Rung, Sla
from bot.views.blocks import button
from bot.views.conditions import condition_words
from bot.views.governing import definition as showing
from bot.views.links import is_web
from bot.views.room import MESSAGE, length
from sandbox.blocks import accept_blocks, accept_view
from tests.views.reading import buttons, read
from tests.views.samples import MARTA, MAYA, NOW, RULES

ASKED = Criterion(
    id="asked",
    label="Asked to be contacted",
    reading="engagement",
    points=40,
    half_life=Duration.parse("14 days"),
    when=FieldCondition(field="contact_requested", equals=True),
)
FINANCE = Persona(
    id="finance",
    label="Finance lead",
    industries=("Manufacturing", "Logistics"),
    titles=("CFO", "head of finance"),
    employees_from=200,
    employees_to=1500,
    pain_points=("late payments",),
)
TITLE = FieldCondition(field="title", matches=r"(?i)\b(vp|head|chief|direct(or|ora)|gérante?)\b")
PRICING = SignalCondition(signal="page_view", url="*/pricing*", at_least=3, within=Duration.parse("7 days"))


def test_the_rules_in_force_are_told_in_plain_words() -> None:
    paths = (
        *RULES.definition.paths,
        RULES.definition.paths[0].model_copy(update={"label": "Asked", "requires": ("asked",)}),
    )
    definition = RULES.definition.model_copy(
        update={
            "criteria": (*RULES.definition.criteria, ASKED),
            "paths": paths,
            "evidence": EvidenceGate(required=("email", "company.name"), verified=("email",)),
        }
    )
    fast = Sla(
        acceptance=Clock(within=Duration.parse("15 minutes"), ladder=(Rung(at=100, do="remind"),)),
        marketing_handoff=Duration.parse("1 hour"),
    )
    rules = RULES.model_copy(update={"definition": definition, "sla": {"fast": fast}})
    shown = showing.message(Agreed(3, rules, NOW, ((MARTA, NOW - timedelta(days=1)), (MAYA, NOW))))
    assert shown.text == "What Baton Makers calls a lead for sales (version 3): Fit and engaged and Asked."
    told = read(shown).split("\n")
    for words in (
        "What Baton Makers calls a lead for sales (version 3)",
        f"In force since {{20 Nov 16:10 UTC}}. Signed by @{MARTA} {{19 Nov 16:10 UTC}}, @{MAYA} {{20 Nov 16:10 UTC}}.",
        "• Fit and engaged: fit of at least 40 and engagement of at least 30",
        "• Asked: fit of at least 40, engagement of at least 30 and “Asked to be contacted”",
        "• Has authority: 20 points (job title has vp)",
        "• Asked to be contacted: 40 points, half of it after 14 days (asked to be contacted: yes)",
        "Always with verified e-mail address and company name",
        "• Default: marketing hands over within 12 hours; sales answers within 4 business hours and follows up within "
        "the same business day",
        "• Fast: marketing hands over within 1 hour; sales answers within 15 minutes and follows up within "
        "the same business day",
        "• Not now: back to marketing for 90 days",
        "• Not my territory: to another team",
        "• Already a customer: disqualified",
    ):
        assert words in told


def test_products_personas_points_against_and_repeats_are_told_too() -> None:
    student = Criterion(
        id="student",
        label="A student",
        reading="fit",
        points=-1,
        when=FieldCondition(field="attributes.student", equals=True),
    )
    returns = Criterion(
        id="returns",
        label="Keeps coming back",
        reading="engagement",
        points=10,
        repeats=Repeats(points=5, most=20),
        when=SignalCondition(signal="page_view"),
    )
    payroll = ProductDefinition(
        id="payroll",
        label="Payroll",
        when=PersonaCondition(persona="finance"),
        uses=("authority",),
        criteria=(student, returns),
        paths=(Path(id="pay", label="Wants payroll", fit=10, evidence=EvidenceGate(required=("phone",))),),
    )
    rules = RULES.model_copy(update={"definitions": (payroll,), "personas": (FINANCE,)})
    told = read(showing.window(Agreed(1, rules))).split("\n")
    start = told.index("Payroll (fits “Finance lead”)")
    assert told[start + 1 : start + 8] == [
        "A lead goes to sales when one of these holds",
        "• Wants payroll: fit of at least 10; with phone number",
        "Fit: how well they match us",
        "• Has authority: 20 points (job title has vp)",
        "• A student: 1 point against the lead (student: yes)",
        "Engagement: how interested they are",
        "• Keeps coming back: 10 points, 5 more each further time up to 20 (page view)",
    ]
    assert "Everybody else" in told
    assert (
        "• Finance lead: CFO or head of finance; in Manufacturing or Logistics; 200 to 1,500 people; "
        "pain points: late payments" in told
    )


def test_each_stage_has_its_owner_and_the_teams_own_words() -> None:
    rules = RULES.model_copy(update={"stages": {Stage.MQL: "Marta would call them today."}})
    told = read(showing.window(Agreed(1, rules))).split("\n")
    assert "• Marketing-qualified (MQL), sales: Marta would call them today." in told
    assert "• Prospect, marketing: Meets part of the definition; marketing keeps in touch." in told
    assert sum(", marketing: " in line or ", sales: " in line for line in told) == len(Stage)


def test_a_version_says_whether_it_was_signed_and_whether_another_is_in_force() -> None:
    assert "Nobody was asked to sign it." in read(showing.window(Agreed(1, RULES)))
    old = read(showing.window(Agreed(1, RULES, NOW, replaced=True)))
    assert "A newer version is in force for new leads." in old


def test_a_button_can_stand_under_it() -> None:
    assert buttons(showing.window(Agreed(1, RULES), button("Propose", "propose", "1"))) == ["Propose"]
    assert buttons(showing.message(Agreed(1, RULES), button("Propose", "propose", "1"))) == ["Propose"]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (FieldCondition(field="company.employees", at_least=1200), "number of people at least 1,200"),
        (FieldCondition(field="company.employees", at_most=50), "number of people at most 50"),
        (FieldCondition(field="company.country", one_of=("DE", "AT", "CH")), "country is DE, AT or CH"),
        (FieldCondition(field="company.country", one_of=tuple("ABCDEFGH")), "country is A, B, C, D, E, F or 2 more"),
        (FieldCondition(field="phone", known=False), "phone number is not known"),
        (FieldCondition(field="attributes.plan_name", equals="pro"), "plan name is pro"),
        (TITLE, "job title has vp, head, chief or 2 more"),
        (FieldCondition(field="title", matches=r"^\d+$"), "job title fits a pattern"),
        (PRICING, "3 × page view of */pricing* within 7 days"),
        (
            SignalCondition(signal="webinar_attended", seconds=600, recent=Duration.parse("30 days")),
            "webinar attended for 600 seconds or more in the last 30 days",
        ),
        (Not.model_validate({"not": PRICING}), "not: 3 × page view of */pricing* within 7 days"),
        (
            AnyOf(any=(AllOf(all=(TITLE, PRICING)), PersonaCondition(persona="nobody"))),
            "(job title has vp, head, chief or 2 more and 3 × page view of */pricing* within 7 days) or fits “nobody”",
        ),
    ],
)
def test_conditions_read_as_somebody_would_say_them(condition: Condition, told: str) -> None:
    assert condition_words(condition, RULES) == told


def test_slack_takes_it_however_much_there_is_in_a_window_and_in_a_message() -> None:
    long = "x" * 90
    criteria = tuple(ASKED.model_copy(update={"id": f"c{n}", "label": f"{n} {long}"}) for n in range(100))
    paths = tuple(Path(id=f"p{n}", label=f"{n} {long}", requires=tuple(f"c{m}" for m in range(10))) for n in range(60))
    whole = Definition(criteria=criteria, paths=paths)
    product = {"criteria": criteria, "paths": paths, "when": TITLE}
    reasons = tuple(Reason(id=f"r{n}", label=f"{n} {long}"[:75], means="recycle") for n in range(100))
    rules = RULES.model_copy(
        update={
            "definition": whole,
            "definitions": tuple(ProductDefinition(id=f"d{n}", label=f"{n} {long}", **product) for n in range(12)),
            "personas": tuple(FINANCE.model_copy(update={"id": f"f{n}", "label": f"{n} {long}"}) for n in range(40)),
            "reasons": reasons,
            "stages": dict.fromkeys(Stage, "x" * 500),
            "sla": {f"s{n}": Sla() for n in range(30)},
        }
    )
    agreed = Agreed(1, rules, NOW, ((MARTA, NOW),) * 30)
    view, message = showing.window(agreed), showing.message(agreed)
    accept_view(view, "modal", [])
    assert len(json.dumps(view)) < 250_000
    accept_blocks(message.blocks, [])
    assert length(message.blocks) <= MESSAGE
    assert "and 6 more definitions" in read(view)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://acme.example/spring?x=1&y=2#top", True),
        ("http://acme.example", True),
        ("HTTPS://acme.example:8443/a", True),
        ("https://acme.example@evil.example/", False),
        ("https://acme.example:0/", False),
        ("https://acme.example:99999/", False),
        ("javascript:alert(1)", False),
        ("https://acme.example/<b>", False),
        ("https://acme.example/a|b", False),
        ("https://acmé.example/", False),
        ("https://", False),
        ("acme.example", False),
        ("https://acme.example/ x", False),
    ],
)
def test_only_a_plain_address_of_the_web_becomes_a_link(address: str, told: bool) -> None:
    assert is_web(address) is told
