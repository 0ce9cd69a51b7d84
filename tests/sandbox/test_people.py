"""What people do by hand, as the app is told of it and as they see the outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.manifest import Manifest
from tests.sandbox.blocks import actions, button, field, home, modal, option, plain, section, select, text_input
from tests.sandbox.conftest import DREW, EMEA, GENERAL, GUS, MARTA, MAYA, RAVI, RITA, World
from tests.sandbox.recorder import saying, sleep_too_long

Json = dict[str, Any]
PICKERS = actions(
    select("a", "b", action_id="one"),
    {"type": "multi_static_select", "action_id": "many", "options": [option("x"), option("y"), option("z")]},
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-20"},
    {"type": "timepicker", "action_id": "hour"},
    {"type": "users_select", "action_id": "who"},
    {"type": "overflow", "action_id": "menu", "options": [option("edit")]},
    {"type": "checkboxes", "action_id": "boxes", "options": [option("yes")]},
    {"type": "radio_buttons", "action_id": "radio", "options": [option("left"), option("right")]},
    {"type": "datetimepicker", "action_id": "moment"},
    block_id="pickers",
)


def stored(chosen: Json) -> Json:
    """An option as Slack gives it back."""
    return chosen | {"text": chosen["text"] | {"emoji": True}}


async def post(world: World, *blocks: Json, channel: str = EMEA) -> str:
    posted = await world.client.chat_postMessage(channel=channel, text="A card", blocks=list(blocks))
    ts: str = posted["ts"]
    return ts


async def open_modal(world: World, view: Json, user: str = RITA) -> str:
    """Gives that person a modal, as an app does after a command."""
    await world.slack.command(user, EMEA if user != GUS else "C0MKTLEADS", "/echo")
    opened = await world.client.views_open(trigger_id=world.app.seen[-1]["trigger_id"], view=view)
    view_id: str = opened["view"]["id"]
    return view_id


async def heard(world: World, count: int) -> None:
    """Gives events that nobody waits for the time to arrive."""
    for _ in range(200):
        if len(world.app.seen) >= count:
            return
        await world.slack.calls()


class TestClick:
    async def test_the_app_is_told_in_a_signed_request(self, world: World) -> None:
        ts = await post(
            world, section("Ana", block_id="s"), actions(button("Accept", "accept", value="h-1"), block_id="a")
        )
        done = await world.slack.click(RITA, EMEA, ts, "accept")
        assert (done.ok, done.status, done.warning, world.app.signed) == (True, 200, None, [True])
        [payload] = world.app.seen
        assert payload["type"] == "block_actions"
        assert payload["user"] == {"id": RITA, "username": "rita", "name": "rita", "team_id": "T0ACME0001"}
        assert payload["team"] == {"id": "T0ACME0001", "domain": "acme"}
        assert payload["channel"] == {"id": EMEA, "name": "emea-leads"}
        assert payload["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": EMEA,
            "is_ephemeral": False,
        }
        assert payload["message"]["blocks"][0]["text"]["text"] == "Ana"
        [action] = payload["actions"]
        assert action.pop("action_ts")
        assert action == {
            "type": "button",
            "action_id": "accept",
            "block_id": "a",
            "value": "h-1",
            "text": {"type": "plain_text", "text": "Accept", "emoji": True},
        }
        assert payload["response_url"].startswith(f"{world.url}/response/")

    async def test_a_press_by_its_label_finds_the_button(self, world: World) -> None:
        await post(world, actions(button("Accept", "yes"), button("Reject", "no")))
        [message] = await world.slack.messages(RITA, EMEA)
        assert message.buttons() == ["Accept", "Reject"]
        await world.slack.press(RITA, EMEA, message, "Reject")
        assert world.app.seen[0]["actions"][0]["action_id"] == "no"

    @pytest.mark.parametrize(
        ("action_id", "value", "told"),
        [
            ("one", "b", {"selected_option": stored(option("b"))}),
            ("one", None, {"selected_option": None}),
            ("day", "2026-11-23", {"selected_date": "2026-11-23"}),
            ("hour", "09:30", {"selected_time": "09:30"}),
            ("who", RAVI, {"selected_user": RAVI}),
            ("moment", 1_795_161_600, {"selected_date_time": 1_795_161_600}),
            ("menu", "edit", {"selected_option": stored(option("edit"))}),
        ],
    )
    async def test_a_choice_is_sent_as_slack_names_it(
        self, world: World, action_id: str, value: Any, told: Json
    ) -> None:
        ts = await post(world, PICKERS)
        await world.slack.click(RITA, EMEA, ts, action_id, value)
        [payload] = world.app.seen
        assert {key: payload["actions"][0][key] for key in told} == told

    async def test_several_choices_come_as_a_list(self, world: World) -> None:
        ts = await post(world, PICKERS)
        await world.slack.click(RITA, EMEA, ts, "many", ["x", "z"])
        [payload] = world.app.seen
        assert [one["value"] for one in payload["actions"][0]["selected_options"]] == ["x", "z"]

    async def test_the_state_holds_every_choice_and_no_button(self, world: World) -> None:
        ts = await post(world, PICKERS, actions(button(), block_id="buttons"))
        await world.slack.click(RITA, EMEA, ts, "hour", "10:00")
        values = world.app.seen[0]["state"]["values"]
        assert set(values) == {"pickers"}
        assert values["pickers"]["day"] == {"type": "datepicker", "selected_date": "2026-11-20"}
        assert values["pickers"]["hour"] == {"type": "timepicker", "selected_time": "10:00"}
        assert values["pickers"]["one"] == {"type": "static_select", "selected_option": None}
        assert values["pickers"]["boxes"] == {"type": "checkboxes", "selected_options": []}
        assert "menu" not in values["pickers"]

    async def test_fields_of_a_message_come_with_the_button(self, world: World) -> None:
        ts = await post(world, field(text_input("note"), "b"), actions(button(), block_id="x"))
        where = {"user": RITA, "channel": EMEA, "ts": ts, "action_id": "go"}
        for values, status in (
            ({"b": {"note": "call Ana"}}, 200),
            ({"x": {"go": "now"}}, 409),
            ({"y": {"z": ""}}, 409),
        ):
            response = await world.http.post(f"{world.url}/_sandbox/click", json=where | {"values": values})
            assert response.status_code == status
        [payload] = world.app.seen
        assert payload["state"]["values"] == {"b": {"note": {"type": "plain_text_input", "value": "call Ana"}}}

    async def test_nobody_does_what_their_screen_does_not_offer(self, world: World) -> None:
        ts = await post(
            world,
            actions(button("For Rita", "hers", visible_to_user_ids=[RITA]), select("a", action_id="pick")),
            field(text_input("typed"), "quiet"),
        )
        for user, channel, stamp, action_id, value in (
            (RITA, EMEA, ts, "missing", None),
            (RITA, EMEA, "1.000000", "hers", None),
            (RITA, "C404", ts, "hers", None),
            (RITA, "C0APACLEAD", ts, "hers", None),
            (RAVI, EMEA, ts, "hers", None),
            (GUS, EMEA, ts, "hers", None),
            (DREW, EMEA, ts, "hers", None),
            ("U404", EMEA, ts, "hers", None),
            (RITA, EMEA, ts, "pick", "not offered"),
            (RITA, EMEA, ts, "typed", "waits for a form"),
        ):
            done = await world.slack.click(user, channel, stamp, action_id, value)
            assert done.refusal, (user, channel, action_id)
        assert world.app.seen == []
        assert (await world.slack.click(RITA, EMEA, ts, "hers")).ok

    async def test_a_button_for_one_person_is_seen_by_that_person(self, world: World) -> None:
        hers = button("Hers", "hers", visible_to_user_ids=[RITA])
        all_ = button("All", "all")
        box = {"type": "container", "title": plain("Box"), "child_blocks": [actions(hers)]}
        await post(world, actions(hers, all_), actions(hers), section(accessory=hers), box)
        [seen] = await world.slack.messages(RITA, EMEA)
        assert seen.buttons() == ["Hers", "All", "Hers", "Hers", "Hers"]
        [seen] = await world.slack.messages(RAVI, EMEA)
        assert seen.buttons() == ["All"]

    async def test_people_and_channels_to_choose_are_those_there_are(self, world: World) -> None:
        ts = await post(world, PICKERS, actions({"type": "channels_select", "action_id": "where"}))
        for action_id, value in (("who", "U404"), ("who", DREW), ("where", "C404")):
            assert (await world.slack.click(RITA, EMEA, ts, action_id, value)).refusal
        assert (await world.slack.click(RITA, EMEA, ts, "where", GENERAL)).ok

    async def test_a_field_that_dispatches_is_sent_at_once(self, world: World) -> None:
        ts = await post(world, field(text_input("typed"), "loud", dispatch_action=True))
        await world.slack.click(RITA, EMEA, ts, "typed", "hello")
        assert world.app.seen[0]["actions"][0]["value"] == "hello"

    async def test_an_ephemeral_message_can_be_pressed_by_who_sees_it(self, world: World) -> None:
        sent = await world.client.chat_postEphemeral(channel=EMEA, user=RITA, text="x", blocks=[actions(button())])
        assert (await world.slack.click(RAVI, EMEA, sent["message_ts"], "go")).refusal
        assert (await world.slack.click(RITA, EMEA, sent["message_ts"], "go")).ok
        [payload] = world.app.seen
        assert payload["container"]["is_ephemeral"] is True
        assert "message" not in payload

    async def test_buttons_in_cards_and_containers_can_be_pressed(self, world: World) -> None:
        card = {"type": "card", "title": plain("Ana"), "actions": [button("In card", "in-card")]}
        box = {"type": "container", "title": plain("Box"), "child_blocks": [actions(button("In box", "in-box"))]}
        ts = await post(world, card, box)
        for action_id in ("in-card", "in-box"):
            assert (await world.slack.click(RITA, EMEA, ts, action_id)).ok

    async def test_an_app_that_fails_shows_as_a_warning_to_the_one_who_pressed(self, world: World) -> None:
        ts = await post(world, actions(button()))
        world.app.reply = saying("no", 500)
        done = await world.slack.click(RITA, EMEA, ts, "go")
        assert (done.ok, done.status, done.warning) == (False, 500, "courier did not respond")
        hers, his = await world.slack.messages(RITA, EMEA), await world.slack.messages(RAVI, EMEA)
        assert (hers[-1].text, hers[-1].user, hers[-1].ephemeral) == ("courier did not respond", "USLACKBOT", True)
        assert len(his) == 1

    @pytest.mark.slack_seconds
    async def test_three_seconds_are_all_an_app_has(self, world: World) -> None:
        ts = await post(world, actions(button()))
        world.app.reply = sleep_too_long
        done = await world.slack.click(RITA, EMEA, ts, "go")
        assert (done.ok, done.status) == (False, None)
        assert done.ms > 2900


class TestModal:
    async def test_a_trigger_opens_one_modal_within_three_seconds(self, world: World) -> None:
        view_id = await open_modal(world, modal(private_metadata="h-1"))
        seen = await world.slack.modal(RITA)
        assert seen is not None
        assert (seen.id, seen.title, seen.callback_id) == (view_id, "Title", "form")
        assert await world.slack.modal(RAVI) is None
        trigger = world.app.seen[-1]["trigger_id"]
        answer = await world.api("views.open", trigger_id=trigger, view=modal())
        assert answer["error"] == "exchanged_trigger_id"
        await world.slack.command(RITA, EMEA, "/echo")
        world.clock.advance(3.1)
        answer = await world.api("views.open", trigger_id=world.app.seen[-1]["trigger_id"], view=modal())
        assert answer["error"] == "expired_trigger_id"
        assert (await world.api("views.open", trigger_id="1.2.3", view=modal()))["error"] == "invalid_trigger_id"

    async def test_a_bad_view_does_not_use_the_trigger_up(self, world: World) -> None:
        await world.slack.command(RITA, EMEA, "/echo")
        trigger = world.app.seen[-1]["trigger_id"]
        assert (await world.api("views.open", trigger_id=trigger, view=home()))["error"] == "invalid_arguments"
        assert (await world.api("views.open", trigger_id=trigger, view=modal()))["ok"]

    async def test_what_was_typed_reaches_the_app_and_an_empty_answer_closes(self, world: World) -> None:
        boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option("x"), option("y")]}
        view = modal(
            field(text_input("why"), "b1"),
            field(select("a", "b", action_id="pick", initial_option=option("a")), "b2"),
            field(boxes, "b3", optional=True),
            private_metadata="h-1",
        )
        view_id = await open_modal(world, view)
        done = await world.slack.submit(RITA, view_id, {"b1": {"why": "too small"}, "b3": {"boxes": ["y"]}})
        assert (done.ok, done.closed, done.view) == (True, True, None)
        payload = world.app.seen[-1]
        assert payload["type"] == "view_submission"
        assert payload["view"]["private_metadata"] == "h-1"
        values = payload["view"]["state"]["values"]
        assert values["b1"]["why"] == {"type": "plain_text_input", "value": "too small"}
        assert values["b2"]["pick"]["selected_option"]["value"] == "a"
        assert [one["value"] for one in values["b3"]["boxes"]["selected_options"]] == ["y"]

    async def test_the_client_checks_the_form_before_anything_is_sent(self, world: World) -> None:
        number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"}
        several = {"type": "multi_users_select", "action_id": "m", "max_selected_items": 1}
        view = modal(
            field(text_input("t", min_length=3, max_length=5), "text"),
            field(number | {"max_value": "9"}, "number", optional=True),
            field({"type": "email_text_input", "action_id": "e"}, "email", optional=True),
            field({"type": "url_text_input", "action_id": "u"}, "url", optional=True),
            field(several, "several", optional=True),
            field({"type": "datepicker", "action_id": "d"}, "day", optional=True),
        )
        view_id = await open_modal(world, view)
        sent = len(world.app.seen)
        for values, blocks in (
            ({}, {"text"}),
            ({"text": {"t": "   "}}, {"text"}),
            ({"text": {"t": "ab"}}, {"text"}),
            ({"text": {"t": "abcdef"}}, {"text"}),
            ({"text": {"t": "abc"}, "number": {"n": "ten"}}, {"number"}),
            ({"text": {"t": "abc"}, "number": {"n": "0"}}, {"number"}),
            ({"text": {"t": "abc"}, "number": {"n": "1.5"}}, {"number"}),
            ({"text": {"t": "abc"}, "number": {"n": "10"}}, {"number"}),
            ({"text": {"t": "abc"}, "number": {"n": "9"}, "email": {"e": "rita"}}, {"email"}),
            ({"email": {"e": "rita@acme.example"}, "url": {"u": "acme"}}, {"url"}),
            ({"url": {"u": "https://acme.example"}, "several": {"m": [RITA, RAVI]}}, {"several"}),
            ({"several": {"m": [RITA]}, "day": {"d": "soon"}}, {"day"}),
        ):
            done = await world.slack.submit(RITA, view_id, values)
            assert (bool(done.refusal), set(done.errors)) == (True, blocks), values
        assert len(world.app.seen) == sent
        assert (await world.slack.submit(RITA, view_id, {"day": {"d": "2026-11-23"}})).closed

    async def test_errors_keep_the_form_open_with_what_was_typed(self, world: World) -> None:
        view_id = await open_modal(world, modal(field(text_input())))
        world.app.reply = saying({"response_action": "errors", "errors": {"b": "Say more"}})
        done = await world.slack.submit(RITA, view_id, {"b": {"text": "no"}})
        assert (done.ok, done.closed, done.errors, done.warning) == (True, False, {"b": "Say more"}, None)
        seen = await world.slack.modal(RITA)
        assert seen is not None
        assert seen.values["b"]["text"]["value"] == "no"

    @pytest.mark.parametrize(
        "reply",
        [
            saying({"response_action": "errors", "errors": {"unknown": "x"}}),
            saying({"response_action": "errors", "errors": {"words": "not an input"}}),
            saying({"response_action": "errors", "errors": {}}),
            saying({"response_action": "dance"}),
            saying({"response_action": "update", "view": {"type": "modal"}}),
            saying("fine"),
            saying("broken", 500),
        ],
    )
    async def test_an_answer_slack_cannot_use_shows_as_trouble(self, world: World, reply: Any) -> None:
        view_id = await open_modal(world, modal(section(block_id="words"), field(text_input())))
        world.app.reply = reply
        done = await world.slack.submit(RITA, view_id, {"b": {"text": "x"}})
        assert (done.closed, done.warning) == (False, "We had some trouble connecting. Try again?")

    async def test_an_answer_can_replace_stack_or_clear(self, world: World) -> None:
        view_id = await open_modal(world, modal())
        world.app.reply = saying({"response_action": "update", "view": modal(title=plain("Second"))})
        done = await world.slack.submit(RITA, view_id, {})
        assert done.view is not None
        assert (done.closed, done.view.id, done.view.title) == (False, view_id, "Second")
        world.app.reply = saying({"response_action": "push", "view": modal(title=plain("On top"))})
        done = await world.slack.submit(RITA, view_id, {})
        assert done.view is not None
        assert (done.closed, done.view.title) == (False, "On top")
        world.app.reply = saying({"response_action": "clear"})
        done = await world.slack.submit(RITA, done.view.id, {})
        assert (done.closed, done.view) == (True, None)

    async def test_three_views_are_the_most_on_one_stack(self, world: World) -> None:
        root = await open_modal(world, modal(actions(button("More", "more"))))
        ids = [root]
        for _ in range(2):
            await world.slack.click_view(RITA, ids[-1], "more")
            trigger = world.app.seen[-1]["trigger_id"]
            pushed = await world.client.views_push(trigger_id=trigger, view=modal(actions(button("More", "more"))))
            assert (pushed["view"]["root_view_id"], pushed["view"]["previous_view_id"]) == (root, ids[-1])
            ids.append(pushed["view"]["id"])
        await world.slack.click_view(RITA, ids[-1], "more")
        answer = await world.api("views.push", trigger_id=world.app.seen[-1]["trigger_id"], view=modal())
        assert answer["error"] == "push_limit_reached"
        assert (await world.slack.click_view(RITA, root, "more")).refusal
        done = await world.slack.submit(RITA, ids[-1], {})
        assert done.view is not None
        assert done.view.id == ids[1]

    async def test_an_update_minds_the_hash_and_keeps_what_was_typed(self, world: World) -> None:
        first = modal(
            field(text_input("why"), "same"),
            field(text_input("old"), "gone", optional=True),
            actions(button(), block_id="x"),
        )
        view_id = await open_modal(world, first)
        typed = {"same": {"why": "kept"}, "gone": {"old": "lost"}}
        await world.slack.click_view(RITA, view_id, "go", values=typed)
        told = world.app.seen[-1]
        assert told["container"] == {"type": "view", "view_id": view_id}
        assert told["view"]["state"]["values"]["same"]["why"]["value"] == "kept"
        second = modal(field(text_input("why"), "same"), field(text_input("new"), "fresh", optional=True))
        stale = told["view"]["hash"]
        updated = await world.client.views_update(view_id=view_id, view=second, hash=stale)
        assert updated["view"]["state"]["values"] == {
            "same": {"why": {"type": "plain_text_input", "value": "kept"}},
            "fresh": {"new": {"type": "plain_text_input", "value": None}},
        }
        answer = await world.api("views.update", view_id=view_id, view=second, hash=stale)
        assert answer["error"] == "hash_conflict"

    async def test_a_view_is_found_by_the_apps_own_id_while_it_is_open(self, world: World) -> None:
        view_id = await open_modal(world, modal(external_id="form-1"))
        updated = await world.client.views_update(external_id="form-1", view=modal(external_id="form-1"))
        assert updated["view"]["id"] == view_id
        await world.slack.command(RAVI, EMEA, "/echo")
        trigger = world.app.seen[-1]["trigger_id"]
        answer = await world.api("views.open", trigger_id=trigger, view=modal(external_id="form-1"))
        assert answer["error"] == "duplicate_external_id"
        await world.slack.close(RITA, view_id)
        assert (await world.api("views.update", view_id=view_id, view=modal()))["error"] == "not_found"

    async def test_closing_is_told_only_to_an_app_that_asked(self, world: World) -> None:
        view_id = await open_modal(world, modal())
        sent = len(world.app.seen)
        assert (await world.slack.close(RITA, view_id)).closed
        assert len(world.app.seen) == sent
        view_id = await open_modal(world, modal(field(text_input()), notify_on_close=True))
        await world.slack.close(RITA, view_id, everything=True)
        told = world.app.seen[-1]
        assert (told["type"], told["is_cleared"], told["view"]["id"]) == ("view_closed", True, view_id)
        assert told["view"]["state"] == {"values": {}}
        assert "trigger_id" not in told
        assert await world.slack.modal(RITA) is None

    async def test_only_the_person_in_front_of_a_form_submits_it(self, world: World) -> None:
        view_id = await open_modal(world, modal())
        assert (await world.slack.submit(RAVI, view_id, {})).refusal
        assert (await world.slack.submit(RITA, view_id, {"nowhere": {"x": "y"}})).refusal
        assert (await world.slack.submit(RITA, view_id, {})).closed

    async def test_a_chosen_channel_brings_its_response_url(self, world: World) -> None:
        where = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
        view_id = await open_modal(world, modal(field(where)))
        await world.slack.submit(RITA, view_id, {"b": {"where": EMEA}})
        [given] = world.app.seen[-1]["response_urls"]
        assert given["channel_id"] == EMEA
        await world.http.post(given["response_url"], json={"text": "done", "response_type": "in_channel"})
        assert [one.text for one in await world.slack.messages(RAVI, EMEA)] == ["done"]


class TestCommand:
    async def test_the_app_gets_a_form_and_its_words_are_shown_to_the_person_alone(self, world: World) -> None:
        world.app.reply = saying("You said hello")
        done = await world.slack.command(RITA, EMEA, "/echo", " hello ")
        assert done.reply is not None
        assert (done.ok, done.reply.text, done.reply.ephemeral) == (True, "You said hello", True)
        fields = world.app.seen[0]
        assert {key: fields[key] for key in ("command", "text", "user_id", "channel_id", "channel_name")} == {
            "command": "/echo",
            "text": "hello",
            "user_id": RITA,
            "channel_id": EMEA,
            "channel_name": "emea-leads",
        }
        assert await world.slack.messages(RAVI, EMEA) == []

    async def test_an_answer_for_everybody_is_posted(self, world: World) -> None:
        world.app.reply = saying({"response_type": "in_channel", "text": "for all", "blocks": [section("for all")]})
        await world.slack.command(RITA, GENERAL, "/echo")
        [seen] = await world.slack.messages(MAYA, GENERAL)
        assert (seen.plain(), seen.ephemeral) == ("for all", False)

    async def test_an_empty_answer_shows_nothing(self, world: World) -> None:
        done = await world.slack.command(RITA, EMEA, "/echo")
        assert (done.ok, done.reply) == (True, None)
        assert await world.slack.messages(RITA, EMEA) == []

    async def test_an_unknown_command_is_answered_by_slack(self, world: World) -> None:
        done = await world.slack.command(RITA, EMEA, "/unheard", "of")
        assert (done.ok, done.status, done.warning) == (False, None, "/unheard is not a valid command.")
        assert world.app.seen == []

    @pytest.mark.slack_seconds
    @pytest.mark.parametrize(
        ("reply", "warning"),
        [
            (saying("sorry", 500), '/echo failed with the error "http_service_error"'),
            (saying({"blocks": [{"type": "banner"}]}), '/echo failed with the error "invalid_command_response"'),
            (sleep_too_long, '/echo failed with the error "operation_timeout"'),
        ],
    )
    async def test_a_command_that_fails_says_how(self, world: World, reply: Any, warning: str) -> None:
        world.app.reply = reply
        done = await world.slack.command(RITA, EMEA, "/echo")
        assert (done.ok, done.warning) == (False, warning)
        assert [one.text for one in await world.slack.messages(RITA, EMEA)] == [warning]

    async def test_names_are_understood_where_the_manifest_asks_for_it(self, world: World) -> None:
        await world.slack.command(RITA, EMEA, "/names", "@ravi in #emea-leads not @nobody")
        await world.slack.command(RITA, EMEA, "/echo", "@ravi")
        assert [one["text"] for one in world.app.seen] == [
            f"<@{RAVI}|ravi> in <#{EMEA}|emea-leads> not @nobody",
            "@ravi",
        ]

    async def test_special_characters_are_escaped_as_in_any_message(self, world: World) -> None:
        await world.slack.command(RITA, EMEA, "/echo", f"Smith & Sons <x> <@{RAVI}>")
        assert world.app.seen[0]["text"] == f"Smith &amp; Sons &lt;x&gt; <@{RAVI}>"
        await world.slack.say(RITA, EMEA, "1 < 2")
        assert (await world.slack.messages(RAVI, EMEA))[-1].text == "1 &lt; 2"

    async def test_a_direct_message_has_slacks_name_for_it(self, world: World) -> None:
        await world.slack.command(RITA, await world.dm(RITA), "/echo")
        assert world.app.seen[0]["channel_name"] == "directmessage"


class TestResponseUrl:
    async def url(self, world: World, *blocks: Json) -> tuple[str, str]:
        ts = await post(world, *(blocks or (actions(button()),)))
        await world.slack.click(RITA, EMEA, ts, "go")
        return ts, world.app.seen[-1]["response_url"]

    async def test_it_takes_five_uses(self, world: World) -> None:
        _, url = await self.url(world)
        answers = [await world.http.post(url, json={"text": str(number)}) for number in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [404]
        assert answers[-1].json()["error"] == "used_url"
        assert [one.text for one in await world.slack.messages(RITA, EMEA)][1:] == ["0", "1", "2", "3", "4"]

    async def test_it_lives_for_thirty_minutes(self, world: World) -> None:
        _, url = await self.url(world)
        world.clock.advance(30 * 60)
        assert (await world.http.post(url, json={"text": "in time"})).status_code == 200
        world.clock.advance(1)
        assert (await world.http.post(url, json={"text": "late"})).json()["error"] == "expired_url"
        assert (await world.http.post(f"{world.url}/response/none", json={"text": "x"})).status_code == 404

    async def test_it_replaces_and_deletes_the_message_it_came_from(self, world: World) -> None:
        ts, url = await self.url(world)
        await world.http.post(url, json={"replace_original": True, "text": "taken", "blocks": [section("taken")]})
        [seen] = await world.slack.messages(RAVI, EMEA)
        assert (seen.ts, seen.plain(), seen.buttons()) == (ts, "taken", [])
        await world.http.post(url, json={"delete_original": True})
        assert await world.slack.messages(RAVI, EMEA) == []

    async def test_it_answers_in_the_thread_it_is_told(self, world: World) -> None:
        ts, url = await self.url(world)
        body = {"text": "here", "response_type": "in_channel", "replace_original": False, "thread_ts": ts}
        await world.http.post(url, json=body)
        assert [one.text for one in await world.slack.messages(RAVI, EMEA, thread_ts=ts)] == ["A card", "here"]

    async def test_it_refuses_what_slack_cannot_show(self, world: World) -> None:
        _, url = await self.url(world)
        assert (await world.http.post(url, json={})).json()["error"] == "no_text"
        answer = await world.http.post(url, json={"blocks": [{"type": "banner"}]})
        assert answer.json()["error"] == "invalid_blocks"


class TestShortcutsAndHome:
    async def test_a_global_shortcut_has_no_channel(self, world: World) -> None:
        assert (await world.slack.shortcut(RITA, "hello")).ok
        [told] = world.app.seen
        assert (told["type"], told["callback_id"], told["user"]["id"]) == ("shortcut", "hello", RITA)
        assert not {"channel", "response_url", "message"} & set(told)
        assert (await world.api("views.open", trigger_id=told["trigger_id"], view=modal()))["ok"]

    async def test_a_message_shortcut_brings_the_message(self, world: World) -> None:
        ts = await post(world, section("Ana"))
        assert (await world.slack.shortcut(RITA, "copy", channel=EMEA, ts=ts)).ok
        [told] = world.app.seen
        assert (told["type"], told["message_ts"], told["message"]["ts"]) == ("message_action", ts, ts)
        assert (await world.slack.shortcut(RITA, "copy")).refusal
        assert (await world.slack.shortcut(RITA, "unheard")).refusal

    async def test_opening_the_home_is_an_event(self, world: World) -> None:
        assert (await world.slack.open_home(RITA)).ok
        envelope = world.app.seen[0]
        event = envelope["event"]
        assert (envelope["type"], event["type"], event["user"], event["tab"]) == (
            "event_callback",
            "app_home_opened",
            RITA,
            "home",
        )
        assert event["channel"] == await world.slack.dm(RITA)
        assert "view" not in event
        await world.client.views_publish(user_id=RITA, view=home(actions(button("Mine", "mine"))))
        done = await world.slack.open_home(RITA)
        assert done.view is not None
        assert done.view.buttons() == ["Mine"]
        assert world.app.seen[1]["event"]["view"]["id"] == done.view.id
        assert (await world.slack.click_view(RITA, done.view.id, "mine")).ok
        assert (await world.slack.click_view(RAVI, done.view.id, "mine")).refusal


class TestSaying:
    @pytest.fixture
    def installed(self, installed: Manifest) -> Manifest:
        """An app that hears every word."""
        events = ("message.channels", "message.im", "app_mention")
        heard = installed.settings.event_subscriptions.model_copy(update={"bot_events": events})
        settings = installed.settings.model_copy(update={"event_subscriptions": heard})
        return installed.model_copy(update={"settings": settings})

    async def test_words_are_stored_and_heard_where_the_app_is(self, world: World) -> None:
        me = (await world.client.auth_test())["user_id"]
        said = await world.slack.say(RITA, EMEA, f"<@{me}> hello")
        assert [one["event"]["type"] for one in world.app.seen] == ["message", "app_mention"]
        event = world.app.seen[0]["event"]
        assert (event["user"], event["channel"], event["channel_type"], event["ts"]) == (RITA, EMEA, "channel", said.ts)
        await world.slack.say(RITA, GENERAL, "out of earshot")
        assert len(world.app.seen) == 2

    async def test_a_direct_message_is_heard_as_one(self, world: World) -> None:
        await world.slack.say(RITA, await world.dm(RITA), "hello")
        assert world.app.seen[0]["event"]["channel_type"] == "im"

    async def test_nobody_writes_where_there_is_no_box(self, world: World) -> None:
        channel = await world.dm(RITA)
        await world.slack.allow_direct_messages(False)
        assert (await world.slack.say(RITA, channel, "x")).refusal
        assert (await world.slack.say(RITA, EMEA, "x", thread_ts="1.000000")).refusal
        assert (await world.slack.say(GUS, EMEA, "x")).refusal

    async def test_the_app_hears_of_its_own_posts_too(self, world: World) -> None:
        ts = await post(world, section())
        await heard(world, 1)
        assert [(one["event"]["type"], one["event"]["ts"]) for one in world.app.seen] == [("message", ts)]
        assert world.app.seen[0]["event"]["bot_id"]


class TestEvents:
    async def test_a_delivery_that_fails_is_repeated_once_with_its_reason(self, world: World) -> None:
        world.app.reply = saying("no", 500)
        await world.slack.open_home(RITA)
        first, second = world.app.seen
        assert first["event_id"] == second["event_id"]
        assert "x-slack-retry-num" not in world.app.headers[0]
        retry = {key: world.app.headers[1][key] for key in ("x-slack-retry-num", "x-slack-retry-reason")}
        assert retry == {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_error"}

    async def test_nothing_is_sent_that_the_manifest_does_not_ask_for(self, world: World) -> None:
        await world.slack.change_channel("C0GENERAL1", archived=True)
        assert world.app.seen == []

    async def test_the_app_hears_of_people_channels_and_its_token(self, world: World) -> None:
        await world.slack.change_person(RITA, deleted=True)
        await world.slack.change_channel(GENERAL, app=True)
        await world.slack.revoke_token()
        await world.slack.change_channel(GENERAL, app=True)
        await heard(world, 3)
        assert sorted(one["event"]["type"] for one in world.app.seen) == [
            "member_joined_channel",
            "tokens_revoked",
            "user_change",
        ]

    async def test_a_status_is_told_until_it_expires_and_a_pause_as_others_see_it(self, world: World) -> None:
        begins = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        await world.slack.set_clock(begins)
        until = int(begins.timestamp()) + 60
        status = {"status_text": "Vacationing", "status_emoji": ":palm_tree:", "status_expiration": until}
        await world.slack.change_person(RITA, **status)
        await world.slack.be_quiet(RITA, begins, begins + timedelta(hours=1))
        await world.slack.be_quiet(RITA)
        await heard(world, 3)
        by_type: dict[str, list[Json]] = {}
        for one in world.app.seen:
            by_type.setdefault(one["event"]["type"], []).append(one["event"])
        (changed,) = by_type["user_change"]
        assert status.items() <= changed["user"]["profile"].items()
        starts = int(begins.timestamp())
        assert sorted((one["dnd_status"] for one in by_type["dnd_updated_user"]), key=str) == [
            {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1},
            {"dnd_enabled": True, "next_dnd_start_ts": starts, "next_dnd_end_ts": starts + 3600},
        ]
        await world.slack.set_clock(begins + timedelta(seconds=60))
        profile = (await world.client.users_info(user=RITA))["user"]["profile"]
        assert (profile["status_text"], profile["status_emoji"], profile["status_expiration"]) == ("", "", 0)


async def test_a_story_from_both_sides(world: World) -> None:
    """A card in a DM, a form, an answer in the thread: what the page and the stories rely on."""
    channel = await world.dm(RITA)
    ts = await post(world, section("Ana Silva"), actions(button("Reject", "reject")), channel=channel)
    await world.slack.click(RITA, channel, ts, "reject")
    opened = await world.client.views_open(
        trigger_id=world.app.seen[-1]["trigger_id"], view=modal(field(select("wrong-person", "not-now"), "why"))
    )
    assert (await world.slack.submit(RITA, opened["view"]["id"], {"why": {"pick": "not-now"}})).closed
    await world.client.chat_update(channel=channel, ts=ts, text="Rejected", blocks=[section("Rejected: not now")])
    await world.client.chat_postMessage(channel=channel, thread_ts=ts, text="Marketing was told")
    [card] = await world.slack.dm_messages(RITA)
    assert (card.plain(), card.buttons(), card.reply_count) == ("Rejected: not now", [], 1)
    assert [one.text for one in await world.slack.dm_messages(RITA, ts)] == ["Rejected", "Marketing was told"]
    assert await world.slack.dm(MARTA) is None
    assert await world.slack.dm_messages(MARTA) == []
    with pytest.raises(SlackApiError):
        await world.client.conversations_open(users="U404")
