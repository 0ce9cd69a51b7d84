"""The window with all evidence: what is in it, for whom, and that Slack takes it however much there is."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.definition import Persona
from bot.domain.dossier import Dossier
from bot.domain.handoff import BATON, Agreement, State
from bot.domain.judging.verification import AS_TOLD
from bot.domain.lead import Check, Signal
from bot.domain.story import Story
from bot.views.qualifying import evidence
from sandbox.blocks import accept_view
from tests.views import samples
from tests.views.reading import Json, dump, read
from tests.views.samples import ANA, EMAIL, MARTA, MAYA, NOW, PHONE, RAVI, RITA, RULES, SCORING, SIGNALS, story

CHECKS = {
    "email": Check(field="email", verdict="verified", how="at the company's own domain"),
    "phone": Check(field="phone", verdict="wrong", how="no such number in its country"),
    "title": Check(field="title", verdict="plausible", how=AS_TOLD),
    "company.domain": Check(field="company.domain", verdict="verified", how="checked by hand", at=NOW),
    "bant.budget": Check(field="bant.budget", verdict="plausible", how=AS_TOLD),
}
SLACK_TAKES = 250_000
GAPS = (samples.BARELY, samples.BUDGET, samples.TOO_SMALL)


def judged(**changes: Any) -> Story:
    fading = SCORING.evidence[3].model_copy(update={"weak": True, "points": 8, "how": "", "verified": False})
    against = SCORING.evidence[0].model_copy(update={"criterion": "student", "label": "A student", "points": -10})
    scoring = SCORING.model_copy(
        update={"grade": "B2", "evidence": (*SCORING.evidence[:3], fading, against), "gaps": GAPS, **changes}
    )
    return replace(story(scoring=scoring), brief=samples.BRIEF)


def opened(shown: Story, viewer: str = RITA) -> Json:
    return evidence.window(Dossier(shown, SIGNALS, SIGNALS[-1], CHECKS), viewer)


def lines(view: Json) -> list[str]:
    return read(view).split("\n")


def under(view: Json, title: str) -> list[str]:
    """The points of the list under this title."""
    shown = lines(view)
    rest = shown[shown.index(title) + 1 :]
    return [one[2:] for one in rest[: next((n for n, one in enumerate(rest) if one[0] != "•"), len(rest))]]


def test_readings_stand_apart_beside_what_the_path_asks_and_the_grade_is_explained() -> None:
    shown = lines(opened(judged()))
    assert "Fit 50, 40 needed" in shown
    assert "Engagement 40, 30 needed" in shown
    assert "Grade B2: B, half or more of all fit points; 2, half or more of all engagement points." in shown
    assert "Handed over {20 Nov 15:10 UTC} by version 1 of the definition." in shown


def test_each_criterion_is_met_weak_against_the_lead_or_missing_with_what_there_is() -> None:
    shown = opened(judged())
    assert under(shown, "Met") == [
        "Has authority: VP Operations, 20 fit points",
        f"Business e-mail: {EMAIL}, {{20 Nov}}, 5 fit points, verified",
        "Phone known: +1 415 555 0100, 5 fit points",
    ]
    assert under(shown, "Weak") == [
        "Came back to pricing: 3 × page view in 7 days, last acme.example/pricing, {20 Nov}, 8 engagement points"
    ]
    assert under(shown, "Against the lead") == ["A student: VP Operations, -10 fit points"]
    assert under(shown, "Missing") == [
        "Asked for two demos: 1 of 2 × demo, 30 engagement points",
        "1,000 people or more: 450, 20 fit points. Ask: “How many?”",
        "Budget is there: not known, 15 fit points. Ask: “What budget is set aside for this?”",
    ]


def test_what_an_older_judgement_left_unsaid_is_missing_too() -> None:
    shown = opened(judged(evidence=SCORING.evidence[:1], gaps=()))
    assert under(shown, "Missing") == [
        "Business e-mail: 5 fit points",
        "Phone known: 5 fit points",
        "Came back to pricing: 25 engagement points",
    ]


def test_each_field_says_how_sure_it_is_and_the_rest_was_told() -> None:
    assert under(opened(judged()), "How sure we are") == [
        "E-mail address: verified, at the company's own domain",
        "Phone number: wrong, no such number in its country",
        "Company's web domain: verified, checked by hand, {20 Nov}",
        "As they were told: job title and budget",
    ]
    assert "11 of 12 things known: not authority." in lines(opened(judged()))


def test_what_they_did_is_listed_by_day_with_first_and_last_touch() -> None:
    old = Signal(kind="ebook_download", at=NOW - timedelta(days=40), label="E-invoicing", seconds=130)
    shown = lines(evidence.window(Dossier(judged(), (*SIGNALS, old), old, {}), RITA))
    start = shown.index("What they did")
    assert shown[start + 1 : start + 9] == [
        "{20 Nov}",
        "• {20 Nov 16:09 UTC} Page view: acme.example/pricing",
        "• {20 Nov 15:10 UTC} Webinar attended: Invoicing 101",
        "{11 Oct}",
        "• {11 Oct 16:10 UTC} Ebook download: E-invoicing, 2 min",
        "and 4 more before that",
        "First touch Ebook download: E-invoicing, {11 Oct 16:10 UTC}",
        "Last touch Page view: acme.example/pricing, {20 Nov 16:09 UTC}",
    ]


def test_earlier_handoffs_the_campaign_and_its_whole_brief_are_there() -> None:
    second = samples.second_time()
    before = replace(second.earlier[0], by=RAVI, detail="Budget moved to spring.", disputed="Has authority")
    shown = opened(replace(second, earlier=(before,), brief=samples.BRIEF))
    assert under(shown, "Earlier with sales") == [
        f"First, {{01 Oct}}, @{RAVI}: Not now. Disputed: Has authority. “Budget moved to spring.”"
    ]
    assert lines(shown)[-5:] == [
        "From webinar, campaign spring-webinar",
        "The campaign Invoicing without paper, for people who type.",
        "Promised A month for free",
        "Read more https://acme.example/spring?x=1",
        f"Written by @{MAYA}, {{21 Oct}}",
    ]


def test_who_found_that_two_records_are_one_person_is_told() -> None:
    shown = evidence.window(Dossier(judged(), merges=((MAYA, NOW), (BATON, NOW - timedelta(days=1)))), RITA)
    assert f"@{MAYA} found that another record is the same person, {{20 Nov 16:10 UTC}}." in lines(shown)
    assert "Baton found that another record is the same person, {19 Nov 16:10 UTC}." in lines(shown)


def test_personas_that_fit_say_what_moves_such_people_and_what_sales_lacks_is_named() -> None:
    buyer = Persona(id="buyer", label="Buyer", titles=("vp",), pain_points=("paper", "late payments"))
    rules = RULES.model_copy(update={"personas": (buyer,)})
    told = judged(personas=("buyer",), lacking=("phone",))
    shown = lines(opened(replace(told, agreement=Agreement(rules, rules))))
    assert "Fits Buyer" in shown
    assert "Their usual pain points: paper; late payments" in shown
    assert "Sales needs, and has not: phone number" in shown


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("viewer", [RITA, RAVI, MARTA])
def test_contact_details_are_for_the_owner_while_the_lead_is_theirs(state: State, viewer: str) -> None:
    shown = story(state, note=f"Write to {EMAIL}", origin="hand", qualified_by=MAYA)
    seen = dump(opened(shown, viewer))
    is_owner = viewer == shown.handoff.owner and state in {State.WAITING, State.OFFERED, State.ACCEPTED}
    assert (EMAIL in seen) == (PHONE in seen) == is_owner
    assert ("0100" in seen) == is_owner
    assert "E-mail address: verified" in read(opened(shown, viewer)).replace("• ", "")


def test_slack_takes_it_however_much_there_is() -> None:
    long = "x" * 100
    criteria = tuple(
        RULES.definition.criteria[0].model_copy(update={"id": f"c{n}", "label": f"{n} {long}"}) for n in range(100)
    )
    met = tuple(
        SCORING.evidence[0].model_copy(update={"criterion": one.id, "label": one.label, "found": long})
        for one in criteria[:50]
    )
    gaps = tuple(
        samples.BUDGET.model_copy(update={"criterion": one.id, "label": one.label, "found": long})
        for one in criteria[50:]
    )
    rules = RULES.model_copy(update={"definition": RULES.definition.model_copy(update={"criteria": criteria})})
    told = judged(evidence=met, gaps=gaps)
    signals = tuple(Signal(kind="page_view", at=NOW - timedelta(days=n), label=long) for n in range(500))
    crowded = replace(
        told,
        agreement=Agreement(rules, rules),
        facts=ANA.model_copy(update={"pain_points": (long,) * 50}),
        signals_in_all=500,
        earlier=tuple(replace(samples.second_time().earlier[0], number=n, detail=long * 20) for n in range(1, 30)),
    )
    shown = evidence.window(Dossier(crowded, signals[:40], signals[-1], CHECKS), RITA)
    accept_view(shown, "modal", [])
    assert len(shown["blocks"]) <= 100
    assert len(json.dumps(shown)) < SLACK_TAKES
    assert "and 460 more before that" in lines(shown)
    assert "• and 10 more" in lines(shown)
