"""How a handoff stands, in one or two lines for one reader."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.handoff import Handoff, State
from bot.domain.story import Story
from bot.views.blocks import Json, Leaf, bold, date, line, quoted, user
from bot.views.cards.work import standing, tried
from bot.views.text import known
from bot.views.wording import overdue, reason_label

EVERYONE = ""
"""A reader who is nobody in particular: a channel."""

PASSED_ON = {
    "missed": ", because you did not answer in time",
    "pooled": ", because you did not answer in time",
    "idle": ", because you had logged nothing in time",
    "rejected": ", after you turned it down",
    "reassigned": ", reassigned by the manager",
    "taken over": ", who took it over",
    "owner gone": ", because you are no longer in the team",
    "given away": ", because you were away and gave it to colleagues",
}


def status(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    """The lines that say who has the lead, what is expected of them by when, or what was decided."""
    return LINES[story.handoff.state](story, viewer, now)


def somebody(person: str | None, viewer: str) -> Leaf:
    """`You`, or a mention."""
    if person is None:
        return "Nobody"
    return "You" if person == viewer else user(person)


def _waiting(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    handoff = story.handoff
    if handoff.is_pooled:
        everyone = bold(f"Open to everyone in {handoff.team}: ")
        return (line(everyone, "whoever accepts first has it.", *_by(handoff, now)),)
    if handoff.ask_manager:
        return (line(bold("Nobody can take this lead. "), *_please_assign(handoff, viewer)),)
    opening: tuple[Leaf, ...] = (" It is offered ", date(handoff.due_at), ".") if handoff.due_at else ()
    return (line(bold("Nobody is on shift for this lead."), *opening),)


def _by(handoff: Handoff, now: datetime) -> tuple[Leaf, ...]:
    if handoff.deadline_at is None:
        return ()
    return (" Overdue since " if overdue(handoff, now) else " Answer by ", date(handoff.deadline_at), ".")


def _please_assign(handoff: Handoff, viewer: str) -> tuple[Leaf, ...]:
    asked = handoff.owner
    return (user(asked), ", please assign it.") if asked and asked != viewer else ("Please assign it.",)


def _offered(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    return (*_to_answer(story, viewer, now), *tried(story, viewer))


def _to_answer(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    handoff = story.handoff
    owner = handoff.owner or ""
    by = date(handoff.deadline_at) if handoff.deadline_at else None
    if by is None:
        return (line("Yours to answer." if owner == viewer else user(owner)),)
    if overdue(handoff, now):
        whose: tuple[Leaf, ...] = ("still yours to answer.",) if owner == viewer else ("waiting for ", user(owner), ".")
        return (line(bold("Overdue"), " since ", by, ", ", *whose),)
    if owner == viewer:
        return (line(bold("Yours to answer by "), by, "."),)
    return (line(user(owner), " answers by ", by, "."),)


def _accepted(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    handoff = story.handoff
    by = handoff.decided_by or handoff.owner
    if handoff.origin == "claim" and by == handoff.qualified_by:
        # Claiming is accepting: the card says who claimed it.
        return standing(story, viewer, now)
    on = (" ", date(handoff.accepted_at)) if handoff.accepted_at else ()
    accepted = line(somebody(by, viewer), " accepted this lead", *on, *_on_behalf(handoff, by), ".")
    return accepted, *standing(story, viewer, now)


def _on_behalf(handoff: Handoff, by: str | None) -> tuple[Leaf, ...]:
    return (" for ", user(handoff.owner)) if handoff.owner and handoff.owner != by else ()


def _recycled(story: Story, viewer: str, _now: datetime) -> tuple[Json | None, ...]:
    handoff = story.handoff
    if handoff.decided_by is None:
        on = (" ", date(handoff.closed_at)) if handoff.closed_at else ()
        return line("Nobody answered in time, so this lead went back to marketing", *on, "."), comes_back(story)
    return _decided(story, viewer, " sent this lead back to marketing"), detail(story), comes_back(story)


def _disqualified(story: Story, viewer: str, _now: datetime) -> tuple[Json | None, ...]:
    return _decided(story, viewer, " disqualified this lead"), detail(story)


def _withdrawn(story: Story, _viewer: str, _now: datetime) -> tuple[Json | None, ...]:
    if story.merged:
        holder: Leaf = user(story.merged.owner) if story.merged.owner else "marketing"
        return (line("This is one person with another lead, who is with ", holder, ". There is nothing to do here."),)
    on = (" ", date(story.handoff.closed_at)) if story.handoff.closed_at else ()
    return (line("This lead was withdrawn", *on, ". There is nothing left to do."),)


def _decided(story: Story, viewer: str, did: str) -> Json | None:
    handoff = story.handoff
    reason = reason_label(story, handoff.reason)
    at = handoff.decided_at or handoff.closed_at
    on: tuple[Leaf, ...] = (" ", date(at)) if at else ()
    return line(somebody(handoff.decided_by, viewer), did, *on, *((": ", bold(reason)) if reason else ()), ".")


def detail(story: Story) -> Json | None:
    """What the rep added, and the line of evidence they dispute."""
    handoff = story.handoff
    disputed = next((one.label for one in handoff.scoring.evidence if one.criterion == handoff.disputed), None)
    return line(
        *(("Disputed: ", bold(disputed), ". ") if disputed else ()),
        quoted(handoff.detail) if handoff.detail and known(handoff.detail) else None,
    )


def comes_back(story: Story) -> Json | None:
    if story.cool_off_until is None:
        return None
    return line("It may come back after ", date(story.cool_off_until), ".")


def handed_on(story: Story, viewer: str) -> Json | None:
    """Who handed the lead on to whoever has it, and in which words."""
    told, owner = story.handed_on, story.handoff.owner
    if told is None or owner is None or story.handoff.state not in {State.OFFERED, State.ACCEPTED}:
        return None
    to: Leaf = user(owner) if owner != viewer else "yourself" if told.by == viewer else "you"
    note: tuple[Leaf, ...] = (": ", quoted(told.note)) if told.note and known(told.note) else (".",)
    return line(somebody(told.by, viewer), bold(f" {HANDED_ON[told.how]} "), to, *note)


HANDED_ON = {"passed on": "passed this on to", "rerouted": "sent this on to", "reassigned": "assigned this to"}


def passed_on(story: Story, viewer: str) -> Json | None:
    """What became of a lead that this rep no longer has."""
    owner = story.handoff.owner
    if story.handoff.is_pooled:
        return line(f"Open to everyone in {story.handoff.team} now{why_passed_on(story, viewer)}.")
    if owner is None:
        return line("Passed on.")
    return line("Passed on to ", user(owner), why_passed_on(story, viewer), ".")


def why_passed_on(story: Story, viewer: str) -> str:
    """How this rep's last turn ended, as the end of a sentence."""
    own = [one for one in story.past_offers if one.rep == viewer]
    return PASSED_ON.get(max(own, key=lambda one: one.offered_at).ended, "") if own else ""


LINES: Mapping[State, Callable[[Story, str, datetime], tuple[Json | None, ...]]] = {
    State.WAITING: _waiting,
    State.OFFERED: _offered,
    State.ACCEPTED: _accepted,
    State.RECYCLED: _recycled,
    State.DISQUALIFIED: _disqualified,
    State.WITHDRAWN: _withdrawn,
}
