"""The card: one message that shows one handoff, to its owner in a DM and to the team in a channel."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.handoff import Handoff, State
from bot.domain.story import Story
from bot.views import facts
from bot.views.blocks import Json, Message, actions, bold, button, line, rich, stacked
from bot.views.ids import Action
from bot.views.privacy import public
from bot.views.status import EVERYONE, passed_on, status
from bot.views.summary import summary
from bot.views.wording import lead_in_short

HELD = frozenset({State.WAITING, State.OFFERED, State.ACCEPTED})
"""States in which somebody works with the lead, and needs to see all of it."""


def dm(story: Story, viewer: str, now: datetime) -> Message:
    """The card of a rep: everything while the lead is theirs, else what became of it, without contact details."""
    handoff, shared = story.handoff, public(story)
    text = summary(shared, viewer, now)
    if viewer != handoff.owner and handoff.state in HELD:
        return Message(text, _compact(shared, [passed_on(shared, viewer)]))
    if handoff.state not in HELD:
        buttons = _undo(shared, now) if viewer in {handoff.owner, handoff.decided_by} else []
        return Message(text, [*_compact(shared, status(shared, viewer, now)), *_row(buttons)], _refresh(handoff, now))
    return Message(text, _full(story, viewer, now, _owner_buttons(shared, now)), _refresh(handoff, now))


def channel(story: Story, now: datetime) -> Message:
    """The card of a team: as the owner's, but without contact details and without what only the rep does."""
    shared = public(story)
    text = summary(shared, EVERYONE, now)
    if shared.handoff.state not in HELD:
        return Message(text, _compact(shared, status(shared, EVERYONE, now)))
    return Message(text, _full(shared, EVERYONE, now, _team_buttons(shared)))


def _full(story: Story, viewer: str, now: datetime, buttons: list[Json]) -> list[Json]:
    contact = facts.contact(story.facts)
    to_be_called = story.handoff.state is State.ACCEPTED
    return stacked(
        facts.person(story.facts),
        rich(facts.company(story.facts), facts.why(story), *status(story, viewer, now)),
        contact if to_be_called else None,
        facts.needs(story.facts),
        facts.evidence(story),
        facts.latest(story),
        None if to_be_called else contact,
        facts.origin(story),
        *_row(buttons),
    )


def _compact(story: Story, lines: Iterable[Json | None]) -> list[Json]:
    return stacked(rich(line(bold(lead_in_short(story.facts))), *lines))


def _row(buttons: list[Json]) -> list[Json]:
    return [actions(*buttons)] if buttons else []


def _owner_buttons(story: Story, now: datetime) -> list[Json]:
    if story.handoff.state is State.ACCEPTED:
        first = story.handoff.followed_up_at is None
        log = button(
            "Log follow-up",
            Action.LOG_FOLLOW_UP,
            story.handoff.id,
            about=f"with {lead_in_short(story.facts)}",
            style="primary" if first else None,
        )
        return [log, *_undo(story, now)]
    return _team_buttons(story)


def _team_buttons(story: Story) -> list[Json]:
    value, about = story.handoff.id, lead_in_short(story.facts)
    if story.handoff.state is State.OFFERED:
        return answer_buttons(value, about)
    if story.handoff.state is State.WAITING:
        return [button("Assign", Action.REASSIGN, value, about=about, style="primary")]
    return []


def answer_buttons(handoff_id: str, about: str) -> list[Json]:
    return [
        button("Accept", Action.ACCEPT, handoff_id, about=about, style="primary"),
        button("Reject", Action.REJECT, handoff_id, about=about, style="danger"),
    ]


def _undo(story: Story, now: datetime) -> list[Json]:
    if _refresh(story.handoff, now) is None:
        return []
    about = f"the answer for {lead_in_short(story.facts)}"
    return [button("Undo", Action.UNDO, story.handoff.id, about=about)]


def _refresh(handoff: Handoff, now: datetime) -> datetime | None:
    """Until when Undo is offered, while it is."""
    until = handoff.undo_until()
    return until if until and now < until else None
