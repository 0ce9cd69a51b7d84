"""An answer goes to Slack at once: before its listener goes on, and before others do what follows from it."""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import after_answers
from handlers.slack.app import SlackApp

PRESS = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1"},
    "actions": [{"type": "button", "action_id": "press", "value": "1"}],
}


async def in_our_workspace() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test")


async def answered(app: SlackApp, order: list[str]) -> None:
    """Presses; notes when that is answered, and waits until all is done."""
    answer = await app.async_dispatch(AsyncBoltRequest(body=urlencode({"payload": json.dumps(PRESS)})))
    order.append("answered")
    assert answer.status == 200
    await app.rested()


def app_with(listener: Callable[..., object]) -> SlackApp:
    app = SlackApp(authorize=in_our_workspace, request_verification_enabled=False)
    app.action("press")(listener)
    return app


async def test_an_ack_is_answered_before_its_listener_goes_on() -> None:
    order: list[str] = []

    async def listener(ack: AsyncAck) -> None:
        await ack()
        order.append("went on")

    await answered(app_with(listener), order)
    assert order == ["answered", "went on"]


async def test_an_ack_is_answered_before_others_hear_of_what_was_committed() -> None:
    order: list[str] = []
    woken = asyncio.Event()
    committed = after_answers(woken.set)

    async def courier() -> None:
        await woken.wait()
        order.append("woken")

    async def listener(ack: AsyncAck) -> None:
        committed()
        await ack()

    async with asyncio.TaskGroup() as group:
        group.create_task(courier())
        await asyncio.sleep(0)
        await answered(app_with(listener), order)
    assert order == ["answered", "woken"]
