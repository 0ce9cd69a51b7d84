"""Campaign briefs: a line on the card, the whole in the window, the answers to `/lead brief`, and the form."""

from collections.abc import Sequence

from bot.domain.briefs import Brief
from bot.views.blocks import (
    DAY,
    Json,
    Message,
    actions,
    bold,
    bullets,
    button,
    date,
    header,
    leaf,
    line,
    modal,
    prose,
    rich,
    spoken,
    stacked,
    text_input,
    user,
)
from bot.views.ids import Action, Field, Form
from bot.views.links import web_link
from bot.views.text import clip, known

NAME, WORDS, PROMISE, LINK = 80, 1000, 300, 500
"""How long each part of a brief may be."""
SAVED = "Open cards of this campaign show it in a moment."
IN_SHORT, SHOWN = 140, 20


def brief_lines(brief: Brief | None, *, whole: bool = False) -> list[Json | None]:
    """What the campaign is about and what was promised: in a line each, or all of it with the link and its author."""
    if brief is None:
        return []
    said = known(brief.words) or ""
    about = leaf(said, limit=WORDS) if whole else leaf(clip(said, IN_SHORT))
    offer = known(brief.offer)
    promise = line(bold("Promised "), leaf(offer, limit=WORDS if whole else IN_SHORT)) if offer else None
    lines = [line(bold("The campaign "), about) if said else None, promise]
    if not whole:
        return lines
    url = known(brief.url)
    written = line("Written by ", user(brief.by), ", ", date(brief.at, DAY))
    return [*lines, line(bold("Read more "), web_link(url)) if url else None, written]


def listing(briefs: Sequence[Brief], *, may_write: bool) -> Message:
    """The answer to `/lead brief`: which campaigns have one, and for marketing a button to write another."""
    shown, rest = briefs[:SHOWN], len(briefs) - SHOWN
    first = line(bold("Campaigns with a brief") if briefs else "No campaign has a brief yet.")
    return Message(
        spoken(first, *(line(f"{one.campaign}.") for one in shown[:3])),
        stacked(
            rich(
                first,
                bullets(_entry(one) for one in shown),
                line("and more; name the one you want.") if rest > 0 else None,
                line(*prose("Type `/lead brief` and a campaign's name to read one.")) if briefs else None,
            ),
            actions(_write("Write a brief")) if may_write else None,
        ),
    )


def _entry(brief: Brief) -> Json | None:
    said = known(brief.words) or ""
    return line(bold(brief.campaign), f": {clip(said, IN_SHORT)}", " (", date(brief.at, DAY), ")")


def shown(brief: Brief, *, may_write: bool) -> Message:
    """The answer to `/lead brief NAME`: all of it."""
    title = known(brief.campaign) or "…"
    return Message(
        spoken(line(f"{title}:"), line(known(brief.words))),
        stacked(
            header(title),
            rich(*brief_lines(brief, whole=True)),
            actions(_write("Change it", brief.campaign)) if may_write else None,
        ),
    )


def none_yet(name: str, *, may_write: bool) -> Message:
    """The answer where the campaign has no brief."""
    told = line(leaf(f"No brief for “{clip(name, NAME)}” yet."))
    button_row = actions(_write("Write it", name)) if may_write else None
    return Message(spoken(told), stacked(rich(told), button_row))


def _write(label: str, campaign: str = "") -> Json:
    """Opens the form; without a campaign the button carries nothing, for Slack refuses an empty value."""
    name = clip(known(campaign) or "", NAME)
    shown = button(label, Action.WRITE_BRIEF, name, about=f"for {name}" if name else "")
    return {key: part for key, part in shown.items() if key != "value" or part}


def form(name: str, brief: Brief | None) -> Json:
    """What sales should know of a campaign, with what was written before."""
    words, offer, url = (brief.words, brief.offer, brief.url) if brief else ("", None, None)
    return modal(
        "Campaign brief",
        [
            text_input(
                Field.BRIEF_NAME,
                "Campaign",
                lines=False,
                most=NAME,
                initial=brief.campaign if brief else name,
                hint="As it is called where leads come from; capitals make no difference.",
            ),
            text_input(
                Field.BRIEF_WORDS,
                "What is it about?",
                most=WORDS,
                initial=words,
                hint="The first line stands on every card of this campaign.",
            ),
            text_input(
                Field.BRIEF_PROMISE,
                "What were people promised?",
                optional=True,
                lines=False,
                most=PROMISE,
                initial=offer or "",
            ),
            text_input(Field.BRIEF_LINK, "Link", optional=True, lines=False, most=LINK, initial=url or ""),
        ],
        callback_id=Form.BRIEF,
        submit="Save",
    )
