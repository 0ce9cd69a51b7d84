"""Slack's pace, kept by all who send at once."""

import asyncio
from collections import Counter

from tests.stories.conftest import ANA, EMEA, RAVI, RITA, Story


async def test_however_many_send_at_once_one_place_gets_one_message_a_second(story: Story) -> None:
    for number in range(4):
        answer = await story.send("leads", {**ANA, "external_id": f"A-{number}", "email": f"ana.{number}@acme.example"})
        assert answer.json()["stage"] == "mql"

    await asyncio.gather(*(story.baton.courier.deliver_one() for _ in range(8)))

    posted = Counter(call.params["channel"] for call in await story.slack.calls("chat.postMessage"))
    assert posted == {EMEA: 1, await story.slack.dm(RITA): 1, await story.slack.dm(RAVI): 1}
    await story.settle()
    assert len(await story.slack.messages(RITA, EMEA)) == 4
