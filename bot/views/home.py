"""App Home: what waits for the person who opens it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.authority import LEADERS, Role, roles_of
from bot.domain.handoff import Handoff, State
from bot.domain.policy import Policy
from bot.domain.shifts import OwnTime, TeamNow
from bot.domain.story import Story
from bot.views.assigning import availability
from bot.views.blocks import Json, actions, bold, bullets, button, divider, header, line, prose, rich, stacked
from bot.views.cards import facts
from bot.views.cards.card import answer_buttons
from bot.views.cards.status import status
from bot.views.ids import Action
from bot.views.privacy import public
from bot.views.wording import lead_in_short, person_line

SHOWN = 20


def home(
    viewer: str,
    stories: Sequence[Story],
    now: datetime,
    rules: Policy | None = None,
    *,
    own: OwnTime | None = None,
    teams: Sequence[TeamNow] = (),
) -> Json:
    """The viewer's open leads, most urgent first, when they and their teams work, and what Baton is to them."""
    mine = sorted((one for one in stories if one.handoff.is_open), key=_urgency)
    shown = mine[:SHOWN]
    return {
        "type": "home",
        "blocks": stacked(
            header(_title(len(mine))),
            *(block for one in shown for block in _entry(one, viewer, now)),
            rich(line("There are more. They move up as you answer these.")) if len(mine) > SHOWN else None,
            None if shown else rich(line(*prose(_coming(viewer, rules)))),
            *(availability.own(own, now) if own else []),
            *availability.teams(teams),
            divider(),
            *how_it_works(viewer, rules),
        ),
    }


def neutral() -> Json:
    """For guests and strangers: what Baton is, and nothing of what it does for others."""
    return {
        "type": "home",
        "blocks": stacked(
            header("Baton"),
            rich(line("Baton carries leads from marketing to sales. There is nothing here for you.")),
        ),
    }


def _urgency(story: Story) -> tuple[bool, datetime]:
    handoff = story.handoff
    return handoff.deadline_at is None, handoff.deadline_at or handoff.due_at or handoff.created_at


def _title(count: int) -> str:
    if not count:
        return "Nothing waits for you"
    if count > SHOWN:
        return f"More than {SHOWN} leads wait for you"
    return "1 lead waits for you" if count == 1 else f"{count} leads wait for you"


def _coming(viewer: str, rules: Policy | None) -> str:
    """What will happen next, for somebody whom nothing waits for."""
    if rules is None:
        return (
            "Set-up starts with one question to marketing and to sales: what makes a lead ready for sales? "
            "The answer is the policy; an admin brings it with `baton policy apply`."
        )
    roles = roles_of(viewer, rules)
    if Role.REP in roles:
        return (
            "The next lead for you arrives as a message from Baton, and stays on this page until you have followed up."
        )
    if roles & LEADERS:
        return "A lead that nobody answers in time arrives as a message from Baton, for you to reassign or take over."
    if Role.MARKETING in roles:
        return "Leads that sales gives back are told in the marketing channel, each with the reason."
    return "Leads go to the sales reps. You are not one of them; type `/lead policy` to see what counts as a lead."


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


def how_it_works(viewer: str = "", rules: Policy | None = None) -> list[Json]:
    """A few lines that say all one needs to know: of answering to reps, of helping to those who only lead them, of what
    sales expects to those who only market.
    """
    roles = roles_of(viewer, rules)
    return stacked(
        header("How this works"),
        rich(
            bullets(
                (
                    *_lines_for(roles),
                    line(*prose("Type `/lead help` anywhere for everything else.")),
                )
            )
        ),
    )


def _lines_for(roles: frozenset[Role]) -> Sequence[Json | None]:
    if Role.REP not in roles:
        if roles & LEADERS:
            return _FOR_LEADERS
        if Role.MARKETING in roles:
            return _FOR_MARKETING
    return _FOR_REPS


_FOR_REPS = (
    line(bold("Accept "), "and the lead is yours; follow up by the time shown."),
    line(bold("Reject "), "with a reason, and marketing learns from it."),
    line(bold("Undo "), "takes your answer back within five minutes."),
    line("No answer in time? You are reminded, then somebody else takes care of the lead."),
)
_FOR_LEADERS = (
    line(bold("Reps "), "accept or reject their leads with a reason; you may do both for them."),
    line(bold("Nobody answers? "), "They are reminded, then I write to you."),
    line(bold("Reassign "), "gives a lead to another rep, ", bold("Take over "), "makes it yours."),
    line(bold("Somebody is ill? "), *prose("Type `/lead away @name until fri` for them.")),
)
_FOR_MARKETING = (
    line(bold("Back from sales? "), "Say under the lead what you do about it, or that you disagree."),
    line(bold("A question from a rep? "), "Your answer appears beside their card."),
    line(bold("No time? "), "You are reminded, then whoever leads marketing is told."),
    line(bold("Know better? "), *prose("Type `/lead new` to hand a lead over yourself.")),
)
