"""App Home: what waits for the person who opens it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.handoff import Handoff, State
from bot.domain.story import Story
from bot.views import facts
from bot.views.blocks import Json, actions, bold, bullets, button, divider, header, line, rich, stacked
from bot.views.card import answer_buttons
from bot.views.ids import Action
from bot.views.privacy import public
from bot.views.status import status
from bot.views.wording import lead_in_short, listed, person_line

SHOWN = 20


def home(
    viewer: str,
    stories: Sequence[Story],
    now: datetime,
    *,
    roles: Sequence[str] = (),
    waiting: Sequence[Story] = (),
    in_all: int | None = None,
) -> Json:
    """The open leads of the viewer, most urgent first, and for managers those that wait for a rep.

    `roles` says what the viewer is, in words (`a rep of emea`); `in_all` counts leads beyond those given.
    """
    mine = sorted((one for one in stories if one.handoff.is_open), key=_urgency)
    shown = mine[:SHOWN]
    more = max(in_all or 0, len(mine)) - len(shown)
    return {
        "type": "home",
        "blocks": stacked(
            header(_title(shown, more)),
            rich(line(f"You are {listed(list(roles))}.")) if roles else None,
            *(block for one in shown for block in _entry(one, viewer, now)),
            rich(line(f"and {more} more.")) if more > 0 else None,
            None if shown else _empty(roles),
            *_unassigned(waiting[: SHOWN // 2], viewer, now),
            divider(),
            *how_it_works(),
        ),
    }


def _urgency(story: Story) -> tuple[bool, datetime]:
    handoff = story.handoff
    return handoff.deadline_at is None, handoff.deadline_at or handoff.due_at or handoff.created_at


def _title(shown: Sequence[Story], more: int) -> str:
    count = len(shown) + max(more, 0)
    if not count:
        return "Nothing waits for you"
    return "1 lead waits for you" if count == 1 else f"{count} leads wait for you"


def _empty(roles: Sequence[str]) -> Json | None:
    coming = "The next lead for you arrives as a message from Baton, and is listed here until you have followed up."
    return rich(line(coming if roles else "Baton sends leads to the sales reps of your company. You have none."))


def _entry(story: Story, viewer: str, now: datetime) -> list[Json]:
    shared = public(story)
    about = lead_in_short(shared.facts)
    return stacked(
        divider(),
        rich(
            line(bold(person_line(shared.facts))),
            facts.company(shared.facts),
            *status(shared, viewer, now),
        ),
        actions(*_buttons(shared.handoff, about)),
    )


def _buttons(handoff: Handoff, about: str) -> list[Json]:
    if handoff.state is State.OFFERED:
        return answer_buttons(handoff.id, about)
    if handoff.state is State.WAITING:
        return [button("Assign", Action.REASSIGN, handoff.id, about=about, style="primary")]
    return [button("Log follow-up", Action.LOG_FOLLOW_UP, handoff.id, about=f"with {about}", style="primary")]


def _unassigned(waiting: Sequence[Story], viewer: str, now: datetime) -> list[Json]:
    if not waiting:
        return []
    return [header("Waiting for a rep"), *(block for one in waiting for block in _entry(one, viewer, now))]


def how_it_works() -> list[Json]:
    """Four lines that say all one needs to know."""
    return stacked(
        header("How this works"),
        rich(
            bullets(
                (
                    line(bold("Accept "), "and the lead is yours; follow up by the time shown."),
                    line(bold("Reject "), "with a reason, and marketing learns from it."),
                    line(bold("Undo "), "takes your answer back within five minutes."),
                    line("No answer in time? You are reminded, then your manager is asked, then somebody else."),
                    line("Type ", bold("/lead help"), " anywhere for everything else."),
                )
            )
        ),
    )
