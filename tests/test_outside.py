"""The way to Slack: by connections that are still there."""

import time
from collections.abc import AsyncIterator

import aiohttp.connector
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.outside import slack_client
from bot.settings import Settings


@pytest.fixture
async def slack() -> AsyncIterator[BaseTestServer]:
    """It says from which port each call comes."""

    async def answer(request: web.Request) -> web.Response:
        assert request.transport
        return web.json_response({"ok": True, "port": request.transport.get_extra_info("peername")[1]})

    app = web.Application()
    app.router.add_post("/api/auth.test", answer)
    async with TestServer(app) as server:
        yield server


async def test_a_connection_that_rested_is_not_used_again_for_its_end_may_be_on_the_way(
    slack: BaseTestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(_env_file=None, slack_bot_token="xoxb-outside", slack_api_url=f"{slack.make_url('/api/')}")
    async with slack_client(settings) as client:

        async def port() -> int:
            return int((await client.auth_test())["port"])

        first = await port()
        assert await port() == first
        monkeypatch.setattr(aiohttp.connector, "monotonic", lambda: time.monotonic() + 4)
        assert await port() != first
