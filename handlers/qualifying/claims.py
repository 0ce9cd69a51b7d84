"""The button under a near miss: the lead is its presser's, or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.qualifying import claims
from bot.views.ids import Action
from handlers.slack.clicks import Payload, person, request, tell, value
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Claims:
    """The listener of every Claim button."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.CLAIM)(self.claim)

    async def claim(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        decided = await claims.claim(self.database, value(body), person(body), self.clock(), request=request(body))
        await ack()
        if isinstance(decided, Refusal):
            await tell(body, client, respond, decided.words)
