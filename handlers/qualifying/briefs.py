"""Writing a campaign brief: the button that opens the form, and the form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.briefs import Brief
from bot.domain.handoff import Refusal
from bot.usecases.qualifying import briefs
from bot.views.cards import briefs as showing
from bot.views.deciding import modals
from bot.views.ids import Action, Field, Form
from bot.views.text import known
from handlers.slack.clicks import Payload, person, request, tell, typed, value
from storage.database import Database

NEEDED = {Field.BRIEF_NAME: "Say which campaign.", Field.BRIEF_WORDS: "Say what it is about."}


@dataclass(frozen=True, slots=True)
class Briefs:
    """The listeners of the button and of the form."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.WRITE_BRIEF)(self.open_form)
        app.view(Form.BRIEF)(self.save)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        campaign = value(body)
        found = await briefs.opening(self.database, campaign, person(body))
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=showing.form(campaign, found))
        await ack()

    async def save(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values = view["state"]["values"]
        missing = {str(field): words for field, words in NEEDED.items() if not known(typed(values, field))}
        if missing:
            await ack(response_action="errors", errors=missing)
            return
        brief = Brief(
            campaign=(known(typed(values, Field.BRIEF_NAME)) or "")[: showing.NAME],
            words=(typed(values, Field.BRIEF_WORDS) or "")[: showing.WORDS],
            offer=(typed(values, Field.BRIEF_PROMISE) or "")[: showing.PROMISE] or None,
            url=(typed(values, Field.BRIEF_LINK) or "")[: showing.LINK] or None,
            by=person(body),
            at=self.clock(),
        )
        saved = await briefs.write(self.database, brief, self.clock(), request=request(body))
        said = ("Not done", saved.words) if isinstance(saved, Refusal) else ("Saved", showing.SAVED)
        await ack(response_action="update", view=modals.said(*said))
