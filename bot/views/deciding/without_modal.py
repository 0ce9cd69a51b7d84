"""Rejecting in a message: for when a window does not open."""

from collections.abc import Sequence

from bot.domain.lead import Evidence
from bot.domain.policy import Reason
from bot.views.blocks import (
    TEXT,
    Json,
    Message,
    actions,
    bold,
    button,
    line,
    option,
    plain,
    rich,
    section,
    spoken,
    stacked,
)
from bot.views.deciding.modals import evidence_options, in_short
from bot.views.ids import Action
from bot.views.text import clip_markup, ours

SLOW = "Slack was too slow to open the window. "
BETWEEN = ":"
"""What no id of ours has in it."""


def again(label: str, action_id: str, value: str) -> Message:
    """The button that opened nothing, once more."""
    told = line(f"{SLOW}Press again:")
    return Message(spoken(told), stacked(rich(told), actions(button(label, action_id, value))))


def reasons(handoff_id: str, who: str, choices: Sequence[Reason]) -> Message:
    """Why a lead is rejected, to be chosen here, or the window again."""
    options = [option(BETWEEN.join((handoff_id, one.id)), one.label, in_short(one)) for one in choices[:100]]
    opens = button("Open the form", Action.REJECT, handoff_id)
    return _about(who, f"{SLOW}Choose here, or press again:", _select("Why?", options), opens)


def evidence(handoff_id: str, who: str, reason: Reason, lines: Sequence[Evidence]) -> Message:
    """Which line of evidence was wrong, where the reason asks for it."""
    options = [
        option(BETWEEN.join((handoff_id, reason.id, criterion)), label) for criterion, label in evidence_options(lines)
    ]
    return _about(who, f"{reason.label}: what was not right?", _select("Choose a line", options[:100]))


def detail(handoff_id: str, who: str, reason: Reason) -> Message:
    """A reason that needs words needs the window."""
    opens = button("Open the form", Action.REJECT, handoff_id)
    return _about(who, f"“{reason.label}” needs a word from you on what is wrong.", opens)


def read(chosen: str) -> tuple[str, str, str | None]:
    """The handoff, the reason, and the criterion that is disputed, of what was chosen in a message."""
    handoff_id, _, rest = chosen.partition(BETWEEN)
    reason_id, _, disputed = rest.partition(BETWEEN)
    return handoff_id, reason_id, disputed or None


def refused(words: str) -> Message:
    """Why nothing was done, in words of ours that may mention people."""
    said = clip_markup(ours(words), TEXT)
    return Message(said, [section(said)])


def _select(placeholder: str, options: list[Json]) -> Json:
    return {
        "type": "static_select",
        "action_id": Action.REJECT_BECAUSE,
        "placeholder": plain(placeholder, 150),
        "options": options,
    }


def _about(who: str, words: str, *elements: Json) -> Message:
    """Whoever has several cards on a busy morning reads which lead this is about."""
    lead, told = line(bold(who)), line(words)
    return Message(spoken(lead, told), stacked(rich(lead, told), actions(*elements)))
