"""Going away and coming back: the buttons on App Home and on answers, and the window in which one says until when."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.away_words import Picked
from bot.domain.handoff import Refusal, State
from bot.usecases.assigning import absences
from bot.views.assigning import availability
from bot.views.deciding import modals
from bot.views.ids import Action, Field, Form
from handlers.outages import POSSIBLE
from handlers.slack.asking import refusal_of
from handlers.slack.clicks import Payload, person, picked_day, request, tell, typed, value, version
from storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Availability:
    """The listeners of everything that says who is away."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.AWAY)(self.opened)
        app.view(Form.AWAY)(self.submitted)
        app.action(Action.BACK)(self.back)
        app.action(Action.REMOVE_ABSENCE)(self.remove)
        app.action(Action.GIVE_OFFERED)(self.give_offered)
        app.action(Action.GIVE_ACCEPTED)(self.give_accepted)

    async def opened(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        refusal = await refusal_of(self.database, client, Ask.AWAY, person(body), self.clock())
        if refusal:
            await tell(body, client, respond, refusal.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=availability.form(person(body)))
        await ack()

    async def submitted(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, by, now = view["state"]["values"], person(body), self.clock()
        who = view["private_metadata"]
        start, end = (
            _picked(values, Field.FROM_DAY, Field.FROM_TIME),
            _picked(values, Field.UNTIL_DAY, Field.UNTIL_TIME),
        )
        away = await absences.read_form(self.database, who, start, end, by, now)
        if isinstance(away, Refusal):
            await ack(response_action="errors", errors={str(Field.UNTIL_DAY): away.words})
            return
        why = typed(values, Field.WHY)
        left = await absences.leave(self.database, who, away, by, now, why=why, request=request(body))
        if isinstance(left, Refusal):
            await ack(response_action="update", view=modals.said("Not done", left.words))
        else:
            said = availability.left(left.absence, by, left.load.offered, left.load.accepted, now)
            await ack(response_action="update", view=availability.noted(said))

    async def back(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        by = person(body)
        done = await absences.come_back(self.database, value(body), by, self.clock(), request=request(body))
        await _answer(body, client, respond, done)
        await ack()

    async def remove(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        by, absence = person(body), version(value(body))
        done = await absences.remove(self.database, absence, by, self.clock(), request=request(body))
        await _answer(body, client, respond, done)
        await ack()

    async def give_offered(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        await self._give(body, client, respond, {State.OFFERED})
        await ack()

    async def give_accepted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        await self._give(body, client, respond, {State.ACCEPTED})
        await ack()

    async def _give(
        self, body: Payload, client: AsyncWebClient, respond: AsyncRespond, states: Collection[State]
    ) -> None:
        by, now = person(body), self.clock()
        given = await absences.give_away(self.database, value(body), states, by, now, request=request(body))
        if isinstance(given, Refusal):
            await tell(body, client, respond, given.words)
        else:
            await _say(body, client, respond, availability.given(given))


async def _answer(body: Payload, client: AsyncWebClient, respond: AsyncRespond, done: absences.Back | Refusal) -> None:
    if isinstance(done, Refusal):
        await tell(body, client, respond, done.words)
    else:
        await _say(body, client, respond, availability.back(done.person, person(body), done.released, done.still))


async def _say(body: Payload, client: AsyncWebClient, respond: AsyncRespond, words: str) -> None:
    """Says what was done: beside a message, or in place of the window; App Home shows it by itself."""
    if body.get("response_url"):
        await tell(body, client, respond, words)
    elif (body.get("view") or {}).get("type") == "modal":
        try:
            await client.views_update(view_id=body["view"]["id"], view=modals.said("Done", words))
        except POSSIBLE as error:
            log.warning("an answer did not reach a person", error=type(error).__name__)


def _picked(values: Payload, day: Field, of_day: Field) -> Picked:
    chosen = (element.get("selected_time") for element in values.get(of_day, {}).values())
    at = next(filter(None, chosen), None)
    return Picked(picked_day(values, day), time.fromisoformat(at) if at else None)
