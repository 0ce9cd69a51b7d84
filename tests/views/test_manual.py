"""The form for a lead that is handed over by hand, and what it says afterwards."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.definition import EvidenceGate, Path
from bot.domain.handoff import State
from bot.views import email
from bot.views.cards import card
from bot.views.qualifying import manual
from sandbox.blocks import accept_view
from tests.views.reading import read
from tests.views.samples import ANA, EMAIL, MARTA, NOW, PHONE, RITA, RULES, story
from tests.views.test_hostile import NASTY, refuse_markup

Json = dict[str, Any]


def inputs(view: Json) -> dict[str, Json]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_only_the_reason_and_the_promise_must_be_filled_in_and_the_person_comes_first() -> None:
    view = manual.new_lead(RULES)
    blocks = inputs(view)
    assert [name for name, block in blocks.items() if not block["optional"]] == ["why", "path"]
    first = ["first_name", "last_name", "email", "phone", "company.name", "why", "path", "checked"]
    assert list(blocks)[:8] == first
    assert (view["callback_id"], view["submit"]["text"]) == ("new_lead_form", "Hand over")
    assert read(view).startswith(
        "Sales needs: e-mail address and company name. What Baton knows already you can leave out."
    )


def test_what_sales_always_needs_stands_beside_the_person_and_once() -> None:
    gate = EvidenceGate(required=("email", "title", "company.country"))
    definition = RULES.definition.model_copy(update={"evidence": gate})
    view = manual.new_lead(RULES.model_copy(update={"definition": definition}))
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert asked[4:8] == ["company.name", "title", "company.country", "why"]
    assert len(asked) == len(set(asked)) == len(inputs(manual.new_lead(RULES)))


def test_every_path_is_offered_with_its_promise_and_the_first_is_chosen() -> None:
    fast = Path(id="fast-lane", label="Asked for sales", sla="fast", evidence=EvidenceGate(required=("phone",)))
    definition = RULES.definition.model_copy(update={"paths": (*RULES.definition.paths, fast)})
    view = manual.new_lead(RULES.model_copy(update={"definition": definition}))
    element = inputs(view)["path"]["element"]
    assert [(one["value"], one["text"]["text"]) for one in element["options"]] == [
        ("scored", "Within 4 business hours: Fit and engaged"),
        ("fast-lane", "Within 15 minutes: Asked for sales"),
    ]
    assert element["initial_option"]["value"] == "scored"
    assert "Sales needs" not in read(view)


def test_what_only_this_policy_asks_has_a_box_too() -> None:
    gate = EvidenceGate(required=("company.region", "attributes.size of fleet", "phone"), verified=("email",))
    definition = RULES.definition.model_copy(update={"evidence": gate})
    blocks = inputs(manual.new_lead(RULES.model_copy(update={"definition": definition})))
    assert blocks.keys() - inputs(manual.new_lead(RULES)).keys() == {"company.region", "attributes.size of fleet"}
    assert blocks["attributes.size of fleet"]["label"]["text"] == "Size of fleet"


def test_what_is_filled_in_already_is_text_no_longer_than_its_box() -> None:
    initial = {**dict.fromkeys(manual.BOXES, "x" * 5_000), "first_name": "".join(NASTY)[:300], "title": " \0 "}
    view = manual.new_lead(RULES, initial)
    accept_view(view, "modal", [])
    refuse_markup(view)
    filled = {name: block["element"].get("initial_value") for name, block in inputs(view).items()}
    assert filled["phone"] == "x" * 39 + "…"
    assert filled["title"] is None
    assert filled["why"] is None


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (State.OFFERED, {}, "Ana Silva at Acme goes to @U0RITA, who answers by {20 Nov 19:10 UTC}."),
        (
            State.WAITING,
            {"due_at": NOW + timedelta(hours=1)},
            "Ana Silva at Acme waits for somebody on shift: it is offered {20 Nov 17:10 UTC}.",
        ),
        (
            State.WAITING,
            {"ask_manager": True, "owner": MARTA},
            "Ana Silva at Acme waits: nobody can take it, and @U0MARTA is asked to assign it.",
        ),
    ],
)
def test_who_hands_over_reads_who_has_the_lead(state: State, changes: Json, said: str) -> None:
    handoff = story(state).handoff.model_copy(update=changes)
    new = read(manual.handed_over(ANA, handoff, was_known=False))
    assert new == said
    known = read(manual.handed_over(ANA, handoff, was_known=True))
    assert known == f"{said}\nBaton knew Ana Silva already; what you wrote is added."


@pytest.mark.parametrize(
    ("origin", "said"), [("hand", "Qualified by hand"), ("claim", "Claimed near miss"), ("path", "Fit and engaged")]
)
def test_where_a_person_stood_in_for_a_path_no_phone_or_mail_says_that_it_was_met(origin: str, said: str) -> None:
    told = story(origin=origin)
    assert card.dm(told, RITA, NOW).text.startswith(f"New lead: Ana Silva at Acme. {said}. ")
    assert f"Why: {said}: " in email.new_lead(told, NOW, ZoneInfo("UTC"), None, "every").text


def test_the_answer_shows_no_contact_details() -> None:
    nameless = ANA.model_copy(update={"first_name": None, "last_name": None})
    shown = read(manual.handed_over(nameless, story(State.OFFERED).handoff, was_known=True))
    assert EMAIL not in shown
    assert PHONE not in shown


def test_what_the_gate_lacks_is_said_at_its_box_and_else_at_the_promise() -> None:
    missing, unsure = ("phone", "company.region", "attributes.plan"), {"email": "anybody can have one"}
    said = manual.lacking(missing, unsure, ["phone", "email"])
    assert said == {
        "phone": "No lead goes to sales without this.",
        "email": "Not sure enough for sales: anybody can have one. If you checked it, say so below.",
        "path": "No lead goes to sales this way without: region and plan.",
    }
