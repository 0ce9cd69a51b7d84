"""A person types a slash command, uses a shortcut, opens the app's home, or writes a message."""

from __future__ import annotations

import re

from sandbox import shapes
from sandbox.app_link import Answer
from sandbox.conversations import Channel, Kind, Message
from sandbox.errors import CannotDoError, SlackError
from sandbox.hands import CHANNEL_NAMES, Hands, channel_shape
from sandbox.json_types import Json
from sandbox.responses import Response, parse_response, show
from sandbox.slack import APP_ID, BOT_USER_ID, VERIFICATION, Slack
from sandbox.workspace import Person

UNANSWERED: Json = {"ok": True, "status": None, "ms": 0.0, "warning": None}
FAILURES = {"http_timeout": "operation_timeout", "http_error": "http_service_error"}
MENTION = re.compile(r"(?<![\w<])([@#])([a-z0-9._-]+)")
TOKEN = re.compile(r"(<[@#!][^<>]+>)")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


async def command(hands: Hands, user: str, channel_id: str, name: str, text: str) -> Json:
    """Types `name` and `text` in a conversation; a command the app does not have gets Slack's own answer."""
    person = hands.person(user)
    channel = hands.channel(channel_id, user)
    if channel.archived:
        raise CannotDoError(f"{channel.name} is archived")
    known = hands.slack.manifest.command(name)
    if known is None:
        return _refused(hands, channel, person, f"{name} is not a valid command.")
    typed = _typed(text)
    fields = _fields(hands, person, channel, name, _with_names(hands.slack, typed) if known.should_escape else typed)
    answer = await hands.link.command(fields)
    if not answer.ok:
        error = FAILURES.get(answer.failure or "", "dispatch_failed")
        return _refused(hands, channel, person, f'{name} failed with the error "{error}"', answer)
    try:
        response = parse_response(answer.body, answer.content_type)
        reply = _reply(hands, person, channel, response) if response else None
    except SlackError:
        return _refused(hands, channel, person, f'{name} failed with the error "invalid_command_response"', answer)
    return hands.report(answer, person, reply=reply)


def _refused(hands: Hands, channel: Channel, person: Person, warning: str, answer: Answer | None = None) -> Json:
    hands.warn(channel, person, warning)
    report = answer.report() if answer else dict(UNANSWERED)
    return report | {"ok": False, "warning": warning, "reply": None, "view": hands.modal(person.id)}


def _reply(hands: Hands, person: Person, channel: Channel, response: Response) -> Json:
    message = show(hands.slack, channel, person.id, response)
    return {"response_type": response.kind} | shapes.message(hands.slack, channel, message)


def _fields(hands: Hands, person: Person, channel: Channel, name: str, text: str) -> dict[str, str]:
    return {
        "token": VERIFICATION,
        "team_id": hands.slack.team.id,
        "team_domain": hands.slack.team.domain,
        "channel_id": channel.id,
        "channel_name": CHANNEL_NAMES.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": hands.response_url(person, channel),
        "trigger_id": hands.slack.tickets.trigger(person.id),
    }


def _typed(text: str) -> str:
    """Text as Slack passes it on: its three special characters escaped, mentions left whole."""
    return "".join(part if TOKEN.fullmatch(part) else part.translate(ENTITIES) for part in TOKEN.split(text))


def _with_names(slack: Slack, text: str) -> str:
    """Names of people and channels as Slack writes them when a command asks for it."""
    people = {one.name: one.id for one in slack.people.values()}
    channels = {one.name: one.id for one in slack.channels.values() if one.kind is not Kind.IM}

    def replaced(found: re.Match[str]) -> str:
        sign, name = found.groups()
        known = (people if sign == "@" else channels).get(name)
        return f"<{sign}{known}|{name}>" if known else found.group()

    return MENTION.sub(replaced, text)


async def shortcut(hands: Hands, user: str, callback_id: str, channel_id: str | None, ts: str | None) -> Json:
    """Uses a shortcut, a message one on the message named by channel and ts."""
    person = hands.person(user)
    known = hands.slack.manifest.shortcut(callback_id)
    if known is None:
        raise CannotDoError(f"there is no shortcut {callback_id!r}")
    payload = hands.common(person) | {
        "callback_id": callback_id,
        "trigger_id": hands.slack.tickets.trigger(user),
        "action_ts": hands.slack.clock.stamp(),
    }
    if known.type == "message":
        payload |= _on_message(hands, person, channel_id or "", ts or "")
    else:
        payload |= {"type": "shortcut"}
    answer = await hands.interact(payload)
    return hands.report(answer, person) | ({} if answer.ok else {"warning": hands.silence()})


def _on_message(hands: Hands, person: Person, channel_id: str, ts: str) -> Json:
    channel = hands.channel(channel_id, person.id)
    message = channel.find(ts)
    if message is None:
        raise CannotDoError(f"there is no message {ts} in {channel.name}")
    return {
        "type": "message_action",
        "message_ts": ts,
        "channel": channel_shape(channel),
        "message": shapes.message(hands.slack, channel, message),
        "response_url": hands.response_url(person, channel, message),
    }


async def open_home(hands: Hands, user: str) -> Json:
    """Opens the app's home tab, which the app hears of only if it subscribes to `app_home_opened`."""
    person = hands.person(user)
    if not hands.slack.manifest.features.app_home.home_tab_enabled:
        raise CannotDoError("the app has no home tab")
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": hands.slack.open_dm(user).id,
        "tab": "home",
        "event_ts": hands.slack.clock.stamp(),
    }
    home = hands.slack.views.home(user)
    if home is not None:
        event["view"] = hands.shape(home)
    answer = await hands.events.deliver(event, "app_home_opened")
    home = hands.slack.views.home(person.id)
    return (answer.report() if answer else dict(UNANSWERED)) | {"view": hands.shape(home) if home else None}


async def say(hands: Hands, user: str, channel_id: str, text: str, thread_ts: str | None) -> Json:
    """Writes a message as that person; raises CannotDoError where Slack offers no box to write in."""
    hands.person(user)
    channel = hands.channel(channel_id, user)
    if channel.archived:
        raise CannotDoError(f"{channel.name} is archived")
    home = hands.slack.manifest.features.app_home
    if channel.kind is Kind.IM and (home.messages_tab_read_only_enabled or not hands.slack.messages_tab):
        raise CannotDoError("the app's messages tab takes no messages")
    if thread_ts is not None and thread_ts not in channel.roots:
        raise CannotDoError(f"there is no thread {thread_ts} in {channel.name}")
    message = Message(hands.slack.clock.stamp(), user, _typed(text), thread_ts=thread_ts)
    hands.slack.keep(channel, message)
    answer = await _heard(hands, channel, message)
    return (answer.report() if answer else dict(UNANSWERED)) | {"ts": message.ts}


async def _heard(hands: Hands, channel: Channel, message: Message) -> Answer | None:
    if BOT_USER_ID not in channel.members:
        return None
    event, subscription = hands.events.message_event(channel, message)
    answer = await hands.events.deliver(event, subscription)
    if f"<@{BOT_USER_ID}>" in message.text and channel.kind is not Kind.IM:
        answer = await hands.events.deliver(event | {"type": "app_mention"}, "app_mention")
    return answer
