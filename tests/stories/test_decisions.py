"""What people press on a card, and what everyone sees then."""

import pytest

from tests.stories.conftest import ALEX, ANSWERS, EMEA, MARKETING, MARTA, MAYA, OLA, RAVI, RITA, Story


async def test_rejecting_asks_for_what_the_reason_needs_and_tells_marketing_why(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Reject")
    modal = await story.slack.modal(RITA)
    assert modal
    assert "Ana Silva" in modal.plain()

    refused = await story.submit(RITA, reason="bad-data")
    assert list(refused.errors) == ["detail"]
    assert await story.slack.messages(MAYA, MARKETING) == []

    done = await story.submit(RITA, reason="bad-data", detail="The phone is a <!channel> fax")
    assert done.closed
    assert (await story.card(RITA)).buttons() == ["Undo"]
    (channel_card,) = await story.slack.messages(RITA, EMEA)
    assert channel_card.buttons() == []
    (returned,) = await story.slack.messages(MAYA, MARKETING)
    assert "Contact data is wrong" in returned.plain()
    assert "The phone is a <!channel> fax" in returned.plain()
    assert "<!channel>" not in returned.text
    assert "Has authority" in returned.plain()


async def test_a_reason_that_disputes_evidence_needs_the_evidence(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Reject")
    refused = await story.submit(RITA, reason="wrong-person")
    assert list(refused.errors) == ["evidence"]

    done = await story.submit(RITA, reason="wrong-person", evidence="authority")
    assert done.closed
    (returned,) = await story.slack.messages(MAYA, MARKETING)
    assert "Has authority" in returned.plain()


async def test_choosing_a_reason_narrows_the_form_and_keeps_what_was_typed(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Reject")
    before = await story.slack.modal(RITA)
    assert before
    assert {"reason", "evidence", "detail"} <= {block.get("block_id") for block in before.blocks}

    await story.slack.click_view(RITA, before.id, "choose_reason", value="other")

    after = await story.slack.modal(RITA)
    assert after
    blocks = {block.get("block_id"): block for block in after.blocks}
    assert blocks["evidence"]["optional"]
    assert not blocks["detail"].get("optional", False)

    await story.slack.click_view(RITA, before.id, "choose_reason", value="not-mine")
    good = await story.slack.modal(RITA)
    assert good
    assert "evidence" not in {block.get("block_id") for block in good.blocks}


async def test_an_acceptance_can_be_undone_for_five_minutes(story: Story) -> None:
    await story.lead()
    (before,) = await story.dm(RITA)
    await story.press_in_dm(RITA, "Accept")
    await story.pass_time(minutes=4)

    await story.press_in_dm(RITA, "Undo")

    assert (await story.card(RITA)).buttons() == ANSWERS
    (told,) = await story.slack.messages(MAYA, MARKETING)
    assert "undone" in told.plain().lower() or "back" in told.plain().lower()
    await story.press_in_dm(RITA, "Accept")
    await story.pass_time(minutes=5, seconds=1)
    assert "Undo" not in (await story.card(RITA)).buttons()
    assert (await story.card(RITA)).ts == before.ts


async def test_a_rejection_can_be_undone_and_the_clock_goes_on_as_before(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    await story.pass_time(minutes=2)

    await story.press_in_dm(RITA, "Undo")

    assert (await story.card(RITA)).buttons() == ANSWERS
    (told,) = await story.slack.messages(MAYA, MARKETING)
    assert told.edited or "back" in told.text
    await story.pass_time(hours=2)
    assert len(await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)) == 2


async def test_who_may_not_press_is_told_who_has_the_lead(story: Story) -> None:
    await story.lead()
    (card,) = await story.slack.messages(RAVI, EMEA)

    await story.press(RAVI, EMEA, card, "Accept")

    last = (await story.slack.messages(RAVI, EMEA))[-1]
    assert last.ephemeral
    assert f"<@{RITA}>" in last.text
    assert (await story.card(RITA)).buttons() == ANSWERS


async def test_a_second_press_on_an_old_card_says_who_was_first(story: Story) -> None:
    taken = await story.lead()
    await story.press_in_dm(RITA, "Accept")

    told = await story.forge(MARTA, "accept", taken["handoff_id"])

    assert f"<@{RITA}> accepted this lead" in told


async def test_the_manager_can_accept_on_the_channel_card_and_the_rep_keeps_the_lead(story: Story) -> None:
    await story.lead()
    (card,) = await story.slack.messages(MARTA, EMEA)

    await story.press(MARTA, EMEA, card, "Accept")

    assert "Log follow-up" in (await story.card(RITA)).buttons()


async def test_the_manager_reassigns_and_the_first_rep_no_longer_sees_contact_details(story: Story) -> None:
    await story.lead()
    await story.until(story.clock.at.replace(hour=13, minute=31))

    await story.press_in_dm(MARTA, "Reassign")
    done = await story.submit(MARTA, rep=RAVI)
    assert done.closed

    ravi = await story.card(RAVI)
    assert ravi.buttons() == ANSWERS
    assert "ana.silva@acme.example" in ravi.plain()
    first = (await story.dm(RITA))[0]
    assert first.buttons() == []
    assert "ana.silva@acme.example" not in str(first)
    assert f"<@{RAVI}>" in first.plain()
    (reminder,) = (await story.slack.dm_messages(RITA, first.ts))[1:]
    assert reminder.plain() == f"Sorted: Ana Silva at Acme Logistics is with <@{RAVI}> now."
    assert "Reassign" not in (await story.card(MARTA)).buttons()


async def test_the_manager_takes_over_and_has_the_contact_details(story: Story) -> None:
    await story.lead()
    await story.until(story.clock.at.replace(hour=13, minute=31))

    await story.press_in_dm(MARTA, "Take over")

    card = next(message for message in await story.dm(MARTA) if "Log follow-up" in message.buttons())
    assert "ana.silva@acme.example" in card.plain()
    (channel_card,) = await story.slack.messages(MARTA, EMEA)
    assert f"<@{MARTA}>" in channel_card.plain()


async def test_logging_a_follow_up_ends_the_clock(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Log follow-up")

    done = await story.submit(RITA, how="call", outcome="reached", note="Wants a demo")
    assert done.closed

    assert "Wants a demo" in (await story.card(RITA)).plain()
    posted = await story.posted()
    await story.pass_time(days=3)
    assert await story.posted() == posted


async def test_an_accepted_lead_without_follow_up_reminds_and_escalates(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    card = await story.card(RITA)

    await story.until(story.clock.at.replace(hour=14, minute=1))

    assert len(await story.slack.dm_messages(RITA, card.ts)) == 2
    await story.pass_time(days=3, hours=8)
    assert (await story.card(MARTA)).buttons() == ["Reassign", "Extend", "Take over"]


async def test_a_new_signal_shows_on_the_cards(story: Story) -> None:
    await story.lead()
    posted = await story.posted()

    signal = {"id": "s-9", "kind": "demo_requested", "at": "2026-11-20T09:00:00Z", "label": "Product tour"}
    answer = await story.send("signals", {"lead": {"email": "ana.silva@acme.example"}, **signal})
    assert answer.status_code == 202
    await story.settle()

    assert "Product tour" in (await story.card(RITA)).plain()
    (channel_card,) = await story.slack.messages(RITA, EMEA)
    assert "Product tour" in channel_card.plain()
    assert await story.posted() == posted


async def test_a_lead_that_is_not_theirs_goes_to_the_manager_when_no_other_rule_leads_anywhere(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "not-mine")

    ping = await story.card(MARTA)
    assert ping.buttons() == ["Reassign", "Take over"]
    assert (await story.card(RITA)).buttons() == []


async def test_an_outcome_counts_as_the_follow_up(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    outcome = {"lead": {"email": "ana.silva@acme.example"}, "outcome": "won", "at": "2026-11-20T09:00:00Z"}

    answer = await story.send("outcomes", outcome)

    assert answer.json()["stage"] == "won"
    await story.settle()
    posted = await story.posted()
    await story.pass_time(days=3)
    assert await story.posted() == posted


async def test_admins_may_act_and_outsiders_may_not(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]

    assert f"<@{RITA}> has this lead" in await story.forge(ALEX, "accept", handoff_id)
    assert (await story.card(RITA)).buttons() == ANSWERS

    assert await story.forge(OLA, "accept", handoff_id) == ""
    assert "Log follow-up" in (await story.card(RITA)).buttons()


@pytest.mark.parametrize("action", ["accept", "undo", "take_over", "reject", "log_follow_up", "reassign"])
async def test_a_press_for_a_lead_that_is_not_there_is_answered_in_words(story: Story, action: str) -> None:
    assert await story.forge(RITA, action, "no-such-handoff") == "This lead is no longer here."
