"""The weekly list of people who nearly qualified: who, what they meet, what is missing, and a button to claim them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.judging.near_misses import How, Listed
from bot.domain.policy import Policy
from bot.views.blocks import Json, Message, button, context, header, section
from bot.views.cards.summary import lead
from bot.views.ids import Action
from bot.views.privacy import public_facts
from bot.views.text import Markup, mention, on_day, when, words
from bot.views.wording import lead_in_short, listed, missing, people

STRONGEST = 3
HINT = "Claim someone, and they are yours at once: accepted, and the time for your first follow-up runs."


def near_misses(found: Sequence[Listed], team: str, rules: Policy) -> Message:
    """Everybody on the list as they stand now; whoever is still near can be claimed."""
    shown = [replace(one, facts=public_facts(one.facts)) for one in found]
    title = f"{people(len(shown))} who nearly qualified for {team}"
    names = Markup(listed([lead(one.facts) for one in shown if one.how == "near"]))
    told = words("{title}: {names}.", title=title, names=names) if names else words("{title}.", title=title)
    return Message(
        told,
        [header(title), *(LINES[one.how](one, rules) for one in shown), *([context(HINT)] if names else [])],
    )


def _near(one: Listed, rules: Policy) -> Json:
    path = rules.path(one.near.path) if one.near else None
    lines = [
        words("*{who}*", who=_named(one)),
        words("Meets {met}", met=listed(_met(one))) if _met(one) else None,
        words("Against: {against}", against=listed(_against(one))) if _against(one) else None,
        words(
            "{short} short of “{path}”{heard}",
            short=missing(one.near, rules, one.gaps) if one.near else "",
            path=path.label if path else "",
            heard=words("; last heard of {at}", at=on_day(one.evidence_at)) if one.evidence_at else Markup(""),
        ),
    ]
    claim = button("Claim", Action.CLAIM, one.lead_id, about=lead_in_short(one.facts))
    return section(Markup("\n".join(filter(None, lines))), claim)


def _met(one: Listed) -> list[str]:
    """The labels of what speaks most for the lead."""
    speaking = sorted((line for line in one.met if line.points > 0 and not line.weak), key=lambda line: -line.points)
    return [line.label for line in speaking[:STRONGEST]]


def _against(one: Listed) -> list[str]:
    """The labels of what speaks against the lead."""
    return [line.label for line in one.met if line.points < 0]


def _named(one: Listed) -> Markup:
    title = one.facts.title
    return words("{who}, {title}", who=lead(one.facts), title=title) if title else lead(one.facts)


def _with_sales(one: Listed, _rules: Policy) -> Json:
    who, at = lead(one.facts), when(one.at) if one.at else Markup("")
    if one.by is None:
        return section(words("*{who}* qualified meanwhile and waits for a rep.", who=who))
    said = "*{who}*: {by} claimed them {at}." if one.claimed else "*{who}* qualified meanwhile. {by} has them."
    return section(words(said, who=who, by=mention(one.by), at=at))


def _said(template: str) -> Callable[[Listed, Policy], Json]:
    return lambda one, _rules: section(words(template, who=lead(one.facts)))


LINES: Mapping[How, Callable[[Listed, Policy], Json]] = {
    "near": _near,
    "with sales": _with_sales,
    "back": _said("*{who}* was with sales meanwhile."),
    "over": _said("*{who}* meets a path by now."),
    "far": _said("*{who}* has fallen further behind."),
    "no consent": _said("*{who}* does not want to be contacted any more."),
    "erased": _said("Somebody whose data was erased."),
}
