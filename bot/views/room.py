"""How much of a long list a message or a window has room for."""

from collections.abc import Callable, Sequence

from bot.views.blocks import Json, bullets, line
from bot.views.text import characters

LINES = (40, 20, 10, 5, 3, 1)
"""How many lines of a list are shown: the first of these that leaves room for everything."""
WINDOW, MESSAGE = 60_000, 10_000
"""Characters in all; Slack takes less in a message."""


def most_that_fits(told: Callable[[int], list[Json]], room: int) -> list[Json]:
    """What is told with as many lines a list as there is room for."""
    shown = map(told, LINES)
    return next((blocks for blocks in shown if length(blocks) <= room), told(LINES[-1]))


def first_of(lines: Sequence[Json | None], most: int) -> Json | None:
    """A list of the first few, and how many there are beyond."""
    kept = [one for one in lines if one]
    rest = len(kept) - most
    return bullets((*kept[:most], line(f"and {rest} more"))) if rest > 0 else bullets(kept)


def length(shown: object) -> int:
    """How many characters people read in these blocks."""
    if isinstance(shown, list):
        return sum(map(length, shown))
    if not isinstance(shown, dict):
        return 0
    return sum(
        characters(one) if name == "text" and isinstance(one, str) else length(one) for name, one in shown.items()
    )
