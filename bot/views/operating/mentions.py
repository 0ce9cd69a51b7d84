"""What stands in a channel in place of a direct message that could not be written."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views.blocks import Message, bold, line, rich, spoken, stacked, user
from bot.views.deciding import escalations, notices
from bot.views.privacy import public
from bot.views.text import Markup
from bot.views.wording import lead_in_short


def mention(story: Story, details: Mapping[str, Any], now: datetime) -> Message:
    """Calls the person by name and says what the direct message says; without contact details, as all in a channel."""
    if not notices.needs_someone(story, details["turn"]):
        return escalations.escalation_line(story, details["turn"])
    return called(details["person"], INSTEAD[details["of"]](story, now, details["turn"]))


def called(person: str, told: Message) -> Message:
    """The message in a place where all of the channel read it, with the name of whom it is for."""
    called = line(user(person), ", I cannot write to you directly.")
    return Message(Markup(f"{spoken(called)} {told.text}"), [*stacked(rich(called)), *told.blocks])


def _card(story: Story, _now: datetime, _turn: int) -> Message:
    about, accepted = bold(lead_in_short(public(story).facts)), story.handoff.state is State.ACCEPTED
    told = line(about, " is yours.", "" if accepted else " Accept or reject it on the card above.")
    return Message(spoken(told), stacked(rich(told)))


INSTEAD: Mapping[str, Callable[[Story, datetime, int], Message]] = {
    "dm": _card,
    "reminder": notices.reminder,
    "escalation": escalations.escalation,
}
