"""Rejecting a lead: in a window, and in a message where Slack was too slow to open one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.handoff import Event, Refusal
from bot.usecases.deciding import forms, handoffs
from bot.views.blocks import Message
from bot.views.deciding import modals, without_modal
from bot.views.ids import Action, Field, Form
from bot.views.privacy import public_evidence, public_facts
from bot.views.wording import lead_in_short
from handlers.actions import Actions
from handlers.slack.clicks import Payload, chosen, person, pressed_option, request, show, take_away, tell, typed, value
from handlers.slack.errors import is_too_late
from handlers.views import answer
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Rejecting:
    """The listeners of Reject."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        touching = Actions(self.database, self.clock).touching
        app.action(Action.REJECT)(touching(self.open_form))
        app.action(Action.CHOOSE_REASON)(self.choose_reason)
        app.action(Action.REJECT_BECAUSE)(self.reject_in_message)
        app.view(Form.REJECT)(self.reject)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """`views.open` comes first: its trigger lives three seconds. After that a message lists the reasons."""
        opened = await forms.opening(self.database, value(body), Event.REJECT, person(body))
        if isinstance(opened, Refusal):
            await tell(body, client, respond, opened.words)
        else:
            try:
                await client.views_open(trigger_id=body["trigger_id"], view=form(opened))
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                is_slow = is_too_late(error) or not isinstance(error, SlackApiError)
                if not (is_slow and body.get("response_url")):
                    raise
                handoff_id, who = opened.handoff.id, lead_in_short(public_facts(opened.facts))
                await show(respond, without_modal.reasons(handoff_id, who, opened.agreement.own.reasons))
        await ack()

    async def choose_reason(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """The form asks for what the chosen reason needs; what was typed stays."""
        shown = body["view"]
        opened = await forms.opening(self.database, shown["private_metadata"], Event.REJECT, person(body))
        if isinstance(opened, Refusal):
            await tell(body, client, respond, opened.words)
        else:
            view = form(opened, pressed_option(body))
            await client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        await ack()

    async def reject(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, handoff_id, by = view["state"]["values"], view["private_metadata"], person(body)
        opened = await forms.opening(self.database, handoff_id, Event.REJECT, by)
        if isinstance(opened, Refusal):
            await answer(ack, opened)
        elif errors := missing(values, opened):
            await ack(response_action="errors", errors=errors)
        else:
            decided = await handoffs.reject(
                self.database,
                handoff_id,
                by,
                chosen(values, Field.REASON) or "",
                self.clock(),
                detail=typed(values, Field.DETAIL),
                disputed=chosen(values, Field.EVIDENCE),
                request=request(body),
            )
            await answer(ack, decided)

    async def reject_in_message(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Rejects, or asks in the same place for what the reason needs."""
        handoff_id, reason_id, disputed = without_modal.read(pressed_option(body) or "")
        opened = await forms.opening(self.database, handoff_id, Event.REJECT, person(body))
        if isinstance(opened, Refusal):
            await tell(body, client, respond, opened.words)
        elif asked := still_asked(opened, reason_id, disputed):
            await show(respond, asked, instead=True)
        else:
            decided = await handoffs.reject(
                self.database,
                handoff_id,
                person(body),
                reason_id,
                self.clock(),
                disputed=disputed,
                request=request(body),
            )
            if isinstance(decided, Refusal):
                await show(respond, without_modal.refused(decided.words), instead=True)
            else:
                await take_away(respond)
        await ack()


def form(opened: forms.Opening, reason: str | None = None) -> dict[str, Any]:
    evidence = public_evidence(opened.handoff.scoring.evidence, opened.facts, opened.agreement)
    return modals.reject(opened.handoff.id, opened.facts.name, opened.agreement.own.reasons, evidence, reason)


def missing(values: Payload, opened: forms.Opening) -> dict[str, str]:
    """What the chosen reason asks and the form does not say, by block."""
    reason = opened.agreement.own.reason(chosen(values, Field.REASON) or "")
    if reason is None:
        return {str(Field.REASON): "Choose a reason."}
    if reason.asks == "detail" and not typed(values, Field.DETAIL):
        return {str(Field.DETAIL): f"“{reason.label}” needs a word on what is wrong."}
    disputed, evidence = chosen(values, Field.EVIDENCE), {one.criterion for one in opened.handoff.scoring.evidence}
    asked = reason.asks == "evidence" and evidence
    if (asked and not disputed) or (disputed and disputed not in evidence):
        block = Field.EVIDENCE if Field.EVIDENCE in values else Field.REASON
        return {str(block): f"“{reason.label}” needs the evidence that was wrong."}
    return {}


def still_asked(opened: forms.Opening, reason_id: str, disputed: str | None) -> Message | None:
    """What has to be said before the lead can be rejected for this reason, if anything."""
    handoff, reason = opened.handoff, opened.agreement.own.reason(reason_id)
    who = lead_in_short(public_facts(opened.facts))
    if reason is None:
        return without_modal.reasons(handoff.id, who, opened.agreement.own.reasons)
    if reason.asks == "detail":
        return without_modal.detail(handoff.id, who, reason)
    evidence = {one.criterion for one in handoff.scoring.evidence}
    if (reason.asks == "evidence" and evidence and not disputed) or (disputed and disputed not in evidence):
        lines = public_evidence(handoff.scoring.evidence, opened.facts, opened.agreement)
        return without_modal.evidence(handoff.id, who, reason, lines)
    return None
