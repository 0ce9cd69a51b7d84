"""Messages beside the card: reminders, escalations, and what marketing and the signers hear."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.handoff import State
from bot.domain.lead import Evidence
from bot.domain.story import PastOffer, Story
from bot.views import facts
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    code,
    context,
    date,
    header,
    line,
    quoted,
    rich,
    stacked,
    user,
)
from bot.views.ids import Action
from bot.views.privacy import public
from bot.views.status import comes_back, detail, somebody
from bot.views.summary import lead
from bot.views.text import Markup, mention, when, words
from bot.views.wording import lead_in_short, overdue, reason_label

ENDED = {
    "missed": "did not answer",
    "rejected": "passed it on",
    "reassigned": "had it until it was reassigned",
    "taken over": "had it until it was taken over",
    "owner gone": "left the team",
    "accepted": "accepted it",
    "withdrawn": "had it until it was withdrawn",
}

GIVEN_BACK = frozenset({State.RECYCLED, State.DISQUALIFIED})
EVIDENCE_LINES = 6
CHANGES = 20


def reminder(story: Story, now: datetime) -> Message:
    """A nudge to the owner, in the thread of their card."""
    shared = public(story)
    handoff = shared.handoff
    accepted = handoff.state is State.ACCEPTED
    what = "the first follow-up with" if accepted else "your answer for"
    ask = "Log it on the card when it is done." if accepted else "Accept or reject it on the card above."
    if handoff.deadline_at is None:
        text = words("Still open: {what} {lead}. {ask}", what=what, lead=lead(shared.facts), ask=ask)
        return Message(
            text, stacked(rich(line("Still open: ", what, " ", bold(lead_in_short(shared.facts)), ". ", ask)))
        )
    late = overdue(handoff, now)
    due = "was due" if late else "is due"
    text = words(
        "Reminder: {what} {lead} {due} {at}. {ask}",
        what=what,
        lead=lead(shared.facts),
        due=due,
        at=when(handoff.deadline_at),
        ask=ask,
    )
    nudge = line(
        f"{what[0].upper()}{what[1:]} ",
        bold(lead_in_short(shared.facts)),
        f" {due} ",
        date(handoff.deadline_at),
        f". {ask}",
    )
    return Message(text, stacked(rich(nudge)))


def escalation(story: Story, _now: datetime) -> Message:
    """To the manager: which lead needs somebody, what happened so far, and the buttons to act."""
    shared = public(story)
    if not needs_someone(shared):
        return Message(
            words("Sorted: {lead}. {how}", lead=lead(shared.facts), how=_sorted_text(shared)),
            stacked(rich(line(bold("Sorted: "), lead_in_short(shared.facts), ". ", *_sorted(shared)))),
        )
    text = words(
        "{lead} needs somebody. {what} Reassign it or take it over.", lead=lead(shared.facts), what=_stuck_text(shared)
    )
    about = lead_in_short(shared.facts)
    return Message(
        text,
        stacked(
            header(f"{about} needs somebody"),
            rich(line(*_stuck(shared)), facts.company(shared.facts), facts.why(shared)),
            _so_far(shared.past_offers),
            actions(
                button("Reassign", Action.REASSIGN, shared.handoff.id, about=about, style="primary"),
                button("Take over", Action.TAKE_OVER, shared.handoff.id, about=about),
            ),
        ),
    )


def escalation_line(story: Story, _now: datetime) -> Message:
    """One line for the escalations channel."""
    shared = public(story)
    about = bold(lead_in_short(shared.facts))
    if needs_someone(shared):
        text = words("{lead} needs somebody. {what}", lead=lead(shared.facts), what=_stuck_text(shared))
        return Message(text, stacked(rich(line(about, " needs somebody. ", *_stuck(shared)))))
    text = words("Sorted: {lead}. {how}", lead=lead(shared.facts), how=_sorted_text(shared))
    return Message(text, stacked(rich(line("Sorted: ", about, ". ", *_sorted(shared)))))


def needs_someone(story: Story) -> bool:
    """Open, and not in the hands of a rep who has just accepted: their own clock has not rung yet."""
    handoff = story.handoff
    return handoff.is_open and not (handoff.state is State.ACCEPTED and handoff.step == 0)


def _stuck(story: Story) -> tuple[Leaf, ...]:
    """Who has the lead since when, and what did not happen."""
    handoff = story.handoff
    due: tuple[Leaf, ...] = (", due ", date(handoff.deadline_at)) if handoff.deadline_at else ()
    if handoff.state is State.WAITING or handoff.owner is None:
        return ("Nobody is left to take it.",) if handoff.ask_manager else ("Nobody is on shift to take it.",)
    since = handoff.accepted_at if handoff.state is State.ACCEPTED else handoff.offered_at
    on: tuple[Leaf, ...] = (" ", date(since)) if since else ()
    if handoff.state is State.ACCEPTED:
        return (user(handoff.owner), " accepted it", *on, ", but has not followed up", *due, ".")
    return (user(handoff.owner), " was offered it", *on, " and has not answered", *due, ".")


def _stuck_text(story: Story) -> Markup:
    handoff = story.handoff
    if handoff.state is State.WAITING or handoff.owner is None:
        return Markup("Nobody is there to take it.")
    missing = "has not followed up" if handoff.state is State.ACCEPTED else "has not answered"
    return words("{owner} {missing}.", owner=mention(handoff.owner), missing=missing)


def _so_far(offers: Sequence[PastOffer]) -> Json | None:
    if not offers:
        return None
    told = (
        line(user(one.rep), f" {ENDED.get(one.ended, one.ended)}, offered ", date(one.offered_at)) for one in offers
    )
    return rich(line(bold("So far")), bullets(told))


def _sorted(story: Story) -> tuple[Leaf, ...]:
    handoff = story.handoff
    by, at = _sorted_by(story)
    on: tuple[Leaf, ...] = (" ", date(at)) if at else ()
    return (*((user(by), " ") if by else ()), SORTED[handoff.state][by is None], *on, ".")


def _sorted_text(story: Story) -> Markup:
    by, at = _sorted_by(story)
    did = SORTED[story.handoff.state][by is None]
    on = words(" {at}", at=when(at)) if at else Markup("")
    return words("{by}{did}{on}.", by=words("{by} ", by=mention(by)) if by else Markup(""), did=did, on=on)


def _sorted_by(story: Story) -> tuple[str | None, datetime | None]:
    handoff = story.handoff
    if handoff.state is State.ACCEPTED:
        return handoff.decided_by or handoff.owner, handoff.accepted_at
    return (handoff.decided_by, handoff.decided_at) if handoff.decided_by else (None, handoff.closed_at)


SORTED = {
    State.WAITING: ("has it", "It is waiting"),
    State.OFFERED: ("has it", "It is offered"),
    State.ACCEPTED: ("accepted it", "It was accepted"),
    State.RECYCLED: ("sent it back to marketing", "Nobody answered, so it went back to marketing"),
    State.DISQUALIFIED: ("ruled it out", "It was ruled out"),
    State.WITHDRAWN: ("withdrew it", "It was withdrawn"),
}
"""What a person did, and what happened without one."""


def returned(story: Story, _now: datetime) -> Message:
    """To marketing: which lead sales gave back, why, and when it may come again."""
    shared = public(story)
    handoff = shared.handoff
    if handoff.state not in GIVEN_BACK:
        return _taken_back(shared)
    reason = reason_label(shared, handoff.reason)
    text = words(
        "Back from sales: {lead}. {why}.",
        lead=lead(shared.facts),
        why=reason or "Nobody answered in time",
    )
    back = "Ruled out by sales" if handoff.state is State.DISQUALIFIED else "Back from sales"
    return Message(
        text,
        stacked(
            header(f"{back}: {lead_in_short(shared.facts)}"),
            rich(line(*_refused(shared)), detail(shared), comes_back(shared)),
            _as_handed_over(handoff.scoring.evidence, handoff.disputed),
            facts.origin(shared),
        ),
    )


def _refused(story: Story) -> tuple[Leaf | None, ...]:
    handoff = story.handoff
    reason = reason_label(story, handoff.reason)
    if handoff.decided_by is None:
        on: tuple[Leaf, ...] = (" ", date(handoff.closed_at)) if handoff.closed_at else ()
        return (bold("Nobody answered in time"), ". It came back", *on, ".")
    at = handoff.decided_at or handoff.closed_at
    said: tuple[Leaf, ...] = (" ", date(at)) if at else ()
    return (bold(reason) if reason else None, ", says " if reason else None, user(handoff.decided_by), *said, ".")


def _taken_back(story: Story) -> Message:
    owner = story.handoff.owner
    text = words(
        "Taken back: {lead} is with {owner} again.",
        lead=lead(story.facts),
        owner=mention(owner) if owner else "sales",
    )
    who: Leaf = user(owner) if owner else "sales"
    told = line(bold("Taken back: "), lead_in_short(story.facts), " is with ", who, " again.")
    return Message(text, stacked(rich(told)))


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
    handoff = shared.handoff
    about, who = lead_in_short(shared.facts), lead(shared.facts)
    if handoff.state is not State.ACCEPTED:
        text = words("{lead}: the acceptance was taken back.", lead=who)
        return Message(text, [context(about, Markup("The acceptance was taken back."))])
    by = mention(handoff.owner) if handoff.owner else Markup("Sales")
    at = words(" {at}", at=when(handoff.accepted_at)) if handoff.accepted_at else Markup("")
    text = words("{by} accepted {lead}{at}.", by=by, lead=who, at=at)
    return Message(text, [context(words("{by} accepted", by=by), about, *((Markup(at.strip()),) if at else ()))])


def policy_pending(
    version: int,
    company: str,
    changes: Sequence[str],
    signed: Sequence[str],
    waiting: Sequence[str],
    objections: Sequence[tuple[str, str]],
    state: str,
    viewer: str,
) -> Message:
    """To a signer: what a new policy would change, who has signed, and the buttons to sign or object while it waits.

    `signed` and `waiting` are Slack ids, `objections` pairs of one and their words, `state` as stored.
    """
    title = f"New rules for {company}: version {version}"
    told = POLICY_STATES.get(state, "")
    open_to_viewer = state == "pending" and viewer in waiting
    ask = "Please sign or object." if open_to_viewer else told
    text = words("{title}. {ask}", title=title, ask=ask)
    more = len(changes) - CHANGES
    return Message(
        text,
        stacked(
            header(title),
            rich(line(bold(told))) if told else None,
            rich(
                line(bold("What changes")) if changes else None,
                code(changes[:CHANGES]),
                line(f"and {more} lines more") if more > 0 else None,
            ),
            rich(
                _people("Signed ", signed, viewer),
                _people("Not yet signed ", waiting, viewer) if state == "pending" else None,
                *(line(somebody(who, viewer), " objected: ", quoted(why)) for who, why in objections[:10]),
            ),
            actions(
                button("Sign", Action.SIGN_POLICY, str(version), about=f"version {version}", style="primary"),
                button("Object", Action.OBJECT_POLICY, str(version), about=f"to version {version}"),
            )
            if open_to_viewer
            else None,
        ),
    )


POLICY_STATES = {
    "pending": "In force as soon as everyone has signed.",
    "in_force": "In force.",
    "replaced": "Replaced by a newer version.",
    "withdrawn": "Withdrawn.",
}


def _people(title: str, people: Sequence[str], viewer: str) -> Json | None:
    if not people:
        return None
    named: list[Leaf] = []
    for one in people:
        named += [", "] * bool(named)
        named.append(somebody(one, viewer))
    return line(bold(title), *named)
