"""What signers say of a proposed policy, and of the one in force when they are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Refusal
from bot.usecases.governing import policies, reviews
from bot.views.deciding import modals
from bot.views.ids import Action, Field, Form
from handlers.slack.clicks import Payload, person, request, tell, typed, value, version
from handlers.views import answer
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Proposals:
    """The listeners of the cards of a proposal and of a review, and of the form of an objection."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.SIGN_POLICY)(self.sign)
        app.action(Action.OBJECT_POLICY)(self.open_objection)
        app.action(Action.WITHDRAW_POLICY)(self.withdraw)
        app.action(Action.KEEP_POLICY)(self.keep)
        app.view(Form.OBJECT)(self.object)

    async def sign(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        put_up, by = version(value(body)), person(body)
        signed = await policies.sign(self.database, put_up, by, self.clock(), request=request(body))
        if isinstance(signed, Refusal):
            await tell(body, client, respond, signed.words)
        await ack()

    async def withdraw(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        put_up, by = version(value(body)), person(body)
        refusal = await policies.withdraw(self.database, put_up, by, self.clock(), request=request(body))
        if refusal:
            await tell(body, client, respond, refusal.words)
        await ack()

    async def keep(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        quarter, by = value(body), person(body)
        refusal = await reviews.keep(self.database, quarter, by, self.clock(), request=request(body))
        if refusal:
            await tell(body, client, respond, refusal.words)
        await ack()

    async def open_objection(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        put_up = version(value(body))
        refusal = await policies.may_sign(self.database, put_up, person(body))
        if refusal:
            await tell(body, client, respond, refusal.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=modals.object_policy(put_up))
        await ack()

    async def object(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        reason = typed(view["state"]["values"], Field.DETAIL)
        if not reason:
            await ack(response_action="errors", errors={str(Field.DETAIL): "Say what should be different."})
        else:
            put_up, by = version(view["private_metadata"]), person(body)
            now, once = self.clock(), request(body)
            await answer(ack, await policies.sign(self.database, put_up, by, now, objection=reason, request=once))
