"""The card: one message that shows one handoff, to its owner in a DM and to the team in a channel."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.handoff import Handoff, State
from bot.domain.story import Story
from bot.views.blocks import Json, Message, actions, bold, button, line, rich, stacked
from bot.views.cards import facts
from bot.views.cards.accounts import known_account
from bot.views.cards.choosing import why_you
from bot.views.cards.deadline import deadline_button
from bot.views.cards.status import EVERYONE, handed_on, passed_on, status
from bot.views.cards.summary import summary
from bot.views.cards.work import log_buttons, status_buttons
from bot.views.ids import Action
from bot.views.privacy import public
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
        lines = _compact(shared, status(shared, viewer, now))
        return Message(text, [*lines, *rows(buttons, more_buttons(shared))], _refresh(handoff, now))
    return Message(text, _full(story, viewer, now, _owner_rows(shared, now)), _refresh(handoff, now))


def channel(story: Story, now: datetime) -> Message:
    """The card of a team: as the owner's, but without contact details and without what only the rep does."""
    shared = public(story)
    text = summary(shared, EVERYONE, now)
    if shared.handoff.state not in HELD:
        lines = _compact(shared, status(shared, EVERYONE, now))
        return Message(text, [*lines, *rows([], more_buttons(shared))])
    return Message(text, _full(shared, EVERYONE, now, [_team_buttons(shared)]))


def _full(story: Story, viewer: str, now: datetime, buttons: Iterable[list[Json]]) -> list[Json]:
    """The person first, then why, what they need, what they did, what to ask; after accepting, the call first."""
    contact, needs, latest = facts.contact(story.facts), facts.needs(story.facts), facts.latest(story)
    to_be_called = story.handoff.state is State.ACCEPTED
    to_ask = None if viewer == EVERYONE else facts.to_ask(story)
    return stacked(
        facts.person(story.facts),
        rich(
            facts.company(story.facts),
            known_account(story, viewer),
            *facts.because(story, viewer),
            handed_on(story, viewer),
            why_you(story, viewer),
            *status(story, viewer, now),
        ),
        *((contact, latest, needs, to_ask) if to_be_called else (needs, latest)),
        facts.not_known(story),
        *(() if to_be_called else (to_ask, contact)),
        facts.origin(story),
        *rows(*buttons, more_buttons(story)),
    )


def rows(*kinds: list[Json]) -> list[Json]:
    """Each kind of button in a row of its own, those that only show more in the last."""
    return [actions(*row) for row in kinds if row]


def _compact(story: Story, lines: Iterable[Json | None]) -> list[Json]:
    return stacked(rich(line(bold(lead_in_short(story.facts))), *lines))


def _owner_rows(story: Story, now: datetime) -> list[list[Json]]:
    if story.handoff.state is State.ACCEPTED:
        return [log_buttons(story, now), [*status_buttons(story), _ask_marketing(story), *_undo(story, now)]]
    if story.handoff.state is State.OFFERED:
        return [[*_team_buttons(story), _pass_on(story), _ask_marketing(story)]]
    return [_team_buttons(story)]


def _team_buttons(story: Story) -> list[Json]:
    value, about = story.handoff.id, lead_in_short(story.facts)
    if story.handoff.state is State.OFFERED:
        return answer_buttons(value, about)
    if story.handoff.is_pooled:
        take = button("Accept", Action.ACCEPT, value, about=about, style="primary")
        return [take, button("Assign", Action.REASSIGN, value, about=about)]
    if story.handoff.state is State.WAITING:
        return [button("Assign", Action.REASSIGN, value, about=about, style="primary")]
    return []


def answer_buttons(handoff_id: str, about: str) -> list[Json]:
    return [
        button("Accept", Action.ACCEPT, handoff_id, about=about, style="primary"),
        button("Reject", Action.REJECT, handoff_id, about=about, style="danger"),
    ]


def _pass_on(story: Story) -> Json:
    return button("Pass on", Action.PASS_ON, story.handoff.id, about=f"{lead_in_short(story.facts)} to a colleague")


def _ask_marketing(story: Story) -> Json:
    return button("Ask marketing", Action.ASK_MARKETING, story.handoff.id, about=f"about {lead_in_short(story.facts)}")


def more_buttons(story: Story) -> list[Json]:
    """The quiet ones of every card: they decide nothing and only show more."""
    value, about = story.handoff.id, lead_in_short(story.facts)
    return [
        button("All evidence", Action.ALL_EVIDENCE, value, about=f"on {about}"),
        button("Definition", Action.DEFINITION, value, about=f"by which {about} was handed over"),
        *deadline_button(story),
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
