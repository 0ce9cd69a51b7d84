"""The main job: from intake to a rep's decision and back."""

from datetime import timedelta

from tests.stories.conftest import ANSWERS, EMEA, MARKETING, MARTA, RITA, Story


async def test_a_lead_is_offered_reminded_escalated_and_accepted_and_nothing_more_is_posted(story: Story) -> None:
    taken = await story.lead()
    assert taken["stage"] == "mql"
    (dm,) = await story.dm(RITA)
    assert dm.buttons() == ANSWERS
    assert "Ana Silva" in dm.plain()
    assert "ana.silva@acme.example" in dm.plain()
    (channel_card,) = await story.slack.messages(RITA, EMEA)
    assert "ana.silva@acme.example" not in str(channel_card)
    assert f"<@{RITA}>" in channel_card.plain()

    await story.pass_time(hours=2)
    (reminder,) = (await story.slack.dm_messages(RITA, dm.ts))[1:]
    assert "Ana Silva" in reminder.text
    assert await story.dm(MARTA) == []

    await story.until(story.clock.at + timedelta(hours=2, minutes=31))
    (ping,) = await story.dm(MARTA)
    assert ping.buttons() == ["Reassign", "Extend", "Take over"]

    await story.press_in_dm(RITA, "Accept")
    assert "Accept" not in (await story.card(RITA)).buttons()
    (channel_card,) = await story.slack.messages(RITA, EMEA)
    assert channel_card.buttons() == []
    (told,) = await story.slack.messages(story_maya := "U0MAYA0001", MARKETING)
    assert "Ana Silva" in told.text
    assert story_maya

    posted = await story.posted()
    await story.pass_time(minutes=10)
    assert await story.posted() == posted
