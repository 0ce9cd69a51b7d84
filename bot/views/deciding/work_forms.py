"""The windows in which whoever has a lead tells what became of it, or until when it waits."""

from datetime import date
from enum import StrEnum

from bot.domain.lead import Facts
from bot.views.blocks import Json, bold, choice, day_input, line, modal, number_input, rich, stacked, text_input
from bot.views.ids import Form
from bot.views.privacy import HIDDEN, without_addresses
from bot.views.wording import LOST_BECAUSE, SALES

LARGEST = 10**15


class Part(StrEnum):
    """`block_id`s of these forms."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    DAY = "day"
    BECAUSE = "because"
    DETAIL = "detail"
    UNTIL = "until"


FORM_OF = {"opportunity": Form.OPPORTUNITY, "won": Form.WON, "lost": Form.LOST}


def outcome(handoff_id: str, facts: Facts, kind: str, today: date, currency: str = "") -> Json:
    """When, how much and, of what was lost, why; what was said of the currency before stands in it."""
    money = (
        number_input(
            Part.AMOUNT, "Amount" if kind == "won" else "Expected amount", 0, LARGEST, whole=False, optional=True
        ),
        text_input(
            Part.CURRENCY, "Currency", optional=True, lines=False, most=3, hint="Such as EUR.", initial=currency
        ),
    )
    why = (
        choice(Part.BECAUSE, "Why was it lost?", list(LOST_BECAUSE.items()), placeholder="Choose a reason"),
        text_input(Part.DETAIL, "Anything to add?", optional=True, most=1000),
    )
    return modal(
        SALES[kind],
        stacked(_about(facts), *(why if kind == "lost" else money), day_input(Part.DAY, "When?", initial=today)),
        callback_id=FORM_OF[kind],
        submit="Save",
        about=handoff_id,
    )


def pause(handoff_id: str, facts: Facts, longest: str) -> Json:
    """Until which day the rep waits, and why."""
    return modal(
        "Wait for the prospect",
        stacked(
            _about(facts),
            day_input(Part.UNTIL, "Until which day?", hint=f"Your clock stands still; {longest} in all at most."),
            text_input(Part.DETAIL, "Why?", optional=True, most=500),
        ),
        callback_id=Form.PAUSE,
        submit="Wait",
        about=handoff_id,
    )


def _about(facts: Facts) -> Json | None:
    shown = without_addresses(facts.name)
    return None if shown == HIDDEN else rich(line(bold(shown)))
