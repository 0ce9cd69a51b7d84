"""The form in which marketing hands a lead over by hand: opened, read, checked, answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.handoff import Refusal
from bot.usecases.qualifying import manual
from bot.usecases.qualifying.telling import Incoming, Refused
from bot.views.deciding import modals
from bot.views.ids import Field, Form, Shortcut
from bot.views.qualifying import manual as views
from handlers.intake.faults import Fault
from handlers.intake.fields import Reading
from handlers.intake.incoming import read
from handlers.qualifying.messages import found_in
from handlers.slack.asking import refusal_of
from handlers.slack.clicks import Payload, chosen, person, request, tell, typed
from storage.database import Database

SOURCE = "slack"
NOBODY = "Write an e-mail address or a phone number."
WHY = "Say in a sentence what they said or did."
CHOOSE = "Choose one."
SENDERS_WORDS: Mapping[str, str] = {"send company.country": "fill in the country"}
"""What intake tells programs, in words for people."""


@dataclass(frozen=True, slots=True)
class NewLead:
    """The listeners of both shortcuts and of the submitted form."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.global_shortcut(Shortcut.HAND_OVER)(self.opened)
        app.message_shortcut(Shortcut.HAND_OVER_THIS)(self.opened)
        app.view(Form.NEW_LEAD)(self.submitted)

    async def opened(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """The form, with what the message tells of the lead when it was opened from one."""
        refusal = await refusal_of(self.database, client, Ask.QUALIFY, person(body), self.clock())
        shown = refusal or await form(self.database, found_in(body.get("message") or {}))
        if isinstance(shown, Refusal):
            await tell(body, client, respond, shown.words)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=shown)
        await ack()

    async def submitted(self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient) -> None:
        by, values, now = person(body), view["state"]["values"], self.clock()
        refusal = await refusal_of(self.database, client, Ask.QUALIFY, by, now)
        if refusal:
            await _not_done(ack, refusal)
            return
        incoming, errors = filled_in(values, now)
        if errors or incoming is None:
            await ack(response_action="errors", errors=errors)
            return
        word = manual.Word(
            typed(values, Field.WHY) or "",
            chosen(values, Field.PATH) or "",
            by,
            checked=chosen(values, Field.CHECKED) is not None,
        )
        outcome = await manual.qualify(self.database, incoming, word, now, request=request(body))
        await _answer(ack, outcome, values)


async def form(database: Database, initial: Mapping[str, str] | None = None) -> dict[str, Any] | Refusal:
    """The form, as the policy in force asks for it."""
    rules = await manual.rules(database)
    return views.new_lead(rules, initial) if rules else manual.NO_POLICY


async def _answer(ack: AsyncAck, outcome: manual.Outcome, values: Payload) -> None:
    if isinstance(outcome, Refusal):
        await _not_done(ack, outcome)
    elif isinstance(outcome, manual.HandedOver):
        shown = views.handed_over(outcome.facts, outcome.handoff, was_known=outcome.was_known)
        await ack(response_action="update", view=shown)
    else:
        errors = (
            {block_of(outcome.where, values): f"{outcome.words[:1].upper()}{outcome.words[1:]}."}
            if isinstance(outcome, Refused)
            else views.lacking(outcome.missing, outcome.unsure, values.keys())
        )
        await ack(response_action="errors", errors=errors)


async def _not_done(ack: AsyncAck, refusal: Refusal) -> None:
    await ack(response_action="update", view=modals.said("Not done", refusal.words))


def filled_in(values: Payload, now: datetime) -> tuple[Incoming | None, dict[str, str]]:
    """What was written, by the same rules as what senders send, and all that is wrong with it, by block."""
    told = read("leads", {**_written(values), "source": SOURCE}, Reading(now))
    faults = told if isinstance(told, tuple) else ()
    errors = {block_of(fault.field, values): _words(fault, values) for fault in reversed(faults)}
    if not typed(values, Field.WHY):
        errors[str(Field.WHY)] = WHY
    if not chosen(values, Field.PATH):
        errors[str(Field.PATH)] = CHOOSE
    return told if isinstance(told, Incoming) else None, errors


def _written(values: Payload) -> dict[str, Any]:
    """The boxes as a sender would send them: `company.name` within `company`, pain points as a list."""
    written: dict[str, Any] = {}
    for field in values:
        text = typed(values, field)
        if text is not None and (field in READABLE or field.startswith(views.ATTRIBUTE)):
            outer, _, inner = field.partition(".")
            (written.setdefault(outer, {}) if inner else written)[inner or outer] = FORMS.get(field, str)(text)
    return written


def _number(text: str) -> int | str:
    """What is no number is left for the model to refuse."""
    digits = text.replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() else text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


READABLE = frozenset({*views.BOXES, *(box.field for box in views.RARE)})
FORMS = {"company.employees": _number, "pain_points": _lines}


def block_of(field: str, values: Payload) -> str:
    """The input at which to say what is wrong with a field; the reason where it has none of its own."""
    name = field.partition("[")[0]
    return name if name in values else str(Field.WHY)


def _words(fault: Fault, values: Payload) -> str:
    if fault.field == "email" and not typed(values, "email"):
        return NOBODY
    message = fault.message
    for theirs, ours in SENDERS_WORDS.items():
        message = message.replace(theirs, ours)
    return message
