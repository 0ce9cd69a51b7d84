"""The button that shows what a proposed policy would have done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.governing import backtests
from bot.views.governing.backtest import Names, effect_of, window
from bot.views.ids import Action
from handlers.slack.clicks import Payload, person, tell, value, version
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Backtests:
    """The listener of the window behind a proposal."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.BACKTEST)(self.backtest)

    async def backtest(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        seen = await backtests.seen(self.database, version(value(body)), person(body))
        if isinstance(seen, Refusal):
            await tell(body, client, respond, seen.words)
        else:
            shown = window(seen.version, effect_of(seen.stored), Names(seen.facts, seen.labels))
            await client.views_open(trigger_id=body["trigger_id"], view=shown)
        await ack()
