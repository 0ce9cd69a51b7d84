"""The one window: Slack stores a post later than the settle wait, when Baton has looked and posted again."""

from collections.abc import Awaitable, Callable

import pytest

from bot.delivery.courier import Courier
from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer, Verdict
from bot.views.blocks import Message
from tests.stories.conftest import ANA, ANSWERS, EMEA, RITA, Story


class Slow(Slack):
    """A Slack that answers nothing to its first posts and stores them when it is told to."""

    late: list[Callable[[], Awaitable[Answer]]]

    async def post(self, channel: str, key: str, message: Message, thread: str | None = None) -> Answer:
        if len(self.late) < 2:
            self.late.append(lambda: Slack.post(self, channel, key, message, thread))
            return Answer(Verdict.UNKNOWN, error="TimeoutError")
        return await super().post(channel, key, message, thread)


@pytest.mark.parametrize("seconds", [4, 6])
async def test_a_post_that_slack_stores_after_the_settle_wait_is_there_twice_and_only_one_of_them_is_kept_up_to_date(
    story: Story, seconds: int
) -> None:
    slow = Slow(story.client)
    slow.late = []
    courier = Courier(story.database, slow, story.clock.now)
    assert (await story.send("leads", ANA)).status_code == 202
    await deliver(courier)
    assert await shown(story) == (0, 0)

    if seconds < courier.settle_wait.total_seconds():
        await stored_late(story, slow)
        await story.pass_time(seconds=6)
        assert await shown(story) == (1, 1)
        return
    await story.pass_time(seconds=seconds)
    assert await shown(story) == (1, 1)
    await stored_late(story, slow)
    assert await shown(story) == (2, 2)

    kept, stale = await story.dm(RITA)
    await story.press(RITA, await story.slack.dm(RITA) or "", stale, "Accept")
    kept, stale = [message for message in await story.dm(RITA) if not message.ephemeral]
    assert "Log follow-up" in kept.buttons()
    assert stale.buttons() == ANSWERS
    done = await story.press(RITA, await story.slack.dm(RITA) or "", stale, "Accept")
    assert done.reply is None
    told = [message.text for message in await story.dm(RITA) if message.ephemeral]
    assert any("accepted this lead" in words for words in told)


async def deliver(courier: Courier) -> None:
    while await courier.deliver_one():
        pass


async def stored_late(story: Story, slow: Slow) -> None:
    for store in slow.late:
        assert (await store()).verdict is Verdict.SHOWN


async def shown(story: Story) -> tuple[int, int]:
    """How many cards of the lead the rep and the team see."""
    return len(await story.dm(RITA)), len(await story.slack.messages(RITA, EMEA))
