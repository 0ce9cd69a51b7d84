"""What is told in the thread of a card once a lead was accepted: the clock runs again, or the lead was taken back."""

from datetime import datetime

from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views.blocks import Leaf, Message, actions, bold, date, line, quoted, rich, spoken, stacked, user
from bot.views.cards.work import amount_of, call_buttons
from bot.views.privacy import public
from bot.views.text import known
from bot.views.wording import SALES, lead_in_short, overdue


def resumed(story: Story, turn: int, now: datetime) -> Message:
    """The wait is over, with what is due by when and the clicks that log it; then what became of it."""
    shared = public(story)
    handoff, about = shared.handoff, bold(lead_in_short(shared.facts))
    if not handoff.is_open or handoff.turn != turn or handoff.paused_at:
        return _told("The wait for ", about, " is over.")
    what = "next attempt" if handoff.touched_at else "first follow-up"
    due: tuple[Leaf, ...] = ()
    if handoff.deadline_at:
        due = (" was due " if overdue(handoff, now) else " is due by ", date(handoff.deadline_at))
    told = line("The wait for ", about, f" is over: your {what}", *(due or (" is due",)), ".")
    return Message(spoken(told), stacked(rich(told), actions(*call_buttons(shared))))


def taken_back(story: Story, viewer: str) -> Message:
    """To whoever accepted the lead and left it alone: that it was taken back, and who has it."""
    shared = public(story)
    handoff, about = shared.handoff, bold(lead_in_short(shared.facts))
    why = "because no follow-up was logged in time"
    if handoff.owner == viewer and handoff.state in {State.OFFERED, State.ACCEPTED}:
        return _told(about, " is yours again.")
    if handoff.is_pooled:
        return _told(about, " was opened to the whole team, ", why, ".")
    if handoff.state is State.RECYCLED and handoff.decided_by is None:
        return _told(about, " went back to marketing, ", why, ".")
    if handoff.owner and handoff.owner != viewer:
        return _told(about, " was given to ", user(handoff.owner), f", {why}.")
    return _told(about, " was taken back, ", why, ".")


def outcome(story: Story, kind: str) -> Message:
    """To marketing: what became of a lead of theirs, with whom, and of what was lost, why."""
    shared = public(story)
    told = next((one for one in shared.outcomes if one.kind == kind), None)
    owner = shared.handoff.owner
    holder: tuple[Leaf, ...] = (", with ", user(owner)) if owner else ()
    reason = known(told.reason or "") if told else None
    because: tuple[Leaf, ...] = (" ", quoted(reason)) if reason else ()
    what = (*(amount_of(told) if told else ()), *holder, ".", *because)
    return _told(bold(f"{SALES[kind]}: "), lead_in_short(shared.facts), *what)


def _told(*leaves: Leaf) -> Message:
    told = line(*leaves)
    return Message(spoken(told), stacked(rich(told)))
