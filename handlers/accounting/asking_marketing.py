"""A rep's question to marketing: the button, and its form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.accounting import marketing_clocks
from bot.usecases.deciding import forms
from bot.views.deciding import answering
from bot.views.ids import Action, Field, Form
from handlers.actions import Actions
from handlers.slack.clicks import Payload, person, request, tell, typed, value
from handlers.views import answer
from storage.database import Database


@dataclass(frozen=True, slots=True)
class AskingMarketing:
    """The listeners of Ask marketing."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.ASK_MARKETING)(Actions(self.database, self.clock).touching(self.open_form))
        app.view(Form.ASK_MARKETING)(self.ask)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        found = await forms.asking_marketing(self.database, value(body), person(body))
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            view = answering.ask_marketing(found.handoff.id, found.facts.name)
            await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def ask(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        words = typed(view["state"]["values"], Field.QUESTION) or ""
        if not 0 < len(words) <= answering.QUESTION:
            wrong = f"Write at most {answering.QUESTION} characters." if words else "Write your question."
            await ack(response_action="errors", errors={str(Field.QUESTION): wrong})
        else:
            asked = await marketing_clocks.ask(
                self.database, view["private_metadata"], person(body), words, self.clock(), request=request(body)
            )
            await answer(ack, asked)
