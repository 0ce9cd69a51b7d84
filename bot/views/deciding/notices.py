"""Messages beside the card: reminders, escalations, and what marketing hears."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.handoff import Handoff, State
from bot.domain.lead import Evidence
from bot.domain.story import Story
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    context,
    date,
    header,
    line,
    rich,
    spoken,
    stacked,
    user,
)
from bot.views.cards import facts
from bot.views.cards.status import comes_back, detail
from bot.views.cards.summary import lead
from bot.views.cards.work import call_buttons
from bot.views.privacy import public
from bot.views.text import Markup, mention, when, words
from bot.views.wording import lead_in_short, overdue, reason_label, shortfall

EVIDENCE_LINES = 6


def reminder(story: Story, now: datetime, turn: int) -> Message:
    """A nudge to the owner, in the thread of their card; what became of it, once it is done or somebody else's."""
    shared = public(story)
    if not needs_someone(shared, turn):
        return said(sorted_out(shared))
    handoff, about = shared.handoff, bold(lead_in_short(shared.facts))
    if handoff.paused_until:
        return said(line(about, ": waiting for the prospect until ", date(handoff.paused_until), "."))
    what, ask = _asked_of(handoff)
    told = said(line(f"{what} ", about, " ", *when_due(handoff, now), f". {ask}"), until=turns_late(handoff, now))
    logs = [actions(*call_buttons(shared))] if handoff.state is State.ACCEPTED else []
    return replace(told, blocks=[*told.blocks, *logs])


def _asked_of(handoff: Handoff) -> tuple[str, str]:
    """What is expected of whoever has the lead, and how they do it."""
    if handoff.state is not State.ACCEPTED:
        return ANSWER
    return NEXT_ATTEMPT if handoff.touched_at else FIRST_FOLLOW_UP


def nudge(story: Story, now: datetime, turn: int) -> Message:
    """The same in the thread of the team's card: to whoever has the lead, or to all who may take it."""
    shared = public(story)
    if not needs_someone(shared, turn):
        return said(sorted_out(shared))
    handoff, about, until = shared.handoff, bold(lead_in_short(shared.facts)), turns_late(shared.handoff, now)
    due = when_due(handoff, now)
    if handoff.is_pooled or handoff.owner is None:
        return said(line("Who takes ", about, "? An answer ", *due, ". Accept it on the card above."), until=until)
    what, _ = _asked_of(handoff)
    return said(line(user(handoff.owner), f", {what[:1].lower()}{what[1:]} ", about, " ", *due, "."), until=until)


def when_due(handoff: Handoff, now: datetime) -> tuple[Leaf, ...]:
    """`is due in 30 minutes, today 15:00`; a promise that is half a day away has no need of a countdown."""
    if handoff.deadline_at is None:
        return ("is open",)
    if overdue(handoff, now):
        return "was due ", date(handoff.deadline_at)
    left = handoff.deadline_at - now
    return ("is due " if left > HALF_A_DAY else f"is due in {_roughly(left)}, "), date(handoff.deadline_at)


HALF_A_DAY = timedelta(hours=12)


def _roughly(left: timedelta) -> str:
    minutes = max(1, round(left.total_seconds() / 60))
    count, unit = (minutes, "minute") if minutes < 90 else (round(minutes / 60), "hour")
    return f"{count} {unit}{'s' * (count != 1)}"


def turns_late(handoff: Handoff, now: datetime) -> datetime | None:
    """When what is due will have been due."""
    return handoff.deadline_at if handoff.deadline_at and now < handoff.deadline_at else None


ANSWER = ("Your answer for", "Accept or reject it on the card above.")
FIRST_FOLLOW_UP = ("Your first follow-up with", "Log it here, or on the card above.")
NEXT_ATTEMPT = ("Your next attempt to reach", FIRST_FOLLOW_UP[1])


def said(*lines: Json | None, until: datetime | None = None) -> Message:
    return Message(spoken(*lines), stacked(rich(*lines)), until)


def needs_someone(story: Story, turn: int) -> bool:
    """Open, and still in the turn whose clock rang: whoever got the lead since has a clock of their own."""
    return story.handoff.is_open and story.handoff.turn == turn


