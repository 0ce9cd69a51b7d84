"""Questions to open a call with: taken from what is known and missing, a mix of kinds, three at most."""

from datetime import UTC, datetime

import pytest

from bot.domain.definition import Persona
from bot.domain.governing.glossary import MEANS, NAMES, OWNER, meaning
from bot.domain.judging.completeness import completeness
from bot.domain.judging.questions import questions
from bot.domain.lead import NURTURED, Bant, Company, Facts, Gap, Signal, Stage
from tests.views.samples import BUDGET, RULES, TOO_SMALL, URGENT

AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
BUYER = Persona(
    id="buyer", label="Buyer", titles=("buyer",), questions=("Who types your invoices?", "Which ERP is it?")
)
WITH_BUYER = RULES.model_copy(update={"personas": (BUYER,)})
PAIN = "You mentioned “manual invoicing”: what does it cost you today?"
PRICING = "What were you looking for on the pricing page?"


def page(url: str, label: str | None = None) -> Signal:
    return Signal(kind="page_view", at=AT, url=url, label=label)


@pytest.mark.parametrize(
    ("gaps", "personas", "pains", "last", "told"),
    [
        ((), (), (), None, ()),
        ((URGENT, BUDGET), (), (), None, (BUDGET.ask, URGENT.ask)),
        ((TOO_SMALL,), (), (), None, ()),
        ((BUDGET.model_copy(update={"ask": ""}),), (), (), None, ()),
        ((BUDGET.model_copy(update={"points": 0}),), (), (), None, ()),
        ((), ("buyer", "nobody"), (), None, BUYER.questions),
        ((), (), ("manual invoicing", "late payments"), None, (PAIN,)),
        (
            (BUDGET, URGENT),
            ("buyer",),
            ("manual invoicing",),
            page("https://acme.example/pricing"),
            (PAIN, "Who types your invoices?", BUDGET.ask),
        ),
        ((BUDGET,), (), ("manual invoicing",), page("acme.example/pricing/teams"), (PAIN, BUDGET.ask, PRICING)),
        ((URGENT, BUDGET), ("buyer",), (), None, ("Who types your invoices?", BUDGET.ask, "Which ERP is it?")),
    ],
)
def test_one_of_each_kind_comes_before_a_second_of_any(
    gaps: tuple[Gap, ...], personas: tuple[str, ...], pains: tuple[str, ...], last: Signal | None, told: tuple[str, ...]
) -> None:
    assert questions(WITH_BUYER, gaps, personas, pains, last) == told


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (page("https://acme.example/case-studies/7?x=1"), "What were you looking for on the case studies page?"),
        (page("https://acme.example/", "Start"), "What were you looking for on “Start”?"),
        (page("https://acme.example/"), None),
        (page("https://acme.example/a1b2c3"), None),
        (page("https://acme.example/%3Cscript%3E"), None),
        (page("http://[broken/pricing"), None),
        (Signal(kind="Webinar_Attended", at=AT, label="Invoicing 101"), "What did you take away from “Invoicing 101”?"),
        (Signal(kind="webinar_attended", at=AT), "What did you take away from the webinar?"),
        (Signal(kind="demo_requested", at=AT, label="Tour"), "What would you like to see in the demo?"),
        (Signal(kind="ebook_download", at=AT, label=' "E-invoicing" '), "What made you pick up “E-invoicing”?"),
        (Signal(kind="event_visit", at=AT, label="x" * 200), f"What brought you to “{'x' * 79}…”?"),
        (Signal(kind="something_else", at=AT, label="Thing"), None),
    ],
)
def test_the_last_touch_is_asked_about_only_where_it_has_a_name_people_would_say(
    last: Signal, told: str | None
) -> None:
    assert questions(RULES, (), (), (), last) == ((told,) if told else ())


def test_completeness_counts_what_describes_somebody_and_names_what_is_missing() -> None:
    known = Facts(
        source="fair",
        first_name="Ana",
        title=" \u200b",
        email="ana@acme.example",
        company=Company(name="Acme", employees=450, country="US"),
        bant=Bant(need="manual invoicing", timing="this quarter"),
    )
    found = completeness(known)
    assert (found.known, found.of) == (7, 12)
    assert found.missing == ("job title", "phone number", "industry", "budget", "authority")
    assert completeness(Facts(source="fair")).known == 0


def test_every_stage_has_a_name_a_meaning_and_exactly_one_owner() -> None:
    for stage in Stage:
        assert NAMES[stage]
        assert MEANS[stage]
        assert (OWNER[stage] == "marketing") == (stage in NURTURED | {Stage.DISQUALIFIED})
    assert meaning(Stage.MQL, {Stage.MQL: "Ours."}) == "Ours."
    assert meaning(Stage.SQL, {Stage.MQL: "Ours."}) == MEANS[Stage.SQL]
