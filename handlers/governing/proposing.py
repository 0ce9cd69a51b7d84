"""Proposing a change of the policy: the form opens, adapts to what is chosen, and is put up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.definition import Criterion, FieldCondition, SignalCondition
from bot.domain.governing.policy_edit import (
    ASKABLE,
    Addition,
    Edit,
    Points,
    Threshold,
    field_condition,
    id_for,
    now_is,
    within,
)
from bot.domain.governing.start_day import day_of
from bot.domain.handoff import Refusal
from bot.domain.lead import Reading
from bot.domain.policy import Policy
from bot.usecases.governing import proposals
from bot.views.deciding import modals
from bot.views.governing import proposing
from bot.views.governing.proposals import day as day_words
from bot.views.governing.proposing import ABOUTS, HOW, WHATS, About, Part, What
from bot.views.ids import Action, Form
from bot.views.text import clean
from handlers.slack.clicks import Payload, chosen, person, picked_day, request, tell, typed, version, whole_number
from handlers.views import answer
from storage.database import Database

CHOOSE, NUMBER = "Choose one.", "Write a whole number."
LATEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Proposing:
    """The listeners of the button and the form."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.action(Action.PROPOSE)(self.open)
        app.action(Action.CHOOSE_CHANGE)(self.adapt)
        app.action(Action.CHOOSE_QUESTION)(self.adapt)
        app.view(Form.PROPOSE)(self.propose)

    async def open(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """From a message a window of its own; from a window, in its place."""
        view = await form(self.database, person(body))
        around = body.get("view") or {}
        if isinstance(view, Refusal):
            await tell(body, client, respond, view.words)
        elif around.get("type") == "modal":
            await client.views_update(view_id=around["id"], view=view)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def adapt(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """The form asks for what the chosen kind of change needs; what was typed stays."""
        shown = body["view"]
        view = await form(self.database, person(body), (shown.get("state") or {}).get("values", {}))
        if isinstance(view, Refusal):
            await tell(body, client, respond, view.words)
        else:
            await client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        await ack()

    async def propose(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values, by, now = view["state"]["values"], person(body), self.clock()
        opened = await proposals.opening(self.database, by)
        if isinstance(opened, Refusal):
            await answer(ack, opened)
            return
        edit, errors = edit_of(values, opened.policy)
        why, day = typed(values, Part.WHY), picked_day(values, Part.FROM)
        today = day_of(opened.policy, now)
        if not why:
            errors[Part.WHY] = "Say why, so that everyone who signs knows."
        if day and not 0 <= (day - today).days <= LATEST_DAYS:
            errors[Part.FROM] = "Choose a day from today on, within a year."
        if errors or edit is None:
            await ack(response_action="errors", errors={str(part): words for part, words in errors.items()})
            return
        base, once = version(view["private_metadata"]), request(body)
        done = await proposals.propose(self.database, base, edit, why or "", day, by, now, request=once)
        if isinstance(done, proposals.Unfit):
            await ack(response_action="errors", errors={place_of(edit): " ".join(done.problems)[:500]})
        elif isinstance(done, Refusal):
            await answer(ack, done)
        else:
            await ack(response_action="update", view=modals.said("Proposed", told(done, opened.policy)))


async def form(database: Database, by: str, values: Payload | None = None) -> dict[str, Any] | Refusal:
    """The form as it is after what has been chosen in it."""
    opened = await proposals.opening(database, by)
    if isinstance(opened, Refusal):
        return opened
    what, about = chosen(values or {}, Part.WHAT), chosen(values or {}, Part.ABOUT)
    return proposing.propose(
        opened.version,
        opened.policy,
        cast(What, what) if what in WHATS else "threshold",
        cast(About, about) if about in ABOUTS else "field",
        opened.pending,
    )


def told(done: proposals.Proposed, policy: Policy) -> str:
    applied = done.applied
    start = day_words(day_of(policy, applied.starts_at)) if applied.starts_at else None
    in_force = applied.state != "pending"
    return proposing.proposed(applied.version, applied.signers, start, done.doubts, in_force=in_force)


def place_of(edit: Edit) -> str:
    """The field under which to say what is wrong with the change as a whole."""
    return str(Part.LEAST if isinstance(edit, Threshold) else Part.POINTS)


Errors = dict[Part, str]


def edit_of(values: Payload, policy: Policy) -> tuple[Edit | None, Errors]:
    """What the form says, or every field that is missing or wrong."""
    read = READ.get(chosen(values, Part.WHAT) or "", _threshold)
    return read(values, policy)


def _threshold(values: Payload, policy: Policy) -> tuple[Edit | None, Errors]:
    path, _, reading = (chosen(values, Part.THRESHOLD) or "").partition(":")
    least = whole_number(values, Part.LEAST)
    unset = {Part.THRESHOLD: policy.path(path) is None or reading not in get_args(Reading)}
    errors = {part: CHOOSE for part, is_unset in unset.items() if is_unset}
    if least is None or least < 0:
        errors[Part.LEAST] = NUMBER
    if errors:
        return None, errors
    return _new(Threshold(path, cast(Reading, reading), least or 0), policy, Part.LEAST)


def _points(values: Payload, policy: Policy) -> tuple[Edit | None, Errors]:
    criterion, points = chosen(values, Part.CRITERION) or "", whole_number(values, Part.POINTS)
    errors = {} if policy.criterion(criterion) else {Part.CRITERION: CHOOSE}
    if points is None:
        errors[Part.POINTS] = NUMBER
    if errors:
        return None, errors
    return _new(Points(criterion, points or 0), policy, Part.POINTS)


def _new(edit: Threshold | Points, policy: Policy, part: Part) -> tuple[Edit | None, Errors]:
    wanted = edit.least if isinstance(edit, Threshold) else edit.points
    return (None, {part: "That is what it is now."}) if now_is(policy, edit) == wanted else (edit, {})


def _addition(values: Payload, policy: Policy) -> tuple[Edit | None, Errors]:
    label, reading = clean(typed(values, Part.LABEL) or "").strip(), chosen(values, Part.READING)
    points = whole_number(values, Part.POINTS)
    when, errors = (_signal if chosen(values, Part.ABOUT) == "signal" else _field)(values)
    if not label:
        errors[Part.LABEL] = "Say what it is called."
    if reading not in get_args(Reading):
        errors[Part.READING] = CHOOSE
    if not points or abs(points) > proposing.MOST_POINTS:
        errors[Part.POINTS] = f"Write a whole number up to {proposing.MOST_POINTS:,}, and not zero."
    if errors or when is None:
        return None, errors
    new_id, side = id_for(label, policy), cast(Reading, reading)
    return Addition(Criterion(id=new_id, label=label[:100], reading=side, points=points or 0, when=when)), {}


def _field(values: Payload) -> tuple[FieldCondition | None, Errors]:
    field, how = chosen(values, Part.FIELD) or "", chosen(values, Part.HOW) or ""
    offered = {Part.FIELD: field in ASKABLE, Part.HOW: how in HOW}
    errors = {part: CHOOSE for part, is_offered in offered.items() if not is_offered}
    if errors:
        return None, errors
    condition = field_condition(field, how, clean(typed(values, Part.VALUE) or "").strip())
    return (None, {Part.VALUE: condition}) if isinstance(condition, str) else (condition, {})


def _signal(values: Payload) -> tuple[SignalCondition | None, Errors]:
    kind, times = clean(typed(values, Part.SIGNAL) or "").strip()[:100], whole_number(values, Part.COUNT)
    length = within(typed(values, Part.WITHIN))
    errors: Errors = {} if kind else {Part.SIGNAL: "Say which signal."}
    if typed(values, Part.COUNT) and (times is None or times < 1):
        errors[Part.COUNT] = "Write a whole number from 1 on."
    if isinstance(length, str):
        errors[Part.WITHIN] = length
        length = None
    if errors:
        return None, errors
    return SignalCondition(signal=kind, at_least=times or 1, within=length), {}


READ: Mapping[str, Callable[[Payload, Policy], tuple[Edit | None, Errors]]] = {
    "threshold": _threshold,
    "points": _points,
    "criterion": _addition,
}
