"""Buttons: decide at once, or open the form that decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Change, Event, Refusal
from bot.usecases.deciding import forms, handoffs
from bot.views.deciding import modals
from bot.views.ids import Action
from handlers.outages import POSSIBLE
from handlers.slack.clicks import Payload, person, request, tell, value
from storage.database import Database
from storage.write_queue import pressing

log = structlog.get_logger()


class UseCase(Protocol):
    async def __call__(
        self, database: Database, handoff_id: str, by: str, now: datetime, *, request: str
    ) -> Change | Refusal: ...


ACCEPTED = "accepted"
"""How an offer ends."""
Listener = Callable[[AsyncAck, Payload, AsyncWebClient, AsyncRespond], Awaitable[None]]
Opener = Callable[["Actions", forms.Opening], Awaitable[dict[str, Any] | Refusal]]


@dataclass(frozen=True, slots=True)
class Actions:
    """The listeners of every button; each reads, calls one use case, answers."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        for action, use_case in DECIDE.items():
            app.action(action)(self.deciding(use_case))
        for action, (event, view) in OPEN.items():
            app.action(action)(self.touching(self.opening(event, view)))

    def touching(self, listener: Listener) -> Listener:
        """A button of a card: the rep who presses it has opened it; noted last, for a trigger lives three seconds."""

        async def touch(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            try:
                await listener(ack, body, client, respond)
            finally:
                await self._note_opened(body)

        return touch

    async def _note_opened(self, body: Payload) -> None:
        """Never raises: the press itself has been answered."""
        pressing.set(False)  # nobody waits for this
        try:
            await handoffs.note_opened(self.database, value(body), person(body), self.clock())
        except POSSIBLE as error:
            log.warning("an opened card was not noted", error=type(error).__name__)

    def deciding(self, use_case: UseCase) -> Listener:
        """A button of a card that decides at once; that an offer was seen by whoever accepts it is stored with that."""

        async def decide(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            decided = None
            try:
                decided = await use_case(self.database, value(body), person(body), self.clock(), request=request(body))
                await ack()
                if isinstance(decided, Refusal):
                    await tell(body, client, respond, decided.words)
            finally:
                if not (isinstance(decided, Change) and decided.offer_ended == ACCEPTED):
                    await self._note_opened(body)

        return decide

    def opening(self, event: Event, view: Opener) -> Listener:
        """A button that opens a form; `views.open` comes first, for its trigger lives three seconds."""

        async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            opened = await forms.opening(self.database, value(body), event, person(body))
            shown = opened if isinstance(opened, Refusal) else await view(self, opened)
            if isinstance(shown, Refusal):
                await tell(body, client, respond, shown.words)
            else:
                await client.views_open(trigger_id=body["trigger_id"], view=shown)
            await ack()

        return open_form

    async def reassign_form(self, opened: forms.Opening) -> dict[str, Any] | Refusal:
        reps = await forms.reps_to_choose(self.database, opened)
        if not reps:
            return Refusal("Nobody else is in this team. You can take the lead over yourself.")
        return modals.reassign(opened.handoff.id, opened.facts.name, reps)


DECIDE: dict[Action, UseCase] = {
    Action.ACCEPT: handoffs.accept,
    Action.UNDO: handoffs.undo,
    Action.TAKE_OVER: handoffs.take_over,
}
OPEN: dict[Action, tuple[Event, Opener]] = {
    Action.REASSIGN: (Event.ASSIGN, Actions.reassign_form),
}
