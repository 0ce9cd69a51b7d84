"""The deadline on a card, opened: how it was counted."""

import pytest

from tests.stories.conftest import EMEA, MARTA, MAYA, RAVI, RITA, Story
from tests.support.workspace import View

WEEKEND = "Sat 21 Nov–Sun 22 Nov: no working day"


async def opened(story: Story, person: str) -> list[str]:
    modal: View | None = await story.slack.modal(person)
    assert modal
    assert modal.title == "Deadline"
    await story.slack.close(person, modal.id)
    return modal.plain().split("\n")


async def test_a_deadline_over_a_weekend_opens_to_its_sum_for_whoever_sees_the_card(story: Story) -> None:
    await story.pass_time(hours=4)
    await story.lead()
    (card,) = await story.slack.messages(RAVI, EMEA)
    await story.press_in_dm(RITA, "Deadline")
    shown = await opened(story, RITA)
    for told in (
        "An answer by 23 Nov 11:00 UTC.",
        "Counted: 4 business hours from Fri 20 Nov 14:00.",
        "Fri 20 Nov 14:00–15:00: 1 h",
        "Mon 23 Nov 09:00–12:00: 3 h",
        "Together 4 h.",
        WEEKEND,
        "Only the team's working hours count. Times are those of Europe/Berlin.",
    ):
        assert any(told in one for one in shown), (told, shown)
    for person in (RAVI, MARTA, MAYA):
        await story.press(person, EMEA, card, "Deadline")
        assert any(WEEKEND in one for one in await opened(story, person))
    assert {call.error for call in await story.slack.calls("views.open")} == {None}

    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Deadline")
    accepted = await opened(story, RITA)
    assert any("Follow-up by 20 Nov 14:00 UTC." in one for one in accepted)
    assert any("same business day from Fri 20 Nov 14:00" in one for one in accepted)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_no_clock_runs_there_is_no_button_and_an_old_one_says_so(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    await story.reject(RITA, "bad-timing")
    assert "Deadline" not in (await story.card(RITA)).all_buttons()
    assert await story.forge(RITA, "deadline", handoff) == "No clock runs on this lead any more."
    assert await story.forge(RITA, "deadline", "nobody") == "This lead is no longer here."
