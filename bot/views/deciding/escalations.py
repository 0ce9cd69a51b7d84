"""What a manager reads when a lead needs somebody: who has it, what was tried, and what can be done."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.handoff import State
from bot.domain.story import FollowUp, PastOffer, Story
from bot.domain.tried import NOTHING, MoreTime, Tried
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    date,
    header,
    line,
    quoted,
    rich,
    spoken,
    stacked,
    user,
)
from bot.views.cards import facts
from bot.views.deciding.notices import needs_someone, said, sorted_out, turns_late
from bot.views.ids import Action
from bot.views.privacy import public, without_addresses
from bot.views.text import known
from bot.views.wording import HOW, OUTCOMES, lead_in_short, overdue

ENDED = {
    "missed": "did not answer",
    "rejected": "turned it down",
    "reassigned": "had it until it was reassigned",
    "taken over": "had it until it was taken over",
    "owner gone": "left the team",
    "given away": "was away and gave it to colleagues",
    "accepted": "accepted it",
    "idle": "accepted it and left it alone",
    "withdrawn": "had it until it was withdrawn",
    "pooled": "did not answer, so it was opened to the team",
    "passed on": "passed it on",
}
"""How a rep's turn ended, in what the manager reads."""
MISSING = {
    State.WAITING: "No rep yet",
    State.OFFERED: "No answer yet",
    State.ACCEPTED: "No follow-up yet",
}
TIMES = ("", "once", "twice")


def escalation(story: Story, now: datetime, turn: int, tried: Tried = NOTHING) -> Message:
    """To the manager: which lead needs somebody, what has been tried, and the buttons to act."""
    shared = public(story)
    if not needs_someone(shared, turn):
        return said(sorted_out(shared))
    title, who = missing(shared), held(shared)
    return Message(
        spoken(line(f"{title}."), who, line(ask(shared))),
        stacked(
            header(title),
            rich(who, due(shared, now)),
            rich(facts.company(shared.facts), facts.why(shared)),
            _so_far(shared, tried),
            actions(*buttons(shared)),
        ),
        turns_late(shared.handoff, now),
    )


def escalation_line(story: Story, turn: int) -> Message:
    """One line for the escalations channel."""
    shared = public(story)
    if not needs_someone(shared, turn):
        return said(sorted_out(shared))
    return said(line(*title(shared)), held(shared))


def missing(story: Story) -> str:
    return f"{MISSING[story.handoff.state]}: {lead_in_short(story.facts)}"


def title(story: Story) -> tuple[Leaf, ...]:
    return f"{MISSING[story.handoff.state]}: ", bold(lead_in_short(story.facts)), "."


def buttons(story: Story) -> list[Json]:
    """What a manager can do; more time only for somebody who has the lead and whose clock runs."""
    about, value, handoff = lead_in_short(story.facts), story.handoff.id, story.handoff
    runs = handoff.state in {State.OFFERED, State.ACCEPTED} and handoff.paused_at is None
    return [
        button("Reassign", Action.REASSIGN, value, about=about, style="primary"),
        *([button("Extend", Action.EXTEND, value, about=about)] if runs else []),
        button("Take over", Action.TAKE_OVER, value, about=about),
    ]


def ask(story: Story) -> str:
    runs = story.handoff.state in {State.OFFERED, State.ACCEPTED} and story.handoff.paused_at is None
    return "Reassign, extend or take over." if runs else "Reassign it or take it over."


def held(story: Story) -> Json | None:
    """Who has the lead since when, and what did not happen."""
    handoff = story.handoff
    if handoff.is_pooled:
        since: tuple[Leaf, ...] = (" since ", date(handoff.pooled_at)) if handoff.pooled_at else ()
        return line("Open to the whole team", *since, ", and nobody has taken it.")
    if handoff.state is State.WAITING or handoff.owner is None:
        return line("Nobody can take it." if handoff.ask_manager else "Nobody is on shift to take it.")
    accepted = handoff.state is State.ACCEPTED
    at = handoff.accepted_at if accepted else handoff.offered_at
    on: tuple[Leaf, ...] = (" " if accepted else " since ", date(at)) if at else ()
    return line(user(handoff.owner), " accepted it" if accepted else " has had it", *on, _not_done(story))


def _not_done(story: Story) -> str:
    if story.handoff.state is State.ACCEPTED:
        tried = story.handoff.attempts
        return f" and has not reached them, having tried {times(tried)}." if tried else " and has not followed up."
    return ", has opened it and has not answered." if story.opened_at else " and has not touched the card."


def due(story: Story, now: datetime) -> Json | None:
    handoff = story.handoff
    waits = handoff.state is State.WAITING and not handoff.is_pooled
    if waits or handoff.deadline_at is None:
        return None
    return line("It was due " if overdue(handoff, now) else "It is due ", date(handoff.deadline_at), ".")


def _so_far(story: Story, tried: Tried) -> Json | None:
    told = [*map(_past, story.past_offers), *_attempts(story.follow_ups), *_done(tried)]
    return rich(line(bold("So far")), bullets(told)) if told else None


def _past(one: PastOffer) -> Json | None:
    return line(user(one.rep), f" {ENDED.get(one.ended, one.ended)}, offered ", date(one.offered_at))


def _attempts(touches: tuple[FollowUp, ...]) -> Iterator[Json | None]:
    if touches:
        last = max(touches, key=lambda one: one.at)
        how, outcome = HOW.get(last.how, last.how), OUTCOMES.get(last.outcome, last.outcome)
        many = f"Followed up {times(len(touches))}, last " if len(touches) > 1 else "Followed up "
        yield line(many, date(last.at), f": {how}, {outcome[:1].lower()}{outcome[1:]}")


def _done(tried: Tried) -> Iterator[Json | None]:
    if tried.reminders and tried.reminded_at:
        yield line(
            f"Reminded {times(tried.reminders)}, last " if tried.reminders > 1 else "Reminded ", date(tried.reminded_at)
        )
    if tried.mentions and tried.mentioned_at:
        yield line("Asked in the channel ", date(tried.mentioned_at))
    if tried.questions:
        waits = ", no answer yet" if tried.unanswered else ", answered"
        yield line(f"Asked marketing {times(tried.questions)}{waits}")
    yield from map(_given, tried.more_time)


def _given(one: MoreTime) -> Json | None:
    words = without_addresses(one.words) if one.words else ""
    because: tuple[Leaf, ...] = (": ", quoted(words)) if known(words) else ()
    return line(user(one.by), " gave time until ", date(one.until), *because)


def times(count: int) -> str:
    return TIMES[count] if count < len(TIMES) else f"{count} times"


def extended(story: Story, more: MoreTime | None) -> Message:
    """To the owner, in the thread of their card: until when they have time now, says who, and why."""
    shared = public(story)
    if more is None:
        return said(sorted_out(shared))
    words = without_addresses(more.words) if more.words else ""
    because: tuple[Leaf, ...] = (": ", quoted(words)) if known(words) else (".",)
    return said(
        line(user(more.by), " gave you until ", date(more.until), " for ", bold(lead_in_short(shared.facts)), *because)
    )