def sorted_out(story: Story, begins: str = "Sorted: ") -> Json | None:
    """What became of a lead that needed somebody, by whom, when."""
    handoff, about = story.handoff, bold(lead_in_short(story.facts))
    if handoff.is_pooled:
        return line(begins, about, " is open to the whole team now.")
    if handoff.state in {State.OFFERED, State.WAITING}:
        holder: tuple[Leaf, ...] = (
            (" is with ", user(handoff.owner), " now.") if handoff.owner else (" waits for a rep.",)
        )
        return line(begins, about, *holder)
    by, at = (handoff.decided_by, handoff.decided_at) if handoff.decided_by else (None, handoff.closed_at)
    did = SORTED[handoff.state][by is None]
    if handoff.state is State.ACCEPTED and any(one.ended == "taken over" for one in story.past_offers[-1:]):
        did = "took it over"
    who: tuple[Leaf, ...] = (user(by), " ") if by else ()
    on: tuple[Leaf, ...] = (" ", date(at)) if at else ()
    return line(begins, about, ". ", *who, did, *on, ".")


SORTED = {
    State.ACCEPTED: ("accepted it", "It was accepted"),
    State.RECYCLED: ("sent it back to marketing", "Nobody answered, so it went back to marketing"),
    State.DISQUALIFIED: ("disqualified it", "It was disqualified"),
    State.WITHDRAWN: ("withdrew it", "It was withdrawn"),
}
"""What a person did, and what happened without one."""


def returned(story: Story, _now: datetime) -> Message:
    """To marketing: which lead sales gave back, why, and when it may come again."""
    shared = public(story)
    handoff, about = shared.handoff, lead_in_short(shared.facts)
    if handoff.state not in GIVEN_BACK:
        owner: Leaf = user(handoff.owner) if handoff.owner else "sales"
        return said(line(bold("Taken back: "), about, " is with ", owner, " again."))
    title, refused = f"{GIVEN_BACK[handoff.state]}: {about}", _refused(shared)
    return Message(
        spoken(line(f"{title}."), refused),
        stacked(
            header(title),
            rich(refused, detail(shared), comes_back(shared)),
            rich(facts.company(shared.facts), facts.why(shared)),
            _as_handed_over(handoff.scoring.evidence, handoff.disputed),
            facts.origin(shared),
        ),
    )


GIVEN_BACK = {State.RECYCLED: "Back from sales", State.DISQUALIFIED: "Disqualified by sales"}


def _refused(story: Story) -> Json | None:
    handoff = story.handoff
    at = handoff.decided_at or handoff.closed_at
    on: tuple[Leaf, ...] = (" ", date(at)) if at else ()
    if handoff.decided_by is None:
        return line(bold("Nobody answered in time"), ", so it came back", *on, ".")
    reason = reason_label(story, handoff.reason) or "Refused"
    return line(bold(reason), ", says ", user(handoff.decided_by), *on, ".")


def _as_handed_over(evidence: Sequence[Evidence], disputed: str | None) -> Json | None:
    if not evidence:
        return None
    first = sorted(evidence, key=lambda one: one.criterion != disputed)[:EVIDENCE_LINES]
    rest = len(evidence) - len(first)
    return rich(
        line(bold("Handed over because")),
        bullets(facts.evidence_line(one, disputed=one.criterion == disputed) for one in first),
        line(f"and {rest} more") if rest else None,
    )


def accepted(story: Story, _now: datetime) -> Message:
    """To marketing: one quiet line that sales took the lead, or that this was taken back."""
    shared = public(story)
    handoff, who = shared.handoff, lead(shared.facts)
    if handoff.state is not State.ACCEPTED or handoff.owner is None:
        told = words("The acceptance of {lead} was taken back.", lead=who)
    else:
        at = words(" {at}", at=when(handoff.accepted_at)) if handoff.accepted_at else Markup("")
        claimed = handoff.origin == "claim" and handoff.decided_by == handoff.qualified_by
        short = shortfall(shared) if claimed else ""
        near = words(", {short} short", short=short) if short else Markup("")
        did = "claimed" if claimed else "accepted"
        told = words(
            "{owner} {did} {lead}{near}{at}.", owner=mention(handoff.owner), did=did, lead=who, near=near, at=at
        )
    return Message(told, [context(told)])
