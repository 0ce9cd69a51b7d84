"""What Baton has from outside: the time of day, and the way to Slack."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
from pydantic_core import to_json
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import HTTP_TIMEOUT
from bot.settings import Settings

MOST_WAITS = 10
"""How often a command waits for Slack's limits, for one call."""
KEPT_ALIVE = 3.0
"""Seconds for which a connection is used again. Servers and proxies end those that rest, many after five; of a message
that was sent into such an end nobody knows whether it arrived, and it waits until it was looked for."""

WORDLESS = logging.getLogger("slack_sdk.web.calls")
"""To a logger without a level of its own the library puts every call and every answer into words, to drop them."""
WORDLESS.setLevel(logging.WARNING)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def slack_client(
    settings: Settings, *, patient: bool = False, within: float = HTTP_TIMEOUT
) -> AsyncIterator[AsyncWebClient]:
    """A client on one shared session that never repeats a call by itself; a patient one waits as long as Slack asks.

    A call is over `within` so many seconds.
    """
    retries: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(max_retry_count=MOST_WAITS)] if patient else []
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE),
        timeout=aiohttp.ClientTimeout(total=within),
        json_serialize_bytes=to_json,
    ) as session:
        yield AsyncWebClient(
            token=settings.slack_bot_token,
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=retries,
            logger=WORDLESS,
        )
