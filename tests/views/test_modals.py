"""Windows: what they ask, under which ids, and what they give back."""

from typing import Any

import pytest

from bot.domain.lead import Evidence
from bot.domain.policy import DEFAULT_REASONS
from bot.views.deciding import modals
from tests.views.reading import read
from tests.views.samples import EMAIL, RAVI, RITA, SCORING

Json = dict[str, Any]


def inputs(view: Json) -> dict[str, Json]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def rejecting(chosen: str | None = None, evidence: tuple[Evidence, ...] = SCORING.evidence) -> Json:
    return modals.reject("h-1", "Ana Silva", DEFAULT_REASONS, evidence, chosen)


def test_before_a_reason_is_chosen_everything_may_be_filled_in_and_says_for_what() -> None:
    view = rejecting()
    blocks = inputs(view)
    assert view["callback_id"] == "reject_form"
    assert view["private_metadata"] == "h-1"
    assert read(view).startswith("Ana Silva\n")
    assert {name: block["optional"] for name, block in blocks.items()} == {
        "reason": False,
        "evidence": True,
        "detail": True,
    }
    assert blocks["evidence"]["hint"]["text"] == "Needed for “Not a decision maker”."
    assert blocks["detail"]["hint"]["text"] == "Needed for “Contact data is wrong” and “Something else”."


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ("wrong-person", {"reason": False, "evidence": False, "detail": True}),
        ("bad-data", {"reason": False, "evidence": True, "detail": False}),
        ("bad-timing", {"reason": False, "evidence": True, "detail": True}),
        ("not-mine", {"reason": False, "detail": True}),
        ("gone-from-the-policy", {"reason": False, "evidence": True, "detail": True}),
    ],
)
def test_once_a_reason_is_chosen_only_what_it_asks_is_shown(chosen: str, asked: dict[str, bool]) -> None:
    blocks = inputs(rejecting(chosen))
    assert {name: block["optional"] for name, block in blocks.items()} == asked


def test_the_chosen_reason_stays_chosen_and_says_what_it_means() -> None:
    reason = inputs(rejecting("bad-timing"))["reason"]
    assert reason["element"]["initial_option"]["value"] == "bad-timing"
    back = "The lead goes back to marketing for at least 90 days. It counts as your turn."
    assert reason["hint"]["text"] == back


def test_every_reason_says_in_the_list_what_it_means_for_the_lead_and_for_the_turn() -> None:
    options = inputs(rejecting())["reason"]["element"]["options"]
    assert {one["value"]: one["description"]["text"] for one in options} == {
        "wrong-person": "Back to marketing for 30 days; you keep your turn",
        "bad-timing": "Back to marketing for 90 days; counts as your turn",
        "bad-data": "Back to marketing; you keep your turn",
        "not-mine": "Good lead, for another team; you keep your turn",
        "customer": "Disqualified for good; you keep your turn",
        "other": "Back to marketing; you keep your turn",
    }


def test_the_evidence_stands_line_by_line_with_its_value_its_date_and_how_it_is_known() -> None:
    checked = SCORING.evidence[0].model_copy(update={"verified": True, "how": "checked by hand"})
    shown = read(rejecting(evidence=(checked, *SCORING.evidence[1:])))
    assert "• Has authority: VP Operations, verified (checked by hand)" in shown
    assert "• Came back to pricing: 3 × page view in 7 days, last acme.example/pricing, {20 Nov}" in shown
    assert EMAIL not in shown


@pytest.mark.parametrize("chosen", [None, "wrong-person", "bad-data", "bad-timing"])
def test_ids_never_change_so_that_what_was_typed_stays(chosen: str | None) -> None:
    blocks = inputs(rejecting(chosen))
    assert blocks["reason"]["element"]["action_id"] == "choose_reason"
    assert blocks["reason"]["dispatch_action"] is True
    assert blocks["detail"]["element"]["action_id"] == "detail"
    assert blocks["detail"]["element"]["multiline"] is True


def test_the_evidence_is_chosen_by_its_criterion_and_shows_no_contact_data() -> None:
    options = inputs(rejecting())["evidence"]["element"]["options"]
    assert [one["value"] for one in options] == ["authority", "reachable", "callable", "pricing"]
    assert options[0]["text"]["text"] == "Has authority: VP Operations"
    assert EMAIL not in str(options)


@pytest.mark.parametrize("chosen", [None, "wrong-person"])
def test_without_evidence_there_is_nothing_to_dispute(chosen: str | None) -> None:
    assert set(inputs(rejecting(chosen, ()))) == {"reason", "detail"}


def test_a_follow_up_asks_how_and_what_came_of_it() -> None:
    view = modals.follow_up("h-1", "Ana Silva")
    blocks = inputs(view)
    assert view["callback_id"] == "follow_up_form"
    assert view["private_metadata"] == "h-1"
    assert {name: block["optional"] for name, block in blocks.items()} == {"how": False, "outcome": False, "note": True}
    hows = [one["value"] for one in blocks["how"]["element"]["options"]]
    assert hows == ["call", "email", "meeting", "message", "social"]
    assert {"reached", "no_answer", "meeting_booked", "not_interested", "automatic_reply"} <= {
        one["value"] for one in blocks["outcome"]["element"]["options"]
    }


def test_reassigning_offers_the_reps_by_name() -> None:
    view = modals.reassign("h-1", "Ana Silva", [(RITA, "Rita Keller"), (RAVI, "Ravi Menon")])
    options = inputs(view)["rep"]["element"]["options"]
    assert view["callback_id"] == "reassign_form"
    assert [(one["value"], one["text"]["text"]) for one in options] == [(RITA, "Rita Keller"), (RAVI, "Ravi Menon")]


def test_reassigning_without_anybody_to_choose_says_so() -> None:
    view = modals.reassign("h-1", "Ana Silva", [])
    assert read(view) == "Nobody else is in this team."
    assert "submit" not in view


def test_an_objection_needs_words() -> None:
    view = modals.object_policy(3)
    assert view["callback_id"] == "object_form"
    assert view["private_metadata"] == "3"
    assert inputs(view)["detail"]["optional"] is False


def test_what_is_said_may_mention_people_but_nobody_else() -> None:
    view = modals.said("Not done", f"<@{RITA}> has this lead. <!channel>")
    assert read(view) == f"<@{RITA}> has this lead. &lt;!channel&gt;"
    assert view["title"]["text"] == "Not done"


@pytest.mark.parametrize("name", [EMAIL, "+1 415 555 0100"])
def test_a_lead_without_a_name_is_not_named_by_their_contact_data(name: str) -> None:
    assert name not in str(modals.reject("h-1", name, DEFAULT_REASONS, ()))
    assert name not in str(modals.follow_up("h-1", name))
