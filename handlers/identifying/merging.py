"""Buttons that say whether two leads are one person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.handoff import Refusal
from bot.usecases.identifying import twins
from bot.views.ids import Action
from handlers.slack.asking import refusal_of
from handlers.slack.clicks import Payload, person, request, tell, value, version
from storage.database import Database


class Answer(Protocol):
    async def __call__(
        self, database: Database, number: int, by: str, now: datetime, *, request: str
    ) -> Refusal | None: ...


Listener = Callable[[AsyncAck, Payload, AsyncWebClient, AsyncRespond], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Merging:
    """The listeners of a question about two leads, and of the way back from one."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        for action, answer in ANSWERS.items():
            app.action(action)(self.answering(answer))

    def answering(self, answer: Answer) -> Listener:
        """A button that decides at once, for whoever may."""

        async def decide(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            by, now = person(body), self.clock()
            refusal = await refusal_of(self.database, client, Ask.MERGE, by, now)
            if refusal is None:
                number = version(value(body))
                refusal = await answer(self.database, number, by, now, request=request(body))
            if refusal:
                await tell(body, client, respond, refusal.words)
            await ack()

        return decide


ANSWERS: dict[Action, Answer] = {
    Action.SAME_PERSON: twins.say_same,
    Action.TWO_PEOPLE: twins.say_two,
    Action.UNDO_MERGE: twins.undo,
}
