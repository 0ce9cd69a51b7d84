"""What a rep sees who does not simply accept, and of a lead that came by somebody's hand or is open to all."""

from dataclasses import replace

import pytest

from bot.domain.handoff import State
from bot.domain.policy import DEFAULT_REASONS
from bot.domain.story import HandedOn, PastOffer, Story
from bot.views.cards import card
from bot.views.deciding import answering, without_modal
from tests.views.reading import button_fields, buttons, objects, read
from tests.views.samples import DEADLINE, EMAIL, MARTA, NOW, RAVI, RITA, SCORING, story

REASONS = {one.id: one for one in DEFAULT_REASONS}


def handed(how: str, by: str, note: str | None = None, state: State = State.OFFERED) -> Story:
    return replace(story(state), handed_on=HandedOn(how, by, note))


@pytest.mark.parametrize(
    ("how", "by", "note", "said"),
    [
        ("passed on", RAVI, "Only French", "@U0RAVI passed this on to you: “Only French”"),
        ("passed on", RAVI, None, "@U0RAVI passed this on to you."),
        ("rerouted", RAVI, "In Boston", "@U0RAVI sent this on to you: “In Boston”"),
        ("reassigned", MARTA, "\u200b", "@U0MARTA assigned this to you."),
        ("reassigned", RITA, None, "You assigned this to yourself."),
    ],
)
@pytest.mark.parametrize("state", [State.OFFERED, State.ACCEPTED])
def test_the_card_says_who_handed_the_lead_on_and_in_which_words(
    how: str, by: str, note: str | None, said: str, state: State
) -> None:
    assert said in read(card.dm(handed(how, by, note, state), RITA, NOW)).split("\n")


def test_the_words_reach_the_channel_without_contact_details_and_nobody_who_had_the_lead_before() -> None:
    told = handed("passed on", RAVI, f"Write to {EMAIL}")
    assert "@U0RAVI passed this on to @U0RITA: “Write to …”" in read(card.channel(told, NOW))
    assert EMAIL in read(card.dm(told, RITA, NOW))
    assert "Write to" not in read(card.dm(told, RAVI, NOW))
    assert "Write to" not in read(card.dm(handed("passed on", RAVI, "Write to", State.RECYCLED), RITA, NOW))


def test_a_lead_that_is_open_to_all_says_so_to_the_channel_and_to_whoever_missed_it() -> None:
    pooled = story(State.WAITING, pooled_at=NOW, deadline_at=DEADLINE)
    missed = replace(pooled, past_offers=(PastOffer(RITA, NOW, "pooled"),))
    seen = card.channel(missed, NOW)
    everyone = "Open to everyone in emea: whoever accepts first has it. Answer by {20 Nov 19:10 UTC}."
    assert everyone in read(seen).split("\n")
    assert buttons(seen)[:2] == ["Accept", "Assign"]
    assert [one.get("style") for one in objects(seen.blocks) if one.get("type") == "button"][:2] == ["primary", None]
    assert "Open to everyone in emea: first come." in seen.text
    theirs = card.dm(missed, RITA, NOW)
    assert "Open to everyone in emea now, because you did not answer in time." in read(theirs)
    assert "is open to everyone in emea now, because you did not answer in time." in theirs.text
    assert buttons(theirs) == []


def test_colleagues_are_named_with_how_they_stand_and_their_team_where_it_is_another() -> None:
    assert answering.colleague("Ravi Rao", "on shift", None) == "Ravi Rao"
    assert answering.colleague("Ravi Rao", "away", None) == "Ravi Rao, away"
    assert answering.colleague("Lena Lopez", "off shift", "americas") == "Lena Lopez (americas), off shift"


def test_the_reasons_in_a_message_carry_the_handoff_and_what_each_means() -> None:
    shown = without_modal.reasons("h-1", "Ana", DEFAULT_REASONS)
    (select,) = [one for one in objects(shown.blocks) if one.get("type") == "static_select"]
    assert [without_modal.read(one["value"]) for one in select["options"]] == [
        ("h-1", one.id, None) for one in DEFAULT_REASONS
    ]
    assert select["options"][3]["description"]["text"] == "Good lead, for another team; you keep your turn"
    assert button_fields(shown, "action_id") == ["reject"]


def test_the_evidence_in_a_message_is_chosen_by_its_criterion() -> None:
    shown = without_modal.evidence("h-1", "Ana", REASONS["wrong-person"], SCORING.evidence)
    (select,) = [one for one in objects(shown.blocks) if one.get("type") == "static_select"]
    assert without_modal.read(select["options"][0]["value"]) == ("h-1", "wrong-person", "authority")
    longest = without_modal.evidence("h" * 16, "Ana", REASONS["wrong-person"].model_copy(update={"id": "r" * 60}), [
        SCORING.evidence[0].model_copy(update={"criterion": "c" * 60})
    ])  # fmt: skip
    (select,) = [one for one in objects(longest.blocks) if one.get("type") == "static_select"]
    assert without_modal.read(select["options"][0]["value"]) == ("h" * 16, "r" * 60, "c" * 60)
