"""What the page reads, the notices it waits for, and the levers behind the scenes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sandbox.manifest import Manifest, Scopes
from sandbox.workspace import ChannelPlan, Workspace
from tests.sandbox.blocks import home, modal
from tests.sandbox.conftest import EMEA, GENERAL, GUS, NOON, RAVI, RITA, World

Json = dict[str, Any]


async def look(world: World, what: str, **params: str) -> Json:
    response = await world.http.get(f"{world.url}/_sandbox/{what}", params=params)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def pull(world: World, what: str, body: Json) -> httpx.Response:
    return await world.http.post(f"{world.url}/_sandbox/{what}", json=body)


@asynccontextmanager
async def notices(world: World, user: str) -> AsyncIterator[AsyncIterator[Json]]:
    """The notices a page of that person gets, one after another."""
    async with world.http.stream("GET", f"{world.url}/_sandbox/events", params={"user": user}) as response:
        lines = response.aiter_lines()
        assert (await anext(lines)).startswith(":")

        async def read() -> AsyncIterator[Json]:
            async for line in lines:
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

        yield read()


async def test_the_workspace_shows_people_channels_app_and_time(world: World) -> None:
    seen = await look(world, "workspace")
    assert seen["team"] == {"id": "T0ACME0001", "name": "Acme", "domain": "acme"}
    rita = next(one for one in seen["people"] if one["id"] == RITA)
    assert (rita["real_name"], rita["title"], len(rita["color"])) == ("Rita Keller", "Account Executive EMEA", 6)
    emea = next(one for one in seen["channels"] if one["id"] == EMEA)
    assert (emea["name"], emea["app"], emea["archived"], RITA in emea["members"]) == ("emea-leads", True, False, True)
    assert [one["command"] for one in seen["app"]["commands"]] == ["/echo", "/names"]
    assert [one["callback_id"] for one in seen["app"]["shortcuts"]] == ["hello", "copy"]
    assert seen["app"]["home_tab_enabled"] is True
    assert seen["clock"] == {"now": NOON, "iso": "2026-11-20T12:00:00+00:00", "standing": True}


async def test_the_sidebar_counts_what_is_unread(world: World) -> None:
    channel = await world.dm(RITA)
    first = (await world.client.chat_postMessage(channel=channel, text="one"))["ts"]
    await world.client.chat_postMessage(channel=channel, text="two", thread_ts=first)
    await world.slack.say(RITA, EMEA, "my own words are never unread")
    await world.client.chat_postMessage(channel=EMEA, text="a lead")
    seen = await look(world, "sidebar", user=RITA)
    assert {one["name"] for one in seen["channels"]} == {"general", "random", "new-leads", "emea-leads"}
    emea = next(one for one in seen["channels"] if one["id"] == EMEA)
    assert (emea["unread"], emea["last"]["text"]) == (1, "a lead")
    assert [(one["id"], one["name"], one["unread"]) for one in seen["dms"]] == [(channel, "courier", 2)]
    await pull(world, "read", {"user": RITA, "channel": channel, "ts": first})
    assert (await look(world, "sidebar", user=RITA))["dms"][0]["unread"] == 1
    assert (await look(world, "sidebar", user=RAVI))["dms"] == []


async def test_nobody_reads_what_they_are_not_in(world: World) -> None:
    for user, channel, status in ((GUS, EMEA, 409), ("U404", EMEA, 404), (RITA, "C404", 404)):
        response = await world.http.get(f"{world.url}/_sandbox/messages", params={"user": user, "channel": channel})
        assert response.status_code == status
        assert response.json()["detail"]


async def test_a_page_is_told_what_its_person_may_know(world: World) -> None:
    async with notices(world, RITA) as hers, notices(world, GUS) as his:
        ts = (await world.client.chat_postMessage(channel=EMEA, text="x"))["ts"]
        await world.client.chat_postMessage(channel=EMEA, text="y", thread_ts=ts)
        await world.client.chat_update(channel=EMEA, ts=ts, text="z")
        await world.client.chat_postEphemeral(channel=EMEA, user=RAVI, text="not for Rita")
        whisper = (await world.client.chat_postEphemeral(channel=EMEA, user=RITA, text="for Rita"))["message_ts"]
        await world.client.views_publish(user_id=RITA, view=home())
        await world.client.chat_delete(channel=EMEA, ts=ts)
        await world.slack.set_clock(NOON + 60)
        seen = [await anext(hers) for _ in range(7)]
        assert [one["type"] for one in seen] == [
            "message", "message", "update", "ephemeral", "home", "delete", "clock",
        ]  # fmt: skip
        assert seen[0] == {"type": "message", "channel": EMEA, "ts": ts}
        assert seen[1]["thread_ts"] == ts
        assert seen[3]["ts"] == whisper
        assert await anext(his) == {"type": "clock"}


async def test_a_modal_is_a_notice_too(world: World) -> None:
    async with notices(world, RITA) as hers:
        await world.slack.command(RITA, EMEA, "/echo")
        trigger = world.app.seen[0]["trigger_id"]
        view_id = (await world.client.views_open(trigger_id=trigger, view=modal()))["view"]["id"]
        assert (await anext(hers))["type"] == "view"
        await world.slack.close(RITA, view_id)
        assert (await anext(hers))["type"] == "view"


async def test_a_page_that_leaves_is_forgotten(world: World) -> None:
    async with notices(world, RITA):
        pass
    await world.client.chat_postMessage(channel=EMEA, text="x")
    async with notices(world, RITA) as hers:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(hers), 0.05)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (1_795_176_000, 1_795_176_000.0),
        ("2026-11-20T13:00:00+01:00", 1_795_176_000.0),
        ("2026-11-20T12:00:00Z", 1_795_176_000.0),
    ],
)
async def test_time_is_set_in_seconds_or_iso(world: World, now: Any, expected: float) -> None:
    world.clock.set(0)
    assert (await pull(world, "clock", {"now": now})).json()["now"] == expected
    assert (await pull(world, "clock", {"advance": 30})).json() == {
        "now": expected + 30,
        "iso": "2026-11-20T12:00:30+00:00",
        "standing": True,
    }
    assert (await pull(world, "clock", {"now": None})).json()["standing"] is False


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("clock", {}),
        ("clock", {"now": 1, "advance": 2}),
        ("clock", {"now": "2026-11-20T12:00:00"}),
        ("clock", {"now": "noon"}),
        ("clock", {"advance": -5}),
        ("faults", {"method": "chat.postMessage", "kind": "explode"}),
        ("faults", {"method": "chat.postMessage", "kind": "delay", "times": 0}),
        ("click", {"user": RITA, "action_id": "a"}),
        ("click", {"user": RITA, "action_id": "a", "channel": EMEA, "ts": "1", "view_id": "V1"}),
        ("submit", {"user": RITA}),
        ("command", {"user": RITA, "channel": EMEA, "command": "/echo", "thread_ts": "1"}),
        (f"people/{RITA}", {"tz": "Mars/Base"}),
        (f"people/{RITA}", {"shoes": 42}),
        ("token", {}),
    ],
)
async def test_a_wrong_body_is_refused_with_what_is_wrong(world: World, what: str, body: Json) -> None:
    response = await pull(world, what, body)
    assert response.status_code == 422
    assert response.json()["detail"]


async def test_people_change(world: World) -> None:
    await world.slack.change_person(RITA, deleted=True, tz="Asia/Tokyo", title="Away")
    seen = next(one for one in (await look(world, "workspace"))["people"] if one["id"] == RITA)
    assert (seen["deleted"], seen["tz"], seen["title"], seen["name"]) == (True, "Asia/Tokyo", "Away", "rita")
    assert (await pull(world, "people/U404", {"deleted": True})).status_code == 404


async def test_a_reset_brings_the_first_day_back(world: World) -> None:
    channel = await world.dm(RITA)
    await world.client.chat_postMessage(channel=channel, text="x")
    await world.client.views_publish(user_id=RITA, view=home())
    await world.slack.change_person(RITA, deleted=True)
    await world.slack.change_channel(EMEA, gone=True)
    await world.slack.fault("chat.postMessage", "error", error="fatal_error")
    await world.slack.revoke_token()
    await world.slack.reset()
    assert await world.slack.dm(RITA) is None
    assert await world.slack.home(RITA) is None
    assert await world.slack.calls() == []
    assert (await world.client.chat_postMessage(channel=EMEA, text="again"))["ok"]
    assert not (await world.client.users_info(user=RITA))["user"]["deleted"]


async def test_calls_are_counted_by_how_they_were_answered_and_told_in_part(world: World) -> None:
    for _ in range(4):
        await world.api("chat.postMessage", channel=EMEA, text="x", unfurl_links=False)
    tallied = (await look(world, "tally"))["tally"]
    assert tallied == {"chat.postMessage": {"ok": 3, "ratelimited": 1}}
    told = (await look(world, "calls", method="chat.postMessage", params="text,thread_ts"))["calls"]
    assert [one["params"] for one in told] == [{"text": "x"}] * 4
    await world.http.delete(f"{world.url}/_sandbox/calls")
    assert (await look(world, "tally"))["tally"] == {}


async def test_the_page_and_its_health_are_served(world: World) -> None:
    assert (await world.http.get(f"{world.url}/healthz")).json() == {"ok": True}
    page = await world.http.get(f"{world.url}/")
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")


class TestPrivateChannels:
    """A private channel without the app does not exist for it."""

    @pytest.fixture
    def plan(self, plan: Workspace) -> Workspace:
        secret = ChannelPlan(id="C0SECRET01", name="secret", private=True, members=("rita",))
        shared = ChannelPlan(id="C0SHARED01", name="shared", private=True, members=("rita",), app=True)
        return plan.model_copy(update={"channels": (*plan.channels, secret, shared)})

    async def test_it_is_neither_listed_nor_found(self, world: World) -> None:
        listed = await world.api("conversations.list", types="public_channel,private_channel", limit=100)
        names = [one["name"] for one in listed["channels"]]
        assert "shared" in names
        assert "secret" not in names
        for method in ("conversations.info", "conversations.history", "conversations.members"):
            assert (await world.api(method, channel="C0SECRET01"))["error"] == "channel_not_found"
        refused = await world.api("chat.postMessage", channel="C0SECRET01", text="x")
        assert refused["error"] == "channel_not_found"

    async def test_one_with_the_app_is_a_channel_like_any(self, world: World) -> None:
        assert (await world.api("chat.postMessage", channel="C0SHARED01", text="x"))["ok"]
        info = (await world.api("conversations.info", channel="C0SHARED01"))["channel"]
        assert (info["is_private"], info["is_channel"]) == (True, False)
        await world.slack.command(RITA, "C0SHARED01", "/echo")
        assert world.app.seen[-1]["channel_name"] == "privategroup"

    async def test_the_scope_for_public_channels_opens_no_private_one(self, world: World, installed: Manifest) -> None:
        assert "chat:write.public" in installed.scopes
        assert (await world.api("chat.postMessage", channel=GENERAL, text="x"))["ok"]
        assert (await world.api("chat.postMessage", channel="C0SECRET01", text="x"))["error"] == "channel_not_found"

    @pytest.fixture
    def installed(self, installed: Manifest) -> Manifest:
        scopes = Scopes(bot=(*installed.oauth_config.scopes.bot, "chat:write.public"))
        return installed.model_copy(
            update={"oauth_config": installed.oauth_config.model_copy(update={"scopes": scopes})}
        )
