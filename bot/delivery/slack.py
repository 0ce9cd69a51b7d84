"""The only code that writes to Slack outside of an answer to a click."""

import hashlib
import re
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.directory import row_of, status_of
from bot.delivery.verdicts import Answer, Verdict, verdict_of
from bot.views.blocks import Message
from storage.tables import PersonRow

HTTP_TIMEOUT = 10.0
"""Seconds; a third of the courier's lease, so that a claim outlives its call."""
SKEW = timedelta(seconds=60)
"""How far Slack's clock may be from ours when we look for a message of ours."""
MESSAGE_LIMIT_WAIT = 60.0
"""Seconds to wait where Slack limits without saying for how long."""
CARD = "baton_card"
POINTER = re.compile(r"json-pointer:([\w/.-]+)")
"""Where in a message something is wrong; the words around it may repeat what the message says."""


class Slack:
    """Posts, updates and finds messages, each call once: no retry is hidden in it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def who_am_i(self) -> Answer:
        """Whether Slack lets us in."""
        return await _answered(self._client.auth_test())

    async def look_at(self, person: str, now: datetime) -> tuple[Answer, PersonRow | None, tuple[str, str, int]]:
        """SHOWN where the account is in use, NO_PERSON where it is deactivated; what Slack says of it; its status."""
        answer, data = await _called(self._client.users_info(user=person))
        row = row_of(data["user"], now) if data.get("user") else None
        if row and not row.active:
            return Answer(Verdict.NO_PERSON, error="user_disabled"), row, status_of({})
        return answer, row, status_of(data.get("user") or {})

    async def open_dm(self, person: str) -> Answer:
        """The D… channel in which this person reads what the app writes."""
        return await _answered(self._client.conversations_open(users=person))

    async def post(self, channel: str, key: str, message: Message, thread: str | None = None) -> Answer:
        return await _answered(
            self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": CARD, "event_payload": {"key": opaque(key)}},
            )
        )

    async def update(self, channel: str, ts: str, message: Message) -> Answer:
        return await _answered(
            self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        )

    async def delete(self, channel: str, ts: str) -> Answer:
        return await _answered(self._client.chat_delete(channel=channel, ts=ts))

    async def publish_home(self, person: str, view: dict[str, Any]) -> Answer:
        return await _answered(self._client.views_publish(user_id=person, view=view))

    async def find(self, channel: str, key: str, since: datetime, thread: str | None = None) -> Answer:
        """Looks for a message of ours by its metadata; SHOWN with no `ts` when it is not there."""
        wanted, cursor = opaque(key), None
        oldest = str((since - SKEW).timestamp())
        while True:
            page: dict[str, Any] = {"oldest": oldest, "limit": 200, "include_all_metadata": True, "cursor": cursor}
            answer, data = await _called(
                self._client.conversations_replies(channel=channel, ts=thread, **page)
                if thread
                else self._client.conversations_history(channel=channel, **page)
            )
            if answer.verdict is not Verdict.SHOWN:
                return answer
            for message in data.get("messages", []):
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == CARD and metadata.get("event_payload", {}).get("key") == wanted:
                    return Answer(Verdict.SHOWN, channel, message["ts"])
            cursor = (data.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Answer(Verdict.SHOWN, channel)


def opaque(key: str) -> str:
    """Metadata can be read by every app in the channel: it carries no ids of ours."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


async def _answered(call: Awaitable[Any]) -> Answer:
    return (await _called(call))[0]


async def _called(call: Awaitable[Any]) -> tuple[Answer, dict[str, Any]]:
    try:
        response = await call
    except SlackApiError as error:
        return _refused(error), {}
    except aiohttp.ClientConnectorError as error:
        return Answer(Verdict.AWAY, error=type(error).__name__), {}
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return Answer(Verdict.UNKNOWN, error=type(error).__name__), {}
    data: dict[str, Any] = response.data
    channel = data.get("channel")
    where = channel.get("id") if isinstance(channel, dict) else channel
    return Answer(Verdict.SHOWN, where, data.get("ts")), data


def _refused(error: SlackApiError) -> Answer:
    response = error.response
    if response.status_code == 429:
        return Answer(Verdict.LIMITED, wait=_wait(response.headers), error="ratelimited")
    if response.status_code >= 500 or not isinstance(response.data, dict):
        return Answer(Verdict.UNKNOWN, error=f"http {response.status_code}")
    said = str(response.data.get("error", "unknown"))
    messages = (response.data.get("response_metadata") or {}).get("messages", [])
    where = [pointer for message in messages for pointer in POINTER.findall(str(message))]
    told = " ".join(filter(None, [said, str(response.data.get("needed") or ""), *where]))
    return Answer(verdict_of(said), wait=MESSAGE_LIMIT_WAIT, error=told)


def _wait(headers: Any) -> float:
    written = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(written) if str(written).isdigit() else MESSAGE_LIMIT_WAIT
