"""Slack's pace, kept by all who send at once."""

import asyncio
from collections import Counter
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.courier import Courier
from bot.delivery.pace import PER_MINUTE, Lane
from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer
from bot.views.blocks import Message
from storage.database import Database, parse_url
from tests.stories.conftest import ANA, EMEA, RAVI, RITA, Story, StoryClock


async def test_however_many_send_at_once_one_place_gets_one_message_a_second(story: Story) -> None:
    for number in range(4):
        name, email = f"Nr {number}", f"ana.{number}@acme.example"
        somebody = {"external_id": f"A-{number}", "last_name": name, "email": email, "phone": None}
        answer = await story.send("leads", {**ANA, **somebody})
        assert answer.json()["stage"] == "mql"

    await asyncio.gather(*(story.baton.courier.deliver_one() for _ in range(8)))

    posted = Counter(call.params["channel"] for call in await story.slack.calls("chat.postMessage"))
    assert posted == {EMEA: 1, await story.slack.dm(RITA): 1, await story.slack.dm(RAVI): 1}
    await story.settle()
    assert len(await story.slack.messages(RITA, EMEA)) == 4


async def test_a_post_of_unknown_outcome_is_paced_too_whoever_sends_next(story: Story, database_url: str) -> None:
    await story.slack.fault("chat.postMessage", "drop_reply", channel=EMEA)
    items = [{**ANA, "external_id": f"A-{n}", "email": f"ana.{n}@acme.example", "phone": None} for n in range(2)]
    assert (await story.send("leads", {"items": items})).status_code == 202
    while await story.baton.courier.deliver_one():
        pass
    another = Database(parse_url(database_url))
    courier = Courier(another, Slack(story.client), story.clock.now)
    while await courier.deliver_one():
        pass
    await another.close()
    assert len(await story.slack.messages(RITA, EMEA)) == 1
    await story.settle()
    assert len(await story.slack.messages(RITA, EMEA)) == 2


async def test_direct_messages_that_are_still_to_be_opened_hold_up_no_channel(story: Story) -> None:
    pace = story.baton.courier.pace
    for _ in range(PER_MINUTE[Lane.OPEN]):
        pace.take(Lane.OPEN)
    assert (await story.send("leads", ANA)).status_code == 202

    while await story.baton.courier.deliver_one():
        pass

    assert len(await story.slack.messages(RITA, EMEA)) == 1
    assert await story.slack.dm(RITA) is None
    await story.pass_time(minutes=1)
    assert (await story.card(RITA)).buttons()


async def visits(story: Story, number: int) -> None:
    """Ana comes back so many times, and the cards may show each time."""
    for visit in range(1, number + 1):
        at = story.clock.at - timedelta(seconds=number - visit)
        signal = {"id": f"v-{visit}", "kind": "page_view", "label": f"Visit {visit}", "at": at.isoformat()}
        answer = await story.send("signals", {"lead": {"email": ANA["email"]}, **signal})
        assert answer.status_code == 202
        await story.settle()


async def test_news_of_leads_never_uses_up_what_an_answer_needs(story: Story) -> None:
    await story.lead()
    start = story.clock.at
    await visits(story, 40)

    await story.press_in_dm(RITA, "Accept")

    assert "Log follow-up" in (await story.card(RITA)).buttons()
    assert story.clock.at - start < timedelta(seconds=5)
    assert all(call.error is None for call in await story.slack.calls("chat.update"))


async def test_news_that_had_to_wait_shows_within_a_minute(story: Story) -> None:
    await story.lead()
    await visits(story, 40)
    assert "Visit 40" not in (await story.card(RITA)).plain()

    await story.pass_time(minutes=1)

    assert "Visit 40" in (await story.card(RITA)).plain()


class Distant(Slack):
    """It takes a tenth of a second until the answer to a post is here."""

    def __init__(self, client: AsyncWebClient, clock: StoryClock) -> None:
        super().__init__(client)
        self._clock = clock

    async def post(self, channel: str, key: str, message: Message, thread: str | None = None) -> Answer:
        answer = await super().post(channel, key, message, thread)
        self._clock.at += timedelta(seconds=0.1)
        return answer


async def test_a_channel_gets_its_message_every_second_however_far_slack_is(story: Story) -> None:
    people = [{**ANA, "external_id": f"A-{n}", "email": f"a.{n}@acme.example", "phone": None} for n in range(12)]
    assert (await story.send("leads", {"items": people})).status_code == 202
    courier = Courier(story.database, Distant(story.client, story.clock), story.clock.now)
    start = story.clock.at

    async def posted() -> int:
        return len(await story.slack.messages(RITA, EMEA))

    while await posted() < len(people):
        while await courier.deliver_one():
            pass
        opens = courier.pace.opens_at()
        if opens and await posted() < len(people):
            story.clock.at = opens
            await story.slack.set_clock(opens)

    assert story.clock.at - start <= 1.02 * timedelta(seconds=len(people))
    assert [call.error for call in await story.slack.calls("chat.postMessage") if call.error] == []
