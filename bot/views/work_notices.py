"""What is told in the thread of a card once a lead was accepted: the clock runs again, or the lead was taken back."""

from datetime import datetime

from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views.blocks import Leaf, Message, actions, bold, date, line, rich, spoken, stacked, user
from bot.views.privacy import public
from bot.views.wording import lead_in_short, overdue
from bot.views.work import call_buttons


def resumed(story: Story, turn: int, now: datetime) -> Message:
    """The wait is over, with what is due by when and the clicks that log it; then what became of it."""
    shared = public(story)
    handoff, about = shared.handoff, bold(lead_in_short(shared.facts))
    if not handoff.is_open or handoff.turn != turn or handoff.paused_at:
        told = line("The wait for ", about, " is over.")
        return Message(spoken(told), stacked(rich(told)))
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
        told = line(about, " is yours again.")
    elif handoff.is_pooled:
        told = line(about, " was opened to the whole team, ", why, ".")
    elif handoff.state is State.RECYCLED and handoff.decided_by is None:
        told = line(about, " went back to marketing, ", why, ".")
    elif handoff.owner and handoff.owner != viewer:
        told = line(about, " was given to ", user(handoff.owner), f", {why}.")
    else:
        told = line(about, " was taken back, ", why, ".")
    return Message(spoken(told), stacked(rich(told)))
