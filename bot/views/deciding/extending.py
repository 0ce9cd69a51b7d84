"""The window in which a manager gives the owner of a lead more time."""

from collections.abc import Mapping

from bot.views.blocks import Json, bold, choice, line, modal, rich, stacked, text_input
from bot.views.ids import Field, Form
from bot.views.privacy import HIDDEN, without_addresses

MORE: Mapping[str, str] = {
    "1 business hour": "1 working hour",
    "4 business hours": "4 working hours",
    "1 business day": "1 working day",
    "2 business days": "2 working days",
}
"""What can be chosen: as the policy writes it, and as people read it."""
REASON = 300
"""How long the reason may be."""


def extend(handoff_id: str, lead_name: str, owner: str | None) -> Json:
    """How much more time, and why; the owner reads the reason."""
    shown = without_addresses(lead_name)
    return modal(
        "Give more time",
        stacked(
            None if shown == HIDDEN else rich(line(bold(shown))),
            choice(
                Field.MORE,
                "How much longer?",
                list(MORE.items()),
                placeholder="Choose one",
                hint="From the deadline, or from now if that has passed.",
            ),
            text_input(Field.WHY, "Why?", most=REASON, lines=False, hint=f"{owner or 'Whoever has it'} reads this."),
        ),
        callback_id=Form.EXTEND,
        submit="Give time",
        about=handoff_id,
    )
