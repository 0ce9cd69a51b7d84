"""The button of a task for marketing, and the form behind it: opened, read, checked, answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.fields import YES_OR_NO
from bot.domain.handoff import Refusal
from bot.domain.lead import fact
from bot.usecases.qualifying import completing
from bot.usecases.qualifying.telling import Incoming, Refused
from bot.views.deciding import modals
from bot.views.ids import Action, Form
from bot.views.qualifying import tasks as views
from handlers.intake.faults import faults_of
from handlers.intake.fields import Reading
from handlers.intake.incoming import LeadIn
from handlers.qualifying.manual import FORMS, SENDERS_WORDS
from handlers.slack.asking import refusal_of
from handlers.slack.clicks import Payload, chosen, person, request, tell, typed, value
from storage.database import Database

NOTHING_WRITTEN = "Fill something in, or say that you checked it."
NOTHING_TO_CHECK = "Write what you checked."


@dataclass(frozen=True, slots=True)
class Tasks:
    """The listeners of the button and of the submitted form."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.ADD_MISSING)(self.opened)
        app.view(Form.MISSING)(self.submitted)

    async def opened(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        lead_id, now = value(body), self.clock()
        refusal = await refusal_of(self.database, client, Ask.COMPLETE, person(body), now)
        asked = refusal or await completing.asked_about(self.database, lead_id, now)
        if isinstance(asked, Refusal):
            await tell(body, client, respond, asked.words)
        else:
            form = views.form(lead_id, asked.facts, asked.lacking)
            await client.views_open(trigger_id=body["trigger_id"], view=form)
        await ack()

    async def submitted(self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient) -> None:
        by, values, lead_id, now = person(body), view["state"]["values"], view["private_metadata"], self.clock()
        refusal = await refusal_of(self.database, client, Ask.COMPLETE, by, now)
        asked = refusal or await completing.asked_about(self.database, lead_id, now, request=request(body))
        if isinstance(asked, Refusal):
            await ack(response_action="update", view=modals.said("Not done", asked.words))
            return
        incoming, checked, errors = filled_in(values, asked, now)
        if errors or incoming is None:
            await ack(response_action="errors", errors=errors)
            return
        done = await completing.complete(self.database, lead_id, incoming, checked, by, now, request=request(body))
        if isinstance(done, Refused):
            await ack(response_action="errors", errors={done.where: f"{done.words[:1].upper()}{done.words[1:]}."})
        elif isinstance(done, Refusal):
            await ack(response_action="update", view=modals.said("Not done", done.words))
        else:
            words = views.saved(done.newest, done.lacking)
            await ack(response_action="update", view=modals.said(views.TITLE, words))


def filled_in(
    values: Payload, asked: completing.Asked, now: datetime
) -> tuple[Incoming | None, frozenset[str], dict[str, str]]:
    """What was written, what was vouched for, and all that is wrong with either, by block."""
    told = {field: answer for field in asked.fields if (answer := _answer(values, field)) is not None}
    checked = frozenset(field for field in asked.fields if chosen(values, views.checked(field)))
    errors = {
        views.checked(field): NOTHING_TO_CHECK
        for field in checked
        if field not in told and fact(asked.facts, field) is None
    }
    if not told and not checked:
        errors |= {one.field: NOTHING_WRITTEN for one in asked.lacking[:1]}
    try:
        lead = LeadIn.model_validate(_nested(told, asked), context=Reading(now))
    except ValidationError as error:
        return None, checked, errors | _faults(error, told)
    return lead.told(), checked, errors


def _answer(values: Payload, field: str) -> Any:
    """What stands in the input of a field, as a sender would send it."""
    if field in YES_OR_NO:
        answer = chosen(values, field)
        return None if answer is None else answer == "yes"
    text = typed(values, field)
    return None if text is None else FORMS.get(field, str)(text)


def _nested(told: Mapping[str, Any], asked: completing.Asked) -> dict[str, Any]:
    """`company.name` within `company`; a phone without a country code is read as one of the company's country."""
    known = {"source": asked.facts.source}
    if "phone" in told and asked.facts.company.country:
        known["company.country"] = asked.facts.company.country
    nested: dict[str, Any] = {}
    for field, answer in {**known, **told}.items():
        outer, _, inner = field.partition(".")
        (nested.setdefault(outer, {}) if inner else nested)[inner or outer] = answer
    return nested


def _faults(error: ValidationError, told: Mapping[str, Any]) -> dict[str, str]:
    """The first fault of each input; what is wrong elsewhere is said at the first."""
    found: dict[str, str] = {}
    for fault in faults_of(error, LeadIn):
        message = fault.message
        for theirs, ours in SENDERS_WORDS.items():
            message = message.replace(theirs, ours)
        field = fault.field.partition("[")[0]
        found.setdefault(field if field in told else next(iter(told)), message)
    return found
