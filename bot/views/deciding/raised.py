"""One message that tells of many leads which need somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.story import Story
from bot.views.blocks import Json, Message, actions, bold, bullets, header, line, rich, spoken, stacked
from bot.views.deciding import escalations
from bot.views.deciding.notices import said, sorted_out, turns_late
from bot.views.privacy import public
from bot.views.wording import lead_in_short, listed

SHOWN, SORTED_SHOWN, SPOKEN = 10, 5, 3
"""How many leads stand in one message with all that is to be known, how many sorted ones, and how many are spoken."""


@dataclass(frozen=True, slots=True)
class Many:
    """What a message tells of: the first of those that need somebody, the longest overdue before the rest, and those
    that are sorted; and how many there are of either.
    """

    unsorted: Sequence[Story]
    in_all: int
    sorted_out: Sequence[Story]
    sorted_in_all: int
    told_again: int = 0
    """Of so many a later message tells."""


def escalation(many: Many, now: datetime) -> Message:
    """To the manager: each lead with who has it since when, and the buttons to act."""
    return _message(many, [block for story in many.unsorted for block in _acted_on(public(story), now)], now)


def escalation_line(many: Many, now: datetime) -> Message:
    """A line each, for the escalations channel."""
    shown = [public(story) for story in many.unsorted]
    told = bullets(line(*escalations.title(story), " ", *_elements(escalations.held(story))) for story in shown)
    return _message(many, stacked(rich(told)), now)


def more(in_all: int) -> Message:
    """A reply that rings, where the message above has grown."""
    return said(line(f"{_needing(in_all)} now, see above."))


def below(in_all: int) -> Message:
    """What is left of a message whose open leads are all in a later one: nobody should wonder where to press."""
    return said(line(f"{_needing(in_all)}, told again below."))


def _message(many: Many, blocks: list[Json], now: datetime) -> Message:
    title = _needing(many.in_all) if many.in_all else "All sorted"
    names = [lead_in_short(public(story).facts) for story in many.unsorted[:SPOKEN]]
    unnamed, unshown = many.in_all - len(names), many.in_all - len(many.unsorted)
    named = [*names, *([f"{unnamed} more"] if unnamed else [])]
    return Message(
        spoken(line(f"{title}: {listed(named)}." if names else f"{title}.")),
        stacked(
            header(title),
            *blocks,
            rich(line(f"And {unshown} more, shown here as these are sorted.")) if unshown else None,
            rich(line(f"{_needing(many.told_again)}, told again below.")) if many.told_again else None,
            _sorted(many),
        ),
        min((at for story in many.unsorted if (at := turns_late(story.handoff, now))), default=None),
    )


def _needing(count: int) -> str:
    return "1 lead needs somebody" if count == 1 else f"{count} leads need somebody"


def _acted_on(story: Story, now: datetime) -> list[Json]:
    told = rich(line(*escalations.title(story)), escalations.held(story), escalations.due(story, now))
    return stacked(told, actions(*escalations.buttons(story)))


def _elements(told: Json | None) -> Sequence[Json]:
    return told["elements"] if told else ()


def _sorted(many: Many) -> Json | None:
    if not many.sorted_in_all:
        return None
    rest = many.sorted_in_all - len(many.sorted_out)
    told = [sorted_out(public(story), "") for story in many.sorted_out]
    title = line(bold("Sorted")) if many.in_all else None
    return rich(title, bullets(told), line(f"and {rest} more") if rest else None)
