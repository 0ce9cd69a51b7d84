"""Another system is told what became of leads: signed, in order, at least once, and nothing about who was erased."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import col, select
from standardwebhooks import Webhook

from bot.delivery import endpoint
from bot.usecases.operating import erasure
from storage.deciding import handoffs
from storage.delivery import webhooks
from storage.tables import WebhookRow
from tests.stories.conftest import OLA, RITA, Story
from tests.support.serving import serve

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq="
WAY = "/hooks/baton"


@dataclass
class Receiver:
    """A system that takes webhooks, or does not, as it is told to."""

    answers: list[int] = field(default_factory=list)
    """What the next requests are answered; 204 after that."""
    slow: bool = False
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Ids and bodies whose signatures were right, in order, however they were answered."""
    paths: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.paths.append(scope["path"])
        self.heard.append((headers["webhook-id"], Webhook(SECRET).verify(body, headers)))
        if self.slow:
            await asyncio.sleep(3600)
        status = self.answers.pop(0) if self.answers else 204
        headers_back = {302: [(b"location", b"/elsewhere")], 429: [(b"retry-after", b"300")]}.get(status, [])
        await send({"type": "http.response.start", "status": status, "headers": headers_back})
        await send({"type": "http.response.body", "body": b"x" * 100})

    def told(self) -> list[str]:
        return [body["type"] for _, body in self.heard]


@pytest.fixture
async def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def mail_settings(receiver: Receiver) -> AsyncIterator[dict[str, Any]]:
    async with serve(receiver) as url:
        yield {"baton_webhook_url": f"{url}{WAY}", "baton_webhook_secret": SECRET}


async def tell(story: Story) -> None:
    while await story.baton.messenger.send_one():
        pass


async def rows(story: Story) -> list[WebhookRow]:
    async with story.database.read() as session:
        return list(await session.exec(select(WebhookRow).order_by(col(WebhookRow.created_at))))


async def test_nurture_is_paused_and_goes_on_as_sales_takes_and_gives_back(story: Story, receiver: Receiver) -> None:
    lead = await story.lead()
    await tell(story)
    assert receiver.heard == []

    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Undo")
    await story.reject(RITA, "bad-timing")
    result = {"lead": {"email": "ana.silva@acme.example"}, "outcome": "won", "at": "2026-11-20T08:30:00Z"}
    for _ in range(2):
        assert (await story.send("outcomes", {**result, "amount": 1200, "currency": "EUR"})).status_code == 202
    await tell(story)

    assert receiver.told() == [
        *("lead.accepted", "nurture.pause", "nurture.resume", "lead.returned", "nurture.resume", "lead.outcome")
    ]
    assert set(receiver.paths) == {WAY}
    accepted, returned, won = (receiver.heard[place][1] for place in (0, 3, 5))
    assert accepted["data"] == {
        "lead": {
            "id": lead["lead_id"],
            "source": "webinar",
            "external_id": "A-1001",
            "email": "ana.silva@acme.example",
            "consent": True,
            "stage": "won",
        },
        "handoff_id": lead["handoff_id"],
        "rep": "rita@acme.example",
    }
    assert accepted["timestamp"].startswith("2026-11-20T09:00:")
    assert returned["data"]["reason"] == {"id": "bad-timing", "label": "Not now"}
    assert (returned["data"]["means"], returned["data"]["rep"]) == ("recycle", "rita@acme.example")
    assert {key: won["data"][key] for key in ("outcome", "amount", "currency")} == {
        "outcome": "won", "amount": 1200.0, "currency": "EUR",
    }  # fmt: skip
    assert not await story.baton.messenger.send_one()
    assert "ana" not in json.dumps([row.details for row in await rows(story)]).lower()


