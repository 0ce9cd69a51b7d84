"""Passing a lead on to a colleague: the button, and its form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.deciding import passing_on
from bot.views.blocks import Json
from bot.views.deciding import answering
from bot.views.deciding.modals import HAND_OVER_NOTE
from bot.views.ids import Action, Field, Form
from handlers.actions import Actions
from handlers.slack.clicks import Payload, chosen, person, request, tell, typed, value
from handlers.views import answer
from storage.database import Database


@dataclass(frozen=True, slots=True)
class PassingOn:
    """The listeners of Pass on."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.PASS_ON)(Actions(self.database, self.clock).touching(self.open_form))
        app.view(Form.PASS_ON)(self.pass_on)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """`views.open` comes first, for its trigger lives three seconds."""
        found = await passing_on.choice(self.database, value(body), person(body), self.clock())
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=form(found))
        await ack()

    async def pass_on(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, handoff_id = view["state"]["values"], view["private_metadata"]
        to, note = chosen(values, Field.REP), typed(values, Field.NOTE)
        if not to:
            await ack(response_action="errors", errors={str(Field.REP): "Choose who gets the lead."})
        elif note and len(note) > HAND_OVER_NOTE:
            await ack(response_action="errors", errors={str(Field.NOTE): f"At most {HAND_OVER_NOTE} characters."})
        else:
            decided = await passing_on.pass_on(
                self.database, handoff_id, to, person(body), note, self.clock(), request=request(body)
            )
            await answer(ack, decided)


def form(found: passing_on.Choice) -> Json:
    own = found.handoff.team
    options = [
        (one.person, answering.colleague(one.name, one.why, one.team if one.team != own else None))
        for one in found.colleagues
    ]
    back = {one.person: answering.next_shift(one.back) for one in found.colleagues if one.back}
    return answering.pass_on(found.handoff.id, found.facts.name, options, back)
