"""Answers to `/lead`: what it can do, who was found, and the rules in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.definition import Criterion, Path
from bot.domain.lead import Facts, Stage
from bot.domain.policy import Clock, Policy, Reason
from bot.domain.reach import Reach
from bot.views import reach
from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    bold,
    bullets,
    date,
    header,
    leaf,
    line,
    prose,
    rich,
    spoken,
    stacked,
    user,
)
from bot.views.privacy import public_facts
from bot.views.summary import lead
from bot.views.text import clip, words
from bot.views.wording import STAGES, lead_in_short, listed

COMMANDS = (
    ("/lead find TEXT", "which leads there are, and who has them"),
    ("/lead new", "hand a lead over yourself, with your reason (marketing and admins)"),
    ("/lead policy", "what makes a lead ready for sales, and the times both teams promise"),
    ("/lead email every", "an e-mail with every lead; `/lead email unopened` for cards you leave alone only"),
    ("/lead help", "this list, and how Baton reaches you"),
)

FIELDS = {
    "email": "e-mail address",
    "phone": "phone number",
    "company.name": "company name",
    "title": "job title",
    "company.country": "country",
}

FOUND = 20
CRITERIA = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that a search turned up, with the owner and deadline of its open handoff."""

    facts: Facts
    stage: Stage
    owner: str | None = None
    deadline_at: datetime | None = None


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
    names = line(f"{listed([command for command, _ in COMMANDS])}.")
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
    return Found(public_facts(one.facts), one.stage, one.owner, one.deadline_at)


def _found(one: Found) -> Json | None:
    owner: tuple[Leaf, ...] = (", with ", user(one.owner)) if one.owner else ()
    due: tuple[Leaf, ...] = (", due ", date(one.deadline_at)) if one.deadline_at else ()
    return line(bold(lead_in_short(one.facts)), f": {STAGES[one.stage]}", *owner, *due)


def policy(version: int, rules: Policy) -> Message:
    """The definition in force, in plain words: what counts, what qualifies, the times promised, the reasons."""
    definition = rules.definition
    title = f"What {rules.company} calls a lead for sales (version {version})"
    return Message(
        words("{title}: {paths}.", title=title, paths=listed([one.label for one in definition.paths[:5]])),
        stacked(
            header(title),
            rich(
                line(bold("A lead goes to sales when one of these holds")),
                bullets(_path(one, rules) for one in definition.paths),
            ),
            *(_criteria(reading, definition.criteria) for reading in ("fit", "engagement")),
            _required(rules),
            rich(line(bold("Times promised")), bullets(_times(rules))),
            rich(line(bold("Why sales may refuse a lead")), bullets(_reason(one) for one in rules.reasons)),
        ),
    )


def _path(path: Path, rules: Policy) -> Json | None:
    labels = {one.id: one.label for one in rules.definition.criteria}
    asks = [
        *([f"fit of at least {path.fit}"] if path.fit else []),
        *([f"engagement of at least {path.engagement}"] if path.engagement else []),
        *(f"“{labels.get(one, one)}”" for one in path.requires),
    ]
    return line(bold(path.label), f": {listed(asks)}" if asks else None)


def _criteria(reading: str, criteria: Sequence[Criterion]) -> Json | None:
    lines = [one for one in criteria if one.reading == reading]
    if not lines:
        return None
    more = len(lines) - CRITERIA
    return rich(
        line(bold("Fit: how well they match us" if reading == "fit" else "Engagement: how interested they are")),
        bullets(_criterion(one) for one in lines[:CRITERIA]),
        line(f"and {more} more") if more > 0 else None,
    )


def _criterion(one: Criterion) -> Json | None:
    fading = f", half of it after {one.half_life}" if one.half_life else ""
    return line(one.label, f": {one.points} points{fading}")


def _required(rules: Policy) -> Json | None:
    gate = rules.definition.evidence
    fields = [f"{'verified ' * (one in gate.verified)}{FIELDS.get(one, one)}" for one in gate.required]
    return rich(line(bold("Always with "), listed(fields))) if fields else None


def _times(rules: Policy) -> list[Json | None]:
    names = dict.fromkeys(("default", *rules.sla))
    return [line(bold(name.capitalize()), f": {_promises(rules, name)}") for name in names]


def _promises(rules: Policy, name: str) -> str:
    answer, touch = _within(rules.clock(name, "acceptance")), _within(rules.clock(name, "follow_up"))
    passes = rules.marketing_handoff(name)
    return f"marketing hands over within {passes}; sales answers within {answer} and follows up within {touch}"


def _within(clock: Clock) -> str:
    return f"the {clock.within}" if str(clock.within).startswith("same") else str(clock.within)


def _reason(one: Reason) -> Json | None:
    back = f"back to marketing{f' for {one.cool_off}' if one.cool_off else ''}"
    means = {"recycle": back, "disqualify": "disqualified", "reroute": "to another team"}
    return line(bold(one.label), f": {means[one.means]}")