async def test_what_is_not_taken_is_told_again_with_the_same_id_and_nothing_overtakes_it(
    story: Story, receiver: Receiver
) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    receiver.answers = [500, 302, 429]

    await tell(story)
    assert receiver.told() == ["lead.accepted"]
    assert not await story.baton.messenger.send_one()
    await story.pass_time(seconds=5)
    await tell(story)
    assert receiver.told() == ["lead.accepted"] * 2
    await story.pass_time(seconds=30)
    await tell(story)
    assert receiver.told() == ["lead.accepted"] * 3
    await story.pass_time(seconds=299)
    assert not await story.baton.messenger.send_one()
    await story.pass_time(seconds=1)
    await tell(story)

    assert receiver.told() == [*["lead.accepted"] * 4, "nurture.pause"]
    assert len({key for key, _ in receiver.heard[:4]}) == 1
    assert set(receiver.paths) == {WAY}
    assert {(row.sent, row.error) for row in await rows(story)} == {(True, None)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_receiver_that_keeps_the_line_open_is_left_and_asked_again(
    story: Story, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "TIMEOUT", 0.3)
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    receiver.slow = True
    await tell(story)
    (first, _) = await rows(story)
    assert (first.error, first.failures, first.done_at) == ("timeout", 1, None)

    receiver.slow = False
    await story.pass_time(seconds=5)
    await tell(story)
    assert receiver.told() == ["lead.accepted", "lead.accepted", "nurture.pause"]


async def test_a_crash_before_it_is_noted_tells_it_again_with_the_same_id(
    story: Story, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")

    async def dies(*_: Any, **__: Any) -> bool:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as crashing:
        crashing.setattr(webhooks, "settle", dies)
        with pytest.raises(RuntimeError):
            await story.baton.messenger.send_one()
    assert not await story.baton.messenger.send_one()
    await story.pass_time(seconds=30)
    await asyncio.gather(tell(story), tell(story))

    assert receiver.told() == ["lead.accepted", "lead.accepted", "nurture.pause"]
    assert receiver.heard[0] == receiver.heard[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_admins_hear_of_a_receiver_that_is_away_and_what_is_three_days_old_is_given_up(
    story: Story, receiver: Receiver
) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    receiver.answers = [404] * 100
    for _ in range(3):
        await story.pass_time(hours=1)
        await tell(story)
    assert "does not take what Baton tells it (HTTP 404)" in (await story.card(OLA)).plain()

    for _ in range(5):
        await story.pass_time(days=1)
        await tell(story)
    assert [(row.sent, row.done_at is not None) for row in await rows(story)] == [(False, True)] * 2
    assert len(receiver.heard) < 100

    receiver.answers = []
    await story.pass_time(hours=1)
    lead = await story.lead(external_id="A-2", email="bo@acme.example", phone=None)
    async with story.database.read() as session:
        owner = (await handoffs.get_one(session, lead["handoff_id"])).owner
    assert owner
    await story.press_in_dm(owner, "Accept")
    await tell(story)
    await story.settle()
    assert receiver.told()[-2:] == ["lead.accepted", "nurture.pause"]
    said = [message.plain() for message in await story.dm(OLA) if "BATON_WEBHOOK_URL" in message.plain()]
    assert len(said) == 1
    assert said[0].startswith("Solved")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_is_told_of_who_was_erased(story: Story, receiver: Receiver) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await erasure.erase(story.database, "ana.silva@acme.example", "ola", story.clock.at)

    await tell(story)

    assert receiver.heard == []
    assert {(row.sent, row.done_at is not None) for row in await rows(story)} == {(False, True)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWithoutAnAddress:
    @pytest.fixture
    def mail_settings(self) -> dict[str, Any]:
        return {}

    async def test_nothing_piles_up(self, story: Story) -> None:
        await story.lead()
        await story.press_in_dm(RITA, "Accept")
        assert len(await rows(story)) == 2

        await story.pass_time(hours=1)
        await tell(story)

        assert {(row.sent, row.done_at is not None) for row in await rows(story)} == {(False, True)}
        assert not await story.baton.messenger.send_one()
