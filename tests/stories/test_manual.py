"""Marketing hands a lead over by hand: by command, by shortcut, from a message, and with good reason only."""

from typing import Any

import pytest

from tests.stories.conftest import EMEA, MAYA, RITA, Story
from tests.support.workspace import Done

BOB = {
    "first_name": "Bob",
    "last_name": "Meyer",
    "email": "bob.meyer@initech.example",
    "company.name": "Initech",
    "why": "Asked me for a price at the fair, and named his budget.",
}


async def fill_in(story: Story, **values: Any) -> Done:
    """Maya fills in the open form and submits it; a value of None is left blank."""
    return await story.submit(MAYA, **{block: value for block, value in values.items() if value is not None})


async def test_a_marketer_hands_a_lead_over_by_hand(story: Story) -> None:
    opened = await story.slack.command(MAYA, EMEA, "/lead", "new")
    assert opened.view
    assert "Sales needs: e-mail address and company." in opened.view.plain()

    done = await fill_in(story, **BOB)

    assert done.view
    assert "Bob Meyer at Initech goes to <@U0RITA0001>, who answers by 20 Nov 13:00 UTC." in done.view.plain()
    card = await story.card(RITA)
    assert card.text.startswith("New lead: Bob Meyer at Initech")
