"""What stands in place of every message about a person who was erased."""

from datetime import datetime

from bot.views.blocks import DAY, Message, date, line, rich, stacked
from bot.views.text import words


def erased(at: datetime) -> Message:
    """One line, and nothing to press."""
    said = line("This person's data was erased on ", date(at, DAY), ".")
    return Message(words("This person's data was erased on {day}.", day=f"{at:%d %b}"), stacked(rich(said)), last=True)
