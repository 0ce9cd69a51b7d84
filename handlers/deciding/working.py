"""What whoever has an accepted lead presses and fills in: calls, follow-ups, waiting, and what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.deciding import working as rules
from bot.domain.handoff import Event, Refusal
from bot.usecases.deciding import forms, working
from bot.usecases.qualifying.telling import Result
from bot.views.deciding import modals, work_forms
from bot.views.deciding.work_forms import LARGEST, Part
from bot.views.ids import Action, Field, Form
from bot.views.wording import HOW, LOST_BECAUSE, OUTCOMES
from handlers.actions import Actions, UseCase
from handlers.intake.fields import EARLIEST, Currency
from handlers.slack.clicks import Payload, chosen, person, picked_day, request, typed
from handlers.views import answer
from storage.database import Database

Kind = Literal["opportunity", "won", "lost"]
CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)
STATUS: dict[Kind, tuple[Action, Form]] = {
    "opportunity": (Action.OPPORTUNITY, Form.OPPORTUNITY),
    "won": (Action.WON, Form.WON),
    "lost": (Action.LOST, Form.LOST),
}
View = Callable[[forms.Opening], Awaitable[dict[str, Any] | Refusal]]
AT_ONCE: dict[Action, UseCase] = {
    Action.LOG_REACHED: working.reached,
    Action.LOG_NO_ANSWER: working.no_answer,
    Action.RESUME: working.resume,
}


@dataclass(frozen=True, slots=True)
class Working:
    """The listeners of an accepted card's buttons and of the forms behind them."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        actions = Actions(self.database, self.clock)
        for action, use_case in AT_ONCE.items():
            app.action(action)(actions.deciding(use_case))
        opened: dict[Action, tuple[Event, View]] = {
            Action.LOG_FOLLOW_UP: (Event.FOLLOW_UP, self._follow_up_form),
            Action.PAUSE: (Event.PAUSE, self._pause_form),
            **{action: (Event.OUTCOME, partial(self._outcome_form, kind)) for kind, (action, _) in STATUS.items()},
        }
        for action, (event, view) in opened.items():
            app.action(action)(actions.touching(actions.opening(event, _of(view))))
        app.view(Form.FOLLOW_UP)(self.follow_up)
        app.view(Form.PAUSE)(self.pause)
        for kind, (_, form) in STATUS.items():
            app.view(form)(self.telling(kind))

    async def _follow_up_form(self, opened: forms.Opening) -> dict[str, Any]:
        return modals.follow_up(opened.handoff.id, opened.facts.name)

    async def _pause_form(self, opened: forms.Opening) -> dict[str, Any] | Refusal:
        if refusal := rules.cannot_wait(opened.handoff):
            return refusal
        longest = opened.agreement.promises.pause(opened.handoff.sla)
        return work_forms.pause(opened.handoff.id, opened.facts, str(longest))

    async def _outcome_form(self, kind: Kind, opened: forms.Opening) -> dict[str, Any] | Refusal:
        if refusal := rules.untold(opened.handoff):
            return refusal
        zone = ZoneInfo(working.hours_of(opened.handoff, opened.agreement).zone)
        today = self.clock().astimezone(zone).date()
        return work_forms.outcome(opened.handoff.id, opened.facts, kind, today)

    async def follow_up(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values = view["state"]["values"]
        how, outcome, note = chosen(values, Field.HOW), chosen(values, Field.OUTCOME), typed(values, Field.NOTE)
        offered = {Field.HOW: how in HOW, Field.OUTCOME: outcome in OUTCOMES}
        if how and outcome and all(offered.values()):
            handoff_id, by, now = view["private_metadata"], person(body), self.clock()
            decided = await working.log_follow_up(
                self.database, handoff_id, by, how, outcome, note, now, request=request(body)
            )
            await answer(ack, decided)
        else:
            unset = [field for field, is_offered in offered.items() if not is_offered]
            await ack(response_action="errors", errors={str(field): "Choose one." for field in unset})

    async def pause(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        values = view["state"]["values"]
        day = picked_day(values, Part.UNTIL)
        if day is None:
            await ack(response_action="errors", errors={str(Part.UNTIL): "Choose a day."})
            return
        handoff_id, by, why = view["private_metadata"], person(body), typed(values, Part.DETAIL)
        decided = await working.pause(self.database, handoff_id, by, day, why, self.clock(), request=request(body))
        await answer(ack, decided)

    def telling(self, kind: Kind) -> Callable[[AsyncAck, Payload, Payload], Awaitable[None]]:
        """The form that tells what became of a lead."""

        async def tell(ack: AsyncAck, body: Payload, view: Payload) -> None:
            values = view["state"]["values"]
            told, errors = filled_in(kind, values)
            day = picked_day(values, Part.DAY)
            if day and day < EARLIEST.date():
                errors[str(Part.DAY)] = f"Not before {EARLIEST.year}."
            if errors:
                await ack(response_action="errors", errors=errors)
                return
            handoff_id, by = view["private_metadata"], person(body)
            decided = await working.report(
                self.database, handoff_id, by, told, day, self.clock(), request=request(body)
            )
            if decided is working.NOT_YET:
                await ack(response_action="errors", errors={str(Part.DAY): working.NOT_YET.words})
            else:
                await answer(ack, decided)

        return tell


def _of(view: View) -> Callable[[Actions, forms.Opening], Any]:
    return lambda _actions, opened: view(opened)


def filled_in(kind: Kind, values: Payload) -> tuple[Callable[[datetime], Result], dict[str, str]]:
    """What was told, but for when; and all that is wrong with it, by block."""
    errors: dict[str, str] = {}
    amount = _amount(typed(values, Part.AMOUNT), errors)
    currency = _currency(typed(values, Part.CURRENCY), errors)
    if amount is not None and currency is None:
        errors.setdefault(str(Part.CURRENCY), "In which currency? Three letters, such as EUR.")
    why = chosen(values, Part.BECAUSE) or ""
    if kind == "lost" and why not in LOST_BECAUSE:
        errors[str(Part.BECAUSE)] = "Choose a reason."
    reason = ": ".join(filter(None, (LOST_BECAUSE.get(why), typed(values, Part.DETAIL)))) or None
    told = partial(
        Result,
        kind,
        amount=amount,
        currency=currency if amount is not None else None,
        reason=reason if kind == "lost" else None,
    )
    return told, errors


def _amount(written: str | None, errors: dict[str, str]) -> float | None:
    if written is None:
        return None
    try:
        amount = float(written)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= LARGEST:
        errors[str(Part.AMOUNT)] = "Write a number, such as 12000 or 99.50."
    return amount


def _currency(written: str | None, errors: dict[str, str]) -> str | None:
    try:
        return CURRENCY.validate_python(written) if written else None
    except ValidationError:
        errors[str(Part.CURRENCY)] = "Write the currency's three letters, such as EUR."
        return None
