"""Socket Mode: the same listeners where Slack cannot reach us, over a connection that we open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assemble, socket_mode
from bot.settings import Settings
from storage.database import Database
from storage.write_queue import pressing

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COMMAND = {
    "command": "/lead",
    "text": "help",
    "user_id": "U1",
    "team_id": "T1",
    "channel_id": "C1",
    "trigger_id": "1.1",
}


@asynccontextmanager
async def slack_with_a_socket(answers: "asyncio.Queue[Any]") -> AsyncIterator[str]:
    """A Slack that opens one socket, sends one slash command over it and keeps what comes back."""

    async def opened(request: web.Request) -> web.Response:
        assert request.headers["authorization"] == "Bearer xapp-1-test"
        return web.json_response({"ok": True, "url": f"ws://{request.host}/socket"})

    async def known(_: web.Request) -> web.Response:
        return web.json_response(
            {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "bot_user_id": "UBOT"}
        )

    async def socket(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello"})
        envelope = {"type": "slash_commands", "envelope_id": "e-1", "accepts_response_payload": True}
        await connection.send_json({**envelope, "payload": COMMAND})
        async for message in connection:
            await answers.put(message.json())
        return connection

    app = web.Application()
    app.add_routes([
        web.post("/api/apps.connections.open", opened),
        web.post("/api/auth.test", known),
        web.get("/socket", socket),
    ])  # fmt: skip
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield "http://{}:{}/api/".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


async def test_a_command_that_comes_over_the_socket_is_answered_over_it(database: Database) -> None:
    answers: asyncio.Queue[Any] = asyncio.Queue()
    async with slack_with_a_socket(answers) as url, ClientSession() as session:
        settings = Settings(
            _env_file=None,
            slack_bot_token="xoxb-test",
            slack_signing_secret="secret",
            slack_app_token="xapp-1-test",
            slack_api_url=url,
        )
        client = AsyncWebClient(token="xoxb-test", base_url=url, session=session, retry_handlers=[])
        baton = assemble(settings, database, client, lambda: NOW)
        waited_for: list[bool] = []

        @baton.bolt.middleware
        async def look(next_: Callable[[], Awaitable[None]]) -> None:
            waited_for.append(pressing.get())
            await next_()

        async with socket_mode(settings, baton):
            answer = await asyncio.wait_for(answers.get(), 10)

    assert answer["envelope_id"] == "e-1"
    assert "/lead find" in answer["payload"]["text"]
    assert waited_for == [True]
