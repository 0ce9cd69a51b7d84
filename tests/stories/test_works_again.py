"""What could not be shown while something was amiss is shown, once, when it works again."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bot.commands.policies import apply
from bot.delivery.verdicts import Answer, Verdict
from bot.usecases.operating.alarms import raise_alarm
from tests.stories.conftest import EMEA, MARTA, OLA, RITA, Story
from tests.stories.test_slack_failures import ANOTHER, POLICY, told, waiting


async def test_a_post_of_unknown_outcome_is_waited_for_although_its_channel_works_again(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.slack.change_channel(EMEA, archived=True)
    await story.lead()
    await story.pass_time(seconds=4)
    (missed,) = await waiting(story)
    await story.slack.change_channel(EMEA, archived=False)
    await story.pass_time(seconds=(missed.retry_at - story.clock.at).total_seconds() - 2)
    slack, late = story.baton.courier.slack, list[Any]()
    usual = slack.post

    async def slow(channel: str, *given: Any) -> Answer:
        if channel != EMEA or late:
            return await usual(channel, *given)
        late.append(lambda: usual(channel, *given))
        return Answer(Verdict.UNKNOWN, error="TimeoutError")

    monkeypatch.setattr(slack, "post", slow)
    await story.lead(**ANOTHER)
    unknown_since = story.clock.at
    await story.pass_time(seconds=max(0.0, (missed.retry_at - story.clock.at).total_seconds()))
    assert len(await story.slack.messages(RITA, EMEA)) == 1
    assert story.clock.at < unknown_since + timedelta(seconds=4)

    (store,) = late
    assert (await store()).verdict is Verdict.SHOWN
    await story.pass_time(seconds=10)

    assert len(await story.slack.messages(RITA, EMEA)) == 2


async def test_what_the_only_admin_who_left_cannot_hear_the_managers_do_and_the_admin_when_back(
    story: Story, deaf: None
) -> None:
    await story.slack.change_person(OLA, deleted=True)
    await story.slack.change_channel(EMEA, archived=True)
    await story.lead()
    await story.pass_time(seconds=10)
    assert await told(story) == []
    assert [text for text in await told(story, MARTA) if f"cannot write in <#{EMEA}>" in text]
    await story.slack.change_person(OLA, deleted=False)

    await story.pass_time(days=1, seconds=1)
    while await story.baton.courier.look_at_one():
        pass
    await story.settle()

    (message,) = await told(story)
    assert f"cannot write in <#{EMEA}>" in message


async def test_a_policy_applied_for_somebody_whose_account_is_back_brings_what_they_missed(
    story: Story, deaf: None
) -> None:
    await story.slack.change_person(OLA, deleted=True)
    async with story.database.write() as session:
        await raise_alarm(session, "bell", "Ring the bell.", story.clock.at)
    await story.settle()
    await story.slack.change_person(OLA, deleted=False)
    assert await told(story) == []

    await apply(POLICY, story.database, story.client, story.clock.now, "test", Console(file=StringIO()))
    await story.settle()

    (message,) = await told(story)
    assert "Ring the bell." in message
