"""What every listener reads from a Slack payload, and how it answers a person."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.views.blocks import Message
from bot.views.deciding import modals

log = structlog.get_logger()

Payload = Mapping[str, Any]
VERSION = re.compile("[1-9][0-9]{0,8}")
WHOLE = re.compile("-?[0-9]{1,9}")
ANSWER_WITHIN = 2.0
"""Seconds; Slack waits three for our own answer, which comes after."""


def person(body: Payload) -> str:
    """Who pressed, from the signed payload and nowhere else."""
    return str(body["user"]["id"])


def value(body: Payload) -> str:
    """The id that the pressed button carries."""
    return str(body["actions"][0].get("value") or "")


def request(body: Payload) -> str:
    """What tells this thing that somebody did from every other, and is the same when it is sent again."""
    told = {name: part for name, part in body.items() if name != "response_url"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def version(written: str) -> int:
    """The policy version that a button or form carries; 0, which there never is, for what we never wrote."""
    return int(written) if VERSION.fullmatch(written) else 0


def pressed_option(body: Payload) -> str | None:
    """The option just chosen in a select that is listened to."""
    option = body["actions"][0].get("selected_option")
    return str(option["value"]) if option else None


def chosen(values: Payload, block: str) -> str | None:
    """The option chosen in an input block, whatever its element is called."""
    for element in values.get(block, {}).values():
        option = element.get("selected_option")
        return str(option["value"]) if option else None
    return None


def picked_day(values: Payload, block: str) -> date | None:
    """The day picked in an input block, if any."""
    for element in values.get(block, {}).values():
        return date.fromisoformat(day) if (day := element.get("selected_date")) else None
    return None


def whole_number(values: Payload, block: str) -> int | None:
    """The whole number typed in an input block; None for anything else."""
    written = typed(values, block) or ""
    return int(written) if WHOLE.fullmatch(written) else None


def typed(values: Payload, block: str) -> str | None:
    """The text typed in an input block; None where only white space was."""
    for element in values.get(block, {}).values():
        return (element.get("value") or "").strip() or None
    return None


async def tell(body: Payload, client: AsyncWebClient, respond: AsyncRespond, words: str) -> None:
    """Says it to this person only: beside the message they pressed, or in a small modal where there is none.

    Never raises: what was decided is decided, whether or not the answer arrives.
    """
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            if body.get("response_url"):
                await respond(text=words, response_type="ephemeral", replace_original=False)
            elif (body.get("view") or {}).get("type") == "modal":
                await client.views_update(view_id=body["view"]["id"], view=modals.said("Not done", words))
            else:
                await client.views_open(trigger_id=body["trigger_id"], view=modals.said("Not done", words))
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("an answer did not reach a person", error=str(error))


async def show(respond: AsyncRespond, message: Message, *, instead: bool = False) -> None:
    """Shows it to whoever pressed, beside the message or `instead` of one that only they see; never raises."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            sent = await respond(
                text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=instead
            )
        if sent.status_code != HTTPStatus.OK:
            log.warning("an answer did not reach a person", status=sent.status_code)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("an answer did not reach a person", error=str(error))


async def take_away(respond: AsyncRespond) -> None:
    """Takes the message away in which something was chosen, and which only they saw; never raises."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await respond(text="", response_type="ephemeral", delete_original=True)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("what is answered stays in sight", error=str(error))


async def answered(body: Payload, client: AsyncWebClient, respond: AsyncRespond, words: str) -> BoltResponse:
    """The answer to a payload that no listener answers: the words in private, where there is somebody to read them."""
    if "event" in body:
        return BoltResponse(status=200)
    if body.get("type") == "view_submission":
        return _json({"response_action": "update", "view": modals.said("Not done", words)})
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": words})
    await tell(body, client, respond, words)
    return BoltResponse(status=200)


def _json(answer: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": "application/json"})
