"""The windows of a rep who does not simply accept: passing a lead on, and asking marketing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.views.blocks import Json, Option, bold, choice, line, modal, rich, stacked, text_input
from bot.views.deciding.modals import HAND_OVER_NOTE
from bot.views.ids import Field, Form
from bot.views.privacy import HIDDEN, without_addresses

QUESTION = 1000
"""How long a question may be."""


def pass_on(
    handoff_id: str, lead_name: str, colleagues: Sequence[Option], back: Mapping[str, str] | None = None
) -> Json:
    """Which colleague (Slack id, and name with how they stand) gets the lead, and what they should know.

    `back` says by Slack id when those who are not on shift will be.
    """
    return modal(
        "Pass on this lead",
        stacked(
            _about(lead_name),
            choice(
                Field.REP,
                "Who should have it?",
                colleagues,
                placeholder="Choose a colleague",
                described=back,
                hint="Their clock starts anew. You do not get this lead again unless it does something new.",
            ),
            text_input(Field.NOTE, "What should they know?", optional=True, most=HAND_OVER_NOTE),
        ),
        callback_id=Form.PASS_ON,
        submit="Pass on",
        about=handoff_id,
    )


def colleague(name: str, why: str, team: str | None) -> str:
    """`Ravi Rao`, `Ravi Rao, away`, `Lena Lopez (americas), off shift`; a team only where it is another."""
    named = f"{name} ({team})" if team else name
    return named if why == "on shift" else f"{named}, {why}"


def next_shift(back: datetime) -> str:
    """`Next shift Mon 23 Nov, 09:00 their time`; expects their own zone, for an option holds no date token."""
    return f"Next shift {back:%a %d %b, %H:%M} their time"


def ask_marketing(handoff_id: str, lead_name: str) -> Json:
    """What a rep wants to know of marketing."""
    return modal(
        "Ask marketing",
        stacked(
            _about(lead_name),
            text_input(
                Field.QUESTION,
                "What do you want to know?",
                most=QUESTION,
                hint="The answer comes under your card. Your clock goes on meanwhile.",
            ),
        ),
        callback_id=Form.ASK_MARKETING,
        submit="Ask",
        about=handoff_id,
    )


def _about(lead_name: str) -> Json | None:
    shown = without_addresses(lead_name)
    return None if shown == HIDDEN else rich(line(bold(shown)))
