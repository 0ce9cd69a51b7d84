"""Whoever left a lead to the clock is not offered it again, however it went on."""

import pytest

from tests.stories.conftest import RITA, ROOT, Story

POOLED = "ladder: [{at: 50%, do: pool}, {at: 100%, do: reassign}, {at: 300%, do: recycle}]"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_missed_a_lead_that_was_opened_to_all_is_not_offered_it_again(story: Story) -> None:
    source = (ROOT / "tests/stories/policy.yml").read_text()
    written = source.replace(
        source[source.index("ladder: [") : source.index("]", source.index("ladder: [")) + 1], POOLED, 1
    )
    alone = written.replace(", {email: ravi@acme.example}]", "]")
    assert POOLED in alone
    assert "ravi@" not in alone
    await story.apply_policy(alone.replace("sign_off:", "#"))
    await story.lead()
    assert "Accept" in (await story.card(RITA)).buttons()

    await story.until(story.clock.at.replace(hour=13, minute=30))
    cards = [one for one in await story.dm(RITA) if "Reject" in one.buttons()]
    assert cards == []
