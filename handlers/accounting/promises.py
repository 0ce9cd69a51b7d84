"""Marketing's answers: to a rep's question, and about a lead that came back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.handoff import Refusal
from bot.domain.marketing_clock import Answer
from bot.usecases.accounting import marketing_clocks
from bot.views.accounting import promises
from bot.views.deciding import modals
from bot.views.ids import Action, Field, Form
from handlers.slack.asking import refusal_of
from handlers.slack.clicks import Payload, person, request, tell, typed, value
from storage.database import Database

Listener = Callable[[AsyncAck, Payload, AsyncWebClient, AsyncRespond], Awaitable[None]]
NOTHING_SAID = "Write a word or two."


@dataclass(frozen=True, slots=True)
class Promises:
    """The listeners of what marketing is asked, and of the forms behind it."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        for action, how in AT_ONCE.items():
            app.action(action)(self.answering(how))
        for action, (form, how) in BY_FORM.items():
            app.action(action)(self.opening(how))
            app.view(form)(self.submitting(how))

    def answering(self, how: Answer) -> Listener:
        """A button that answers at once."""

        async def answer(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            by, now = person(body), self.clock()
            refusal = await refusal_of(self.database, client, Ask.ANSWER, by, now)
            refusal = refusal or await marketing_clocks.answer(
                self.database, value(body), how, by, now, request=request(body)
            )
            if refusal:
                await tell(body, client, respond, refusal.words)
            await ack()

        return answer

    def opening(self, how: Answer) -> Listener:
        """A button that opens the form in which marketing says more."""

        async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
            refusal = await refusal_of(self.database, client, Ask.ANSWER, person(body), self.clock())
            owed = refusal or await marketing_clocks.asked_about(self.database, value(body))
            if isinstance(owed, Refusal):
                await tell(body, client, respond, owed.words)
            else:
                await client.views_open(trigger_id=body["trigger_id"], view=promises.form(owed, how))
            await ack()

        return open_form

    def submitting(self, how: Answer) -> Callable[[AsyncAck, Payload, Payload, AsyncWebClient], Awaitable[None]]:
        async def submitted(ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient) -> None:
            words, by, now = typed(view["state"]["values"], Field.NOTE), person(body), self.clock()
            if words is None:
                await ack(response_action="errors", errors={str(Field.NOTE): NOTHING_SAID})
                return
            refusal = await refusal_of(self.database, client, Ask.ANSWER, by, now)
            refusal = refusal or await marketing_clocks.answer(
                self.database, view["private_metadata"], how, by, now, words=words, request=request(body)
            )
            if refusal:
                await ack(response_action="update", view=modals.said("Not done", refusal.words))
            else:
                await ack()

        return submitted


AT_ONCE: dict[Action, Answer] = {Action.GOT_IT: "nurture", Action.WILL_FIX: "fix data"}
BY_FORM: dict[Action, tuple[Form, Answer]] = {
    Action.ANSWER_QUESTION: (Form.ANSWER, "answered"),
    Action.DISAGREE: (Form.DISAGREE, "disagree"),
}
