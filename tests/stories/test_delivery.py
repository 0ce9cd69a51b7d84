"""What Slack shows when Slack, the network or Baton fails halfway: every message once, none lost."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.delivery.courier import Courier
from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer, Verdict
from bot.usecases.deciding import handoffs
from bot.views.blocks import Message as Shown
from tests.stories.conftest import ANA, ANSWERS, EMEA, MARTA, RITA, Story


async def shown(story: Story) -> tuple[int, int]:
    """How many cards of the lead the rep and the team see."""
    return len(await story.dm(RITA)), len(await story.slack.messages(RITA, EMEA))


async def test_a_reply_that_is_lost_after_the_post_is_found_and_not_posted_again(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "drop_reply", times=2)
    await story.lead()
    assert await shown(story) == (1, 1)

    await story.pass_time(seconds=6)

    assert await shown(story) == (1, 1)
    await story.press_in_dm(RITA, "Accept")
    assert "Accept" not in (await story.card(RITA)).buttons()
    (channel_card,) = await story.slack.messages(RITA, EMEA)
    assert channel_card.buttons() == []


async def test_a_request_that_never_arrived_is_posted_once_it_is_known_not_to_be_there(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "drop_request", times=2)
    await story.lead()
    assert await shown(story) == (0, 0)

    await story.pass_time(seconds=6)

    assert await shown(story) == (1, 1)


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "error", "error": "internal_error"}])
async def test_an_error_of_slacks_own_loses_nothing(story: Story, fault: dict[str, Any]) -> None:
    await story.slack.fault("chat.postMessage", times=3, **fault)
    await story.lead()

    for _ in range(4):
        await story.pass_time(seconds=6)

    assert await shown(story) == (1, 1)


async def test_a_limit_in_one_place_holds_up_that_place_alone(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "error", error="ratelimited", status=429, retry_after=20)
    start = story.clock.at
    await story.send("leads", ANA)
    while await story.baton.courier.deliver_one():
        pass
    assert await shown(story) == (0, 1)

    await story.until(start + timedelta(seconds=30))

    assert await shown(story) == (1, 1)
    limited, *posted = await story.slack.calls("chat.postMessage")
    assert limited.error == "ratelimited"
    assert [call.at - limited.at >= 20 for call in posted] == [False, True]


async def test_a_limit_is_waited_for_as_long_as_slack_says(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "error", times=2, error="ratelimited", status=429, retry_after=20)
    start = story.clock.at
    await story.send("leads", ANA)
    while await story.baton.courier.deliver_one():
        pass
    ben = {"external_id": "A-2", "first_name": "Ben", "email": "second@acme.example", "phone": None}
    await story.send("leads", {**ANA, **ben})

    await story.until(start + timedelta(seconds=30))

    assert (await story.card(RITA)).buttons() == ANSWERS
    assert len(await story.slack.messages(RITA, EMEA)) == 2
    *limited, _, _, _, _ = calls = await story.slack.calls("chat.postMessage")
    assert [call.error for call in limited] == ["ratelimited"] * 2
    assert min(call.at for call in calls[2:]) >= limited[0].at + 20


@pytest.mark.parametrize("stored", [True, False])
async def test_a_courier_that_dies_in_mid_post_is_succeeded_by_one_that_looks_first(story: Story, stored: bool) -> None:
    await story.slack.fault("chat.postMessage", "drop_reply" if stored else "drop_request")
    assert (await story.send("leads", ANA)).status_code == 202
    dying = Dying(story.client)
    courier = Courier(story.database, dying, story.clock.now)
    with pytest.raises(asyncio.CancelledError):
        await courier.deliver_one()
    assert dying.answers == [Verdict.UNKNOWN]

    await story.pass_time(seconds=20)
    assert await shown(story) == (int(stored), 1)
    await story.pass_time(seconds=11)

    assert await shown(story) == (1, 1)
    await story.press_in_dm(RITA, "Accept")
    assert "Log follow-up" in (await story.card(RITA)).buttons()


class Dying(Slack):
    """Ends the process, as far as the courier can tell, before it hears how its post went."""

    answers: list[Verdict]

    async def post(self, channel: str, key: str, message: Shown, thread: str | None = None) -> Answer:
        self.answers = [(await super().post(channel, key, message, thread)).verdict]
        raise asyncio.CancelledError


async def test_a_card_that_was_deleted_in_slack_is_posted_again(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    dm = await story.slack.dm(RITA)
    assert dm
    await story.client.chat_delete(channel=dm, ts=(await story.card(RITA)).ts)

    assert await story.forge(MARTA, "accept", handoff_id) == ""

    (card,) = [message for message in await story.dm(RITA) if message.blocks]
    assert "Log follow-up" in card.buttons()


async def test_blocks_that_slack_refuses_become_a_plain_card_with_the_same_buttons(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "error", error="invalid_blocks")

    await story.lead()

    (channel_card,) = await story.slack.messages(RITA, EMEA)
    for card, buttons in ((await story.card(RITA), ANSWERS), (channel_card, ["Accept", "Reject"])):
        assert "Ana Silva" in card.plain()
        assert card.buttons() == buttons


async def test_with_a_revoked_token_everything_is_kept_and_shown_when_it_works_again(story: Story) -> None:
    await story.slack.revoke_token()
    await story.lead()
    assert await shown(story) == (0, 0)

    await story.slack.revoke_token(False)
    await story.pass_time(seconds=31)

    assert await shown(story) == (1, 1)


async def test_a_flood_of_leads_keeps_slacks_pace_and_loses_none(story: Story) -> None:
    leads = [
        {
            "source": "fair",
            "external_id": f"F-{n}",
            "email": f"f{n}@fair.example",
            "title": "Head of Sales",
            "company": {"name": f"Fair {n}", "industry": "Logistics", "employees": 300, "country": "DE"},
            "contact_requested": True,
        }
        for n in range(30)
    ]
    answer = await story.send("leads", {"items": leads})
    assert {item["stage"] for item in answer.json()["items"]} == {"mql"}

    await story.settle()

    assert len(await story.slack.messages(RITA, EMEA)) == 30
    calls = [call for call in await story.slack.calls("chat.postMessage") if call.params["channel"] == EMEA]
    assert [call.error for call in calls] == [None] * 30
    assert all(later.at - earlier.at >= 1 for earlier, later in pairwise(calls))


async def test_a_ping_whose_reply_was_lost_shows_what_became_of_the_lead_although_it_was_answered_meanwhile(
    story: Story,
) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await story.until(story.clock.at.replace(hour=12, minute=59))
    await story.slack.fault("chat.postMessage", "drop_reply", times=2)
    await story.pass_time(minutes=1)
    assert (await story.card(MARTA)).buttons() == ["Reassign", "Extend", "Take over"]

    assert await story.forge(RITA, "accept", handoff_id) == ""
    await story.pass_time(seconds=6)

    assert (await story.card(MARTA)).buttons() == []


async def test_a_limit_on_app_homes_is_kept_for_all_of_them_and_holds_up_no_card(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await story.slack.fault("views.publish", "error", error="ratelimited", status=429, retry_after=20)
    for person in (RITA, MARTA):
        await story.slack.open_home(person)
    start = story.clock.at
    while await story.baton.courier.deliver_one():
        pass
    assert len(await story.slack.calls("views.publish")) == 1
    story.clock.at = start + timedelta(seconds=2)

    assert await handoffs.accept(story.database, handoff_id, RITA, story.clock.at)
    while await story.baton.courier.deliver_one():
        pass

    assert "Log follow-up" in (await story.card(RITA)).buttons()
    await story.until(start + timedelta(seconds=30))
    assert await story.slack.home(RITA)
    assert await story.slack.home(MARTA)


async def test_a_card_that_changes_long_after_it_was_posted_is_not_called_late(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await story.pass_time(hours=1)

    assert await handoffs.accept(story.database, handoff_id, RITA, story.clock.at)

    ready = await story.http.get("/readyz")
    assert (ready.status_code, ready.json()["courier"]) == (200, "ok")
