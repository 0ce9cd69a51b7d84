"""Buttons of a card that decide nothing: all that is known, the definition behind it, and how a deadline counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.deciding import reckoning
from bot.usecases.qualifying import evidence
from bot.views.cards import deadline
from bot.views.governing import definition
from bot.views.governing.proposing import offered
from bot.views.ids import Action
from bot.views.qualifying import evidence as showing
from handlers.actions import Actions
from handlers.slack.clicks import Payload, person, tell, value
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Reading:
    """The listeners of windows that only show something; whoever sees the card may open them."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        touching = Actions(self.database, self.clock).touching
        app.action(Action.ALL_EVIDENCE)(touching(self.all_evidence))
        app.action(Action.DEFINITION)(touching(self.definition))
        app.action(Action.DEADLINE)(touching(self.deadline))

    async def all_evidence(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        found = await evidence.dossier(self.database, value(body), self.clock())
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=showing.window(found, person(body)))
        await ack()

    async def definition(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        found = await evidence.definition_of(self.database, value(body))
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            buttons = offered(found.version, found.policy, person(body))
            await client.views_open(trigger_id=body["trigger_id"], view=definition.window(found, *buttons))
        await ack()

    async def deadline(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        found = await reckoning.of_handoff(self.database, value(body))
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=deadline.window(*found))
        await ack()
