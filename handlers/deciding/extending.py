"""More time for the owner of a lead: the button, and its form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.durations import Duration
from bot.domain.handoff import Refusal
from bot.usecases.deciding import extending
from bot.views.deciding import extending as views
from bot.views.ids import Action, Field, Form
from handlers.slack.clicks import Payload, chosen, person, request, tell, typed, value
from handlers.views import answer
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Extending:
    """The listeners of Extend."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.EXTEND)(self.open_form)
        app.view(Form.EXTEND)(self.extend)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """`views.open` comes first, for its trigger lives three seconds."""
        found = await extending.opening(self.database, value(body), person(body))
        if isinstance(found, Refusal):
            await tell(body, client, respond, found.words)
        else:
            opened, owner = found
            view = views.extend(opened.handoff.id, opened.facts.name, owner)
            await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def extend(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, handoff_id = view["state"]["values"], view["private_metadata"]
        more, why = chosen(values, Field.MORE), typed(values, Field.WHY)
        if errors := missing(more, why):
            await ack(response_action="errors", errors=errors)
        elif more and why:
            decided = await extending.extend(
                self.database, handoff_id, person(body), Duration.parse(more), why, self.clock(), request=request(body)
            )
            await answer(ack, decided)


def missing(more: str | None, why: str | None) -> dict[str, str]:
    """What the form does not say, by block."""
    errors = {} if more in views.MORE else {str(Field.MORE): "Choose how much longer."}
    if not why:
        errors[str(Field.WHY)] = "Say why: the owner reads it."
    elif len(why) > views.REASON:
        errors[str(Field.WHY)] = f"At most {views.REASON} characters."
    return errors
