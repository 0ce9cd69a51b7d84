"""Submitted forms: check what was filled in, decide, and close or say what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.handoff import Refusal
from bot.usecases.deciding import handoffs
from bot.views.deciding import modals
from bot.views.ids import Field, Form
from handlers.slack.clicks import Payload, chosen, person, request, typed
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Forms:
    """The listeners of every submitted form."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.view(Form.REASSIGN)(self.reassign)

    async def reassign(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, handoff_id, by = view["state"]["values"], view["private_metadata"], person(body)
        to, note = chosen(values, Field.REP), typed(values, Field.NOTE)
        if not to:
            await ack(response_action="errors", errors={str(Field.REP): "Choose who gets the lead."})
        elif note and len(note) > modals.HAND_OVER_NOTE:
            too_long = f"At most {modals.HAND_OVER_NOTE} characters."
            await ack(response_action="errors", errors={str(Field.NOTE): too_long})
        else:
            decided = await handoffs.assign(
                self.database, handoff_id, to, by, self.clock(), note=note, request=request(body)
            )
            await answer(ack, decided)


async def answer(ack: AsyncAck, decided: Any) -> None:
    """Closes the form, or says in its place why nothing was done."""
    if isinstance(decided, Refusal):
        await ack(response_action="update", view=modals.said("Not done", decided.words))
    else:
        await ack()
