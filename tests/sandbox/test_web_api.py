"""The Web API as slack-sdk's own client finds it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.blocks import actions, button, home, modal, rich_text, section, words
from tests.sandbox.conftest import APAC, DREW, EMEA, GENERAL, GUS, MARKETING, MAYA, RAVI, RITA, TOKEN, World

LARGE = {"k": "x" * 9000}
METADATA = {"event_type": "card_shown", "event_payload": {"key": "k-1"}}


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    error: str = caught.value.response["error"]
    return error


async def test_the_bot_learns_who_it_is(world: World) -> None:
    answer = await world.client.auth_test()
    assert answer["team_id"] == "T0ACME0001"
    assert answer["user"] == "courier"
    assert answer["user_id"].startswith("U")
    assert answer["bot_id"].startswith("B")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_token_is_asked_for_and_must_be_the_right_one(world: World) -> None:
    nobody = await world.http.post(f"{world.url}/api/auth.test")
    assert nobody.json() == {"ok": False, "error": "not_authed"}
    stranger = AsyncWebClient(token="xoxb-other", base_url=f"{world.url}/api/")
    assert await refusal(stranger.auth_test()) == "invalid_auth"
    await world.slack.revoke_token()
    assert await refusal(world.client.auth_test()) == "token_revoked"
    await world.slack.revoke_token(False)
    assert (await world.client.auth_test())["ok"]


async def test_an_unknown_method_is_named_so(world: World) -> None:
    assert await refusal(world.client.api_call("chat.shout")) == "unknown_method"


async def test_parameters_may_come_as_query_form_or_json(world: World) -> None:
    url, headers = f"{world.url}/api/users.info", {"Authorization": f"Bearer {TOKEN}"}
    asked = {"user": RITA, "team_id": "T0ACME0001"}
    for response in (
        await world.http.get(url, params=asked, headers=headers),
        await world.http.post(url, params=asked, headers=headers),
        await world.http.post(url, data=asked, headers=headers),
        await world.http.post(url, json=asked, headers=headers),
        await world.http.post(url, data=asked | {"token": TOKEN}),
    ):
        assert response.json()["user"]["name"] == "rita"


async def test_people_are_found_by_id_and_address(world: World) -> None:
    user = (await world.client.users_info(user=RITA))["user"]
    assert user["profile"]["email"] == "rita@acme.example"
    assert (user["tz"], user["tz_offset"], user["deleted"], user["is_bot"]) == ("Europe/Berlin", 3600, False, False)
    assert (await world.client.users_info(user=GUS))["user"]["is_restricted"]
    assert (await world.client.users_lookupByEmail(email="Rita@ACME.example"))["user"]["id"] == RITA
    assert await refusal(world.client.users_lookupByEmail(email="nobody@acme.example")) == "users_not_found"
    assert await refusal(world.client.users_info(user="U404")) == "user_not_found"


async def test_a_deactivated_person_is_nobody_by_address_and_deleted_by_id(world: World) -> None:
    assert await refusal(world.client.users_lookupByEmail(email="drew@acme.example")) == "users_not_found"
    user = (await world.client.users_info(user=DREW))["user"]
    assert user["deleted"] is True
    assert "tz" not in user


async def test_an_hour_is_what_the_season_makes_it(world: World) -> None:
    world.clock.set(1_783_080_000)  # 3 July 2026
    assert (await world.client.users_info(user=RITA))["user"]["tz_offset"] == 7200


async def test_everybody_is_listed_a_page_at_a_time(world: World) -> None:
    first = await world.client.users_list(limit=15)
    second = await world.client.users_list(limit=15, cursor=first["response_metadata"]["next_cursor"])
    ids = [user["id"] for user in (*first["members"], *second["members"])]
    assert len(first["members"]) == 15
    assert len(ids) == len(set(ids)) == 20
    assert {"USLACKBOT", RITA} <= set(ids)
    assert second["response_metadata"]["next_cursor"] == ""
    assert await refusal(world.client.users_list(cursor="made-up")) == "invalid_cursor"


async def test_presence_and_quiet_hours_can_be_asked_for(world: World) -> None:
    assert (await world.client.users_getPresence(user=RITA))["presence"] == "active"
    assert (await world.client.dnd_info(user=RITA))["dnd_enabled"] is False


async def test_a_direct_message_is_opened_once(world: World) -> None:
    first = await world.client.conversations_open(users=RITA)
    again = await world.client.conversations_open(users=RITA, return_im=True)
    other = await world.client.conversations_open(users=RAVI)
    assert first["channel"]["id"] == again["channel"]["id"] != other["channel"]["id"]
    assert first["channel"]["id"].startswith("D")
    assert again["already_open"] is True
    assert again["channel"]["user"] == RITA
    me = (await world.client.auth_test())["user_id"]
    assert await refusal(world.client.conversations_open(users=DREW)) == "user_disabled"
    assert await refusal(world.client.conversations_open(users="U404")) == "user_not_found"
    assert await refusal(world.client.conversations_open(users=me)) == "cannot_dm_bot"


async def test_channels_are_listed_and_described(world: World) -> None:
    listed = {one["name"]: one for one in (await world.client.conversations_list(limit=200))["channels"]}
    assert listed["emea-leads"]["is_member"] is True
    assert listed["general"]["is_member"] is False
    info = (await world.client.conversations_info(channel=EMEA, include_num_members=True))["channel"]
    assert (info["name"], info["is_archived"], info["num_members"]) == ("emea-leads", False, 7)
    members = (await world.client.conversations_members(channel=EMEA))["members"]
    assert RITA in members
    assert MARKETING not in members
    assert await refusal(world.client.conversations_info(channel="C404")) == "channel_not_found"
    await world.slack.change_channel(APAC, archived=True)
    open_ones = await world.client.conversations_list(exclude_archived=True)
    assert "apac-leads" not in [one["name"] for one in open_ones["channels"]]


async def test_a_post_is_stored_as_slack_stores_it(world: World) -> None:
    posted = await world.client.chat_postMessage(
        channel=EMEA, text="A lead", blocks=[section("*A lead*")], metadata=METADATA
    )
    stored = posted["message"]
    assert stored["ts"] == posted["ts"]
    assert {"bot_id", "app_id", "user", "team"} <= set(stored)
    assert stored["blocks"][0]["block_id"]
    [seen] = (await world.client.conversations_history(channel=EMEA))["messages"]
    assert seen["metadata"] == {"event_type": "card_shown"}
    [whole] = (await world.client.conversations_history(channel=EMEA, include_all_metadata=True))["messages"]
    assert whole["metadata"] == METADATA
    assert whole | {"metadata": None} == stored | {"metadata": None}


async def test_a_person_or_a_channel_name_is_an_address_too(world: World) -> None:
    direct = await world.client.chat_postMessage(channel=RITA, text="hello")
    assert direct["channel"] == await world.dm(RITA)
    named = await world.client.chat_postMessage(channel="#emea-leads", text="hello")
    assert named["channel"] == EMEA


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "C404", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL, "text": "x"}, "not_in_channel"),
        ({"channel": EMEA}, "no_text"),
        ({"channel": EMEA, "text": ""}, "no_text"),
        ({"channel": EMEA, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": EMEA, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": EMEA, "text": "x", "blocks": [{"type": "banner"}]}, "invalid_blocks"),
        ({"channel": EMEA, "text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"channel": EMEA, "text": "x", "attachments": [{"blocks": [{"type": "banner"}]}]}, "invalid_blocks"),
        ({"channel": EMEA, "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": EMEA, "text": "x", "metadata": METADATA | {"event_type": "two words"}}, "invalid_metadata_schema"),
        ({"channel": EMEA, "text": "x", "metadata": METADATA | {"event_payload": LARGE}}, "metadata_too_large"),
        ({"channel": EMEA, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": DREW, "text": "x"}, "channel_not_found"),
    ],
)  # fmt: skip
async def test_a_post_is_refused(world: World, params: dict[str, Any], error: str) -> None:
    answer = await world.api("chat.postMessage", **params)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert (await world.slack.messages(RITA, EMEA)) == []


async def test_a_refusal_of_blocks_says_what_is_wrong_where(world: World) -> None:
    answer = await world.api("chat.postMessage", channel=EMEA, blocks=[actions(button("x" * 76))])
    said = "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    assert answer["errors"] == [said]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]


async def test_text_is_cut_at_forty_thousand_characters(world: World) -> None:
    posted = await world.client.chat_postMessage(channel=EMEA, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000


async def test_without_text_slack_takes_the_words_of_the_blocks(world: World) -> None:
    posted = await world.api("chat.postMessage", channel=EMEA, blocks=[section("Ana"), rich_text(words("Silva"))])
    assert posted["message"]["text"] == "Ana\nSilva"


async def test_an_archived_or_deleted_channel_takes_nothing(world: World) -> None:
    posted = await world.client.chat_postMessage(channel=EMEA, text="x")
    await world.slack.change_channel(EMEA, archived=True)
    assert await refusal(world.client.chat_postMessage(channel=EMEA, text="x")) == "is_archived"
    assert await refusal(world.client.chat_update(channel=EMEA, ts=posted["ts"], text="y")) == "is_inactive"
    await world.slack.change_channel(EMEA, gone=True)
    assert await refusal(world.client.chat_postMessage(channel=EMEA, text="x")) == "channel_not_found"


async def test_the_app_posts_where_it_is_let_in(world: World) -> None:
    await world.slack.change_channel(GENERAL, app=True)
    assert (await world.client.chat_postMessage(channel=GENERAL, text="x"))["ok"]
    await world.slack.change_channel(GENERAL, app=False)
    assert await refusal(world.client.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"


async def test_a_direct_message_to_somebody_who_left_is_taken_silently(world: World) -> None:
    channel = await world.dm(RITA)
    await world.slack.change_person(RITA, deleted=True)
    assert (await world.client.chat_postMessage(channel=channel, text="x"))["ok"]
    assert (await world.client.chat_postMessage(channel=RITA, text="y"))["channel"] == channel
    assert await refusal(world.client.conversations_open(users=RITA)) == "user_disabled"


async def test_no_direct_messages_without_the_messages_tab(world: World) -> None:
    channel = await world.dm(RITA)
    await world.slack.allow_direct_messages(False)
    assert await refusal(world.client.chat_postMessage(channel=channel, text="x")) == "messages_tab_disabled"
    await world.slack.allow_direct_messages(True)
    assert (await world.client.chat_postMessage(channel=channel, text="x"))["ok"]


async def test_replies_are_in_the_thread_and_not_in_the_history(world: World) -> None:
    root = (await world.client.chat_postMessage(channel=EMEA, text="root"))["ts"]
    reply = (await world.client.chat_postMessage(channel=EMEA, text="reply", thread_ts=root))["ts"]
    deeper = await world.client.chat_postMessage(channel=EMEA, text="deeper", thread_ts=reply)
    assert deeper["message"]["thread_ts"] == root
    [only] = (await world.client.conversations_history(channel=EMEA))["messages"]
    assert (only["text"], only["reply_count"], only["latest_reply"]) == ("root", 2, deeper["ts"])
    thread = (await world.client.conversations_replies(channel=EMEA, ts=root))["messages"]
    assert [one["text"] for one in thread] == ["root", "reply", "deeper"]
    assert await refusal(world.client.conversations_replies(channel=EMEA, ts="1.000000")) == "thread_not_found"


async def test_history_is_read_newest_first_between_two_moments(world: World) -> None:
    stamps = []
    for number in range(5):
        world.clock.advance(60)
        stamps.append((await world.client.chat_postMessage(channel=EMEA, text=str(number)))["ts"])

    async def texts(**params: Any) -> list[str]:
        return [one["text"] for one in (await world.client.conversations_history(channel=EMEA, **params))["messages"]]

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(oldest=stamps[2]) == ["4", "3"]
    assert await texts(oldest=stamps[2], inclusive=True) == ["4", "3", "2"]
    assert await texts(latest=stamps[2]) == ["1", "0"]
    first = await world.client.conversations_history(channel=EMEA, limit=3)
    assert first["has_more"] is True
    assert await texts(limit=3, cursor=first["response_metadata"]["next_cursor"]) == ["1", "0"]
    assert await refusal(world.client.conversations_history(channel=EMEA, limit=1000)) == "invalid_limit"
    assert await refusal(world.client.conversations_history(channel=EMEA, oldest="noon")) == "invalid_ts_oldest"
    assert await refusal(world.client.conversations_history(channel=EMEA, latest="nan")) == "invalid_ts_latest"


async def test_history_is_for_members(world: World) -> None:
    assert await refusal(world.client.conversations_history(channel=GENERAL)) == "not_in_channel"


async def test_stamps_grow_though_time_stands_still(world: World) -> None:
    stamps = [(await world.client.chat_postMessage(channel=EMEA, text="x"))["ts"] for _ in range(3)]
    assert stamps == ["1795176000.000000", "1795176000.000001", "1795176000.000002"]


async def test_an_update_keeps_what_it_does_not_send(world: World) -> None:
    posted = await world.client.chat_postMessage(channel=EMEA, text="a", blocks=[section("a")], metadata=METADATA)
    ts = posted["ts"]
    changed = await world.client.chat_update(channel=EMEA, ts=ts, text="b", blocks=[section("b")])
    assert changed["message"]["blocks"][0]["text"]["text"] == "b"
    assert "edited" not in changed["message"]
    assert changed["message"]["metadata"] == METADATA
    bare = await world.client.chat_update(channel=EMEA, ts=ts, text="c")
    assert "blocks" not in bare["message"]
    assert bare["message"]["edited"]["user"] == (await world.client.auth_test())["user_id"]
    kept = await world.api("chat.update", channel=EMEA, ts=ts, blocks=[section("d")])
    assert kept["text"] == "d"


async def test_an_update_is_refused(world: World) -> None:
    rich = (await world.client.chat_postMessage(channel=EMEA, text="x", blocks=[rich_text(words("x"))]))["ts"]
    theirs = (await world.slack.say(RITA, EMEA, "mine")).ts

    async def update(ts: Any, **params: Any) -> str:
        answer = await world.api("chat.update", channel=EMEA, ts=ts, **params)
        error: str = answer.get("error", "none")
        return error

    assert await update("1.000000", text="x") == "message_not_found"
    assert await update(theirs, text="x") == "cant_update_message"
    assert await update(rich, text="x" * 4001) == "msg_too_long"
    assert await update(rich) == "no_text"
    assert await update(rich, text="x", blocks=[section()]) == "block_mismatch"
    assert await update(rich, text="x", blocks=[section(), rich_text(words("y"))]) == "none"
    assert await refusal(world.client.chat_update(channel=RITA, ts=rich, text="x")) == "channel_not_found"


async def test_a_message_is_deleted_by_who_wrote_it(world: World) -> None:
    mine = (await world.client.chat_postMessage(channel=EMEA, text="x"))["ts"]
    theirs = (await world.slack.say(RITA, EMEA, "mine")).ts
    await world.client.chat_delete(channel=EMEA, ts=mine)
    assert await refusal(world.client.chat_delete(channel=EMEA, ts=mine)) == "message_not_found"
    assert await refusal(world.client.chat_delete(channel=EMEA, ts=str(theirs))) == "cant_delete_message"


async def test_a_deleted_root_leaves_a_tombstone_as_long_as_it_has_replies(world: World) -> None:
    root = (await world.client.chat_postMessage(channel=EMEA, text="Ana Silva"))["ts"]
    reply = (await world.client.chat_postMessage(channel=EMEA, text="about Ana", thread_ts=root))["ts"]
    await world.client.chat_delete(channel=EMEA, ts=root)
    [left] = (await world.client.conversations_history(channel=EMEA))["messages"]
    assert (left["ts"], left["subtype"], left["text"]) == (root, "tombstone", "This message was deleted.")
    thread = (await world.client.conversations_replies(channel=EMEA, ts=root))["messages"]
    assert [one["text"] for one in thread] == ["This message was deleted.", "about Ana"]
    assert await refusal(world.client.chat_update(channel=EMEA, ts=root, text="x")) == "cant_update_message"
    await world.client.chat_delete(channel=EMEA, ts=reply)
    assert (await world.client.conversations_history(channel=EMEA))["messages"] == []


async def test_somebody_who_left_is_a_member_no_more(world: World) -> None:
    await world.slack.change_person(RITA, deleted=True)
    assert RITA not in (await world.client.conversations_members(channel=EMEA))["members"]
    assert await refusal(world.client.chat_postEphemeral(channel=EMEA, user=RITA, text="x")) == "user_not_in_channel"


async def test_an_ephemeral_message_is_seen_by_one_member_and_kept_nowhere(world: World) -> None:
    sent = await world.client.chat_postEphemeral(channel=EMEA, user=RITA, text="just you")
    [seen] = await world.slack.messages(RITA, EMEA)
    assert (seen.ts, seen.ephemeral) == (sent["message_ts"], True)
    assert await world.slack.messages(RAVI, EMEA) == []
    assert (await world.client.conversations_history(channel=EMEA))["messages"] == []
    assert await refusal(world.client.chat_postEphemeral(channel=EMEA, user=GUS, text="x")) == "user_not_in_channel"
    assert await refusal(world.client.chat_update(channel=EMEA, ts=seen.ts, text="y")) == "message_not_found"


async def test_a_permalink_points_into_the_thread(world: World) -> None:
    root = (await world.client.chat_postMessage(channel=EMEA, text="root"))["ts"]
    reply = (await world.client.chat_postMessage(channel=EMEA, text="reply", thread_ts=root))["ts"]
    link = (await world.client.chat_getPermalink(channel=EMEA, message_ts=reply))["permalink"]
    assert link == f"https://acme.slack.com/archives/{EMEA}/p1795176000000001?thread_ts={root}&cid={EMEA}"


async def test_a_reaction_is_added_once(world: World) -> None:
    ts = (await world.client.chat_postMessage(channel=EMEA, text="x"))["ts"]
    await world.client.reactions_add(channel=EMEA, timestamp=ts, name="tada")
    assert await refusal(world.client.reactions_add(channel=EMEA, timestamp=ts, name="tada")) == "already_reacted"
    [seen] = (await world.client.conversations_history(channel=EMEA))["messages"]
    assert seen["reactions"] == [{"name": "tada", "users": [seen["user"]], "count": 1}]


async def test_blocks_can_be_judged_without_being_posted(world: World) -> None:
    assert (await world.api("blocks.validate", blocks=[section()]))["ok"]
    assert (await world.api("blocks.validate", view=home()))["ok"]
    bad = await world.api("blocks.validate", blocks=[{"type": "banner"}])
    assert (bad["error"], bad["errors"][0]["pointer"]) == ("invalid_blocks", "/blocks/0")
    bad = await world.api("blocks.validate", view=modal(title={"type": "plain_text", "text": "x" * 25}))
    assert (bad["error"], bad["errors"][0]["pointer"]) == ("invalid_view", "/view/title/text")
    bad = await world.api("blocks.validate", message={"blocks": [{"type": "banner"}]})
    assert (bad["error"], bad["errors"][0]["pointer"]) == ("invalid_message", "/message/blocks/0")
    assert (await world.api("blocks.validate"))["error"] == "invalid_arguments"


async def test_a_home_is_published_to_one_person(world: World) -> None:
    first = await world.client.views_publish(user_id=RITA, view=home(section("one")))
    second = await world.client.views_publish(user_id=RITA, view=home(section("two")), hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    assert second["view"]["hash"] != first["view"]["hash"]
    seen = await world.slack.home(RITA)
    assert seen is not None
    assert seen.plain() == "two"
    assert await world.slack.home(RAVI) is None
    stale = world.client.views_publish(user_id=RITA, view=home(), hash=first["view"]["hash"])
    assert await refusal(stale) == "hash_conflict"


async def test_calls_are_logged_with_their_errors(world: World) -> None:
    await world.client.chat_postMessage(channel=EMEA, text="x")
    await world.api("chat.postMessage", channel="C404", text="x")
    calls = await world.slack.calls("chat.postMessage")
    assert [(call.params["channel"], call.error) for call in calls] == [(EMEA, None), ("C404", "channel_not_found")]
    assert calls[0].at == 1_795_176_000
    assert "token" not in calls[0].params
    await world.slack.forget_calls()
    assert await world.slack.calls() == []


class TestPace:
    """Slack's pace, counted by the workspace's clock."""

    async def test_a_channel_takes_three_at_once_and_then_one_a_second(self, world: World) -> None:
        for _ in range(3):
            await world.client.chat_postMessage(channel=EMEA, text="x")
        with pytest.raises(SlackApiError) as caught:
            await world.client.chat_postMessage(channel=EMEA, text="x")
        assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
        assert caught.value.response.headers["Retry-After"] == "1"
        await world.client.chat_postMessage(channel=APAC, text="another channel")
        world.clock.advance(1)
        await world.client.chat_postMessage(channel=EMEA, text="x")
        assert await refusal(world.client.chat_postMessage(channel=EMEA, text="x")) == "ratelimited"
        assert len(await world.slack.messages(RITA, EMEA)) == 4

    async def test_one_post_a_second_is_never_too_fast(self, world: World) -> None:
        for _ in range(70):
            world.clock.advance(1)
            await world.client.chat_postMessage(channel=EMEA, text="x")

    async def test_a_method_has_so_many_calls_a_minute(self, world: World) -> None:
        for _ in range(50):
            await world.client.conversations_info(channel=EMEA)
        assert await refusal(world.client.conversations_info(channel=EMEA)) == "ratelimited"
        assert (await world.client.users_info(user=RITA))["ok"]
        world.clock.advance(61)
        assert (await world.client.conversations_info(channel=EMEA))["ok"]

    async def test_a_workspace_takes_240_posts_a_minute_but_not_a_thousand(self, world: World) -> None:
        channels = [await world.dm(user) for user in (RITA, RAVI, MAYA, GUS)] + [EMEA]
        admitted = 0
        for number in range(1000):
            world.clock.advance(0.05)
            answer = await world.api("chat.postMessage", channel=channels[number % 5], text="x")
            admitted += answer["ok"]
        assert 240 <= admitted <= 300


class TestNoPace:
    """A workspace to measure an app by: as fast as it can be, and as strict as ever."""

    @pytest.fixture
    def paced(self) -> bool:
        return False

    async def test_it_takes_a_thousand_posts_in_a_second_and_keeps_them(self, world: World) -> None:
        for number in range(1000):
            assert (await world.api("chat.postMessage", channel=EMEA, text=f"Lead {number}"))["ok"]
        kept = await world.slack.messages(RITA, EMEA)
        assert [one.text for one in kept] == [f"Lead {number}" for number in range(1000)]

    async def test_it_refuses_what_slack_refuses(self, world: World) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"}
        refused = await world.api("chat.postMessage", channel=EMEA, blocks=[{"type": "actions", "elements": [button]}])
        assert refused["error"] == "invalid_blocks"
        assert (await world.api("chat.postMessage", channel="C404", text="x"))["error"] == "channel_not_found"


class TestFaults:
    async def test_a_dropped_reply_leaves_the_message(self, world: World) -> None:
        await world.slack.fault("chat.postMessage", "drop_reply")
        with pytest.raises(aiohttp.ClientError):
            await world.client.chat_postMessage(channel=EMEA, text="lost")
        assert [one.text for one in await world.slack.messages(RITA, EMEA)] == ["lost"]
        assert (await world.client.chat_postMessage(channel=EMEA, text="next"))["ok"]

    async def test_a_dropped_request_leaves_nothing(self, world: World) -> None:
        await world.slack.fault("chat.postMessage", "drop_request", times=2)
        for _ in range(2):
            with pytest.raises(aiohttp.ClientError):
                await world.client.chat_postMessage(channel=EMEA, text="lost")
        assert await world.slack.messages(RITA, EMEA) == []
        assert [call.error for call in await world.slack.calls("chat.postMessage")] == ["(drop_request)"] * 2

    async def test_a_status_comes_with_its_wait(self, world: World) -> None:
        await world.slack.fault("chat.postMessage", "status", status=503, retry_after=7)
        with pytest.raises(SlackApiError) as caught:
            await world.client.chat_postMessage(channel=EMEA, text="x")
        assert caught.value.response.status_code == 503
        assert caught.value.response.headers["Retry-After"] == "7"

    async def test_an_error_can_be_asked_for_by_channel(self, world: World) -> None:
        await world.slack.fault("chat.postMessage", "error", error="ratelimited", retry_after=30, channel=APAC)
        assert (await world.client.chat_postMessage(channel=EMEA, text="x"))["ok"]
        with pytest.raises(SlackApiError) as caught:
            await world.client.chat_postMessage(channel=APAC, text="x")
        assert caught.value.response.headers["Retry-After"] == "30"

    async def test_a_delayed_post_arrives_though_nobody_waits(self, world: World) -> None:
        await world.slack.fault("chat.postMessage", "delay", seconds=0.3)
        hasty = AsyncWebClient(token=TOKEN, base_url=f"{world.url}/api/", retry_handlers=[], timeout=0.1)  # type: ignore[arg-type]
        with pytest.raises(asyncio.TimeoutError):
            await hasty.chat_postMessage(channel=EMEA, text="late")
        assert await world.slack.messages(RITA, EMEA) == []
        for _ in range(100):
            if await world.slack.messages(RITA, EMEA):
                break
            await asyncio.sleep(0.02)
        assert [one.text for one in await world.slack.messages(RITA, EMEA)] == ["late"]

    async def test_faults_can_be_looked_at_and_taken_back(self, world: World) -> None:
        await world.slack.fault("chat.update", "error", error="fatal_error", times=3)
        waiting = (await world.http.get(f"{world.url}/_sandbox/faults")).json()["faults"]
        assert [(one["method"], one["times"]) for one in waiting] == [("chat.update", 3)]
        await world.slack.clear_faults()
        assert (await world.http.get(f"{world.url}/_sandbox/faults")).json()["faults"] == []
