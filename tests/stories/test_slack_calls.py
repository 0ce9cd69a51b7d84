"""What one lead asks of Slack: the numbers that the simulation of a day stands on."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bench.simulation import UNDO, Day, posts, updates
from tests.stories.conftest import EMEA, MARKETING, RITA, Story


async def test_a_lead_is_posted_and_changed_as_often_as_simulated(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    call = AsyncWebClient.api_call

    async def counted(client: AsyncWebClient, api_method: str, **rest: Any) -> Any:
        channel = str((rest.get("json") or rest.get("params") or {}).get("channel"))
        asked[api_method, {EMEA: "team", MARKETING: "marketing"}.get(channel, "rep")] += 1
        return await call(client, api_method, **rest)

    monkeypatch.setattr(AsyncWebClient, "api_call", counted)
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await story.settle()
    await story.pass_time(minutes=UNDO / 60 + 1)
    await story.press_in_dm(RITA, "Called, reached")
    await story.settle()

    one = Day(1, teams=1, reps=1)
    simulated = Counter(("chat.postMessage", call.recipient.split()[0]) for call in posts(one, Random(1)))
    simulated.update(("chat.update", call.recipient.split()[0]) for call in updates(one, Random(1)))
    assert {what: number for what, number in asked.items() if what[0].startswith("chat.")} == simulated
