"""Answers to `/lead`: what it can do, and who was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.lead import Facts, Stage
from bot.domain.reach import Reach
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    bold,
    bullets,
    date,
    leaf,
    line,
    prose,
    rich,
    spoken,
    stacked,
    user,
)
from bot.views.cards.summary import lead
from bot.views.operating import reach
from bot.views.privacy import public_facts
from bot.views.text import clip, words
from bot.views.wording import STAGES, lead_in_short, listed

COMMANDS = (
    ("/lead find TEXT", "which leads there are, and who has them"),
    ("/lead why TEXT", "why a lead went to this rep and to nobody else"),
    ("/lead fair", "whose turn it is, and how far everybody is from their share; name a team to see another one"),
    ("/lead new", "hand a lead over yourself, with your reason (marketing and admins)"),
    ("/lead brief", "what marketing says of its campaigns; name one to read it all"),
    ("/lead policy", "what makes a lead ready for sales, and the times both teams promise"),
    ("/lead propose", "a change of what makes a lead ready for sales; everyone who must agree gets it to sign"),
    ("/lead away until fri", "new leads go to colleagues until then; alone, until you type `/lead back`"),
    ("/lead back", "you take leads again"),
    ("/lead email every", "an e-mail with every lead; `/lead email unopened` for cards you leave alone only"),
    ("/lead help", "this list, and how Baton reaches you"),
)

FOUND = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that a search turned up, with the owner and deadline of its open handoff."""

    facts: Facts
    stage: Stage
    owner: str | None = None
    deadline_at: datetime | None = None
    near: str | None = None
    """The label of the path it nearly meets."""


def usage(reached: Reach) -> Message:
    """The answer to `/lead help`: what there is to type, and by which ways this person is reached."""
    return _answer(line("Here is what you can type:"), reach.ways(reached))


def email(reached: Reach) -> Message:
    """The answer to a choice of e-mails: what follows from it."""
    return Message(spoken(line(f"{reach.TITLE}.")), stacked(reach.ways(reached)))


def unknown(command: str) -> Message:
    """The answer to a word after `/lead` that means nothing to Baton."""
    return _answer(line(leaf(f"“{clip(command, 40)}” is not something I know."), " Here is what you can type:"))


def not_understood(what: str) -> Message:
    """The answer to a known command that lacks something; `what` says what to write instead."""
    return _answer(line(*prose(what), " Here is what you can type:"))


def _answer(first: Json | None, *after: Json | None) -> Message:
    commands = [line(*prose(f"`{command}`"), ": ", *prose(does)) for command, does in COMMANDS]
    named = [command for command, _ in COMMANDS]
    names = line(*(f"{command}, " for command in named[:-2]), f"{listed(named[-2:])}.")
    return Message(spoken(first, names), stacked(rich(first, bullets(commands)), *after))


def find(query: str, found: Sequence[Found], in_all: int | None = None) -> Message:
    """Leads that a search turned up: name, company, stage, owner and deadline; never contact details."""
    if not found:
        told = f"Nobody found for “{query[:60]}”. Try part of a name or company."
        return Message(words("{told}", told=told), stacked(rich(line(told))))
    count = max(in_all or 0, len(found))
    title = f"{count} found for “{query[:60]}”"
    shown = [public_found(one) for one in found[:FOUND]]
    return Message(
        words("{title}: {first}.", title=title, first=lead(shown[0].facts)),
        stacked(
            rich(
                line(bold(title)),
                bullets(_found(one) for one in shown),
                line(f"and {count - len(shown)} more; add a word to narrow it down.") if count > len(shown) else None,
            )
        ),
    )


def public_found(one: Found) -> Found:
    return Found(public_facts(one.facts), one.stage, one.owner, one.deadline_at, one.near)


def _found(one: Found) -> Json | None:
    owner: tuple[Leaf, ...] = (", with ", user(one.owner)) if one.owner else ()
    due: tuple[Leaf, ...] = (", due ", date(one.deadline_at)) if one.deadline_at else ()
    near = f", near “{one.near}”" if one.near else None
    return line(bold(lead_in_short(one.facts)), f": {STAGES[one.stage]}", near, *owner, *due)
