"""What is known of a lead, as parts of a card: the person, their needs, the evidence, what they did last."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from bot.domain.lead import Evidence, Facts
from bot.domain.story import Story
from bot.views.blocks import DAY, Json, bold, bullets, date, email, header, leaf, line, rich
from bot.views.text import known
from bot.views.wording import BANT, nth, path_label, people, person_line, place, reason_label, signal_words

T = TypeVar("T")

WITHOUT_REASON = {"recycled": "nobody answered"}
"""How an earlier handoff ended that sales gave no reason for."""

EVIDENCE_LINES, SIGNAL_LINES, PAIN_POINTS = 8, 3, 4


def person(facts: Facts) -> Json:
    return header(person_line(facts))


def company(facts: Facts) -> Json | None:
    """`Acme · Manufacturing · 450 people · CA, US`, as far as it is known."""
    company_name = known(facts.company.name)
    return line(
        *_between(leaf(" · "), [*([bold(company_name)] if company_name else []), *map(leaf, about_company(facts))])
    )


def about_company(facts: Facts) -> list[str]:
    """`Manufacturing`, `450 people`, `CA, US`, as far as they are known."""
    of = facts.company
    return [*filter(None, (known(of.industry), people(of.employees) if of.employees else None, place(facts)))]


def why(story: Story) -> Json | None:
    """One sentence: the path that was met, and the two readings beside what it asks of each."""
    return line(bold(path_label(story)), f": {readings(story)}.")


def readings(story: Story) -> str:
    """`fit 50 (40 needed), engagement 40 (30 needed)`."""
    path, scoring = story.agreement.own.path(story.handoff.path), story.handoff.scoring
    fit = _reading("fit", scoring.fit, path.fit if path else 0)
    return f"{fit}, {_reading('engagement', scoring.engagement, path.engagement if path else 0)}"


def _reading(name: str, points: int, needed: int) -> str:
    return f"{name} {points}" + (f" ({needed} needed)" if needed else "")


def needs(facts: Facts) -> Json | None:
    """Pain points and what is known of budget, timing, authority and need: what the first call is about."""
    pains = [leaf(one) for one in filter(None, map(known, facts.pain_points[:PAIN_POINTS]))]
    answers = {label: known(getattr(facts.bant, field)) for label, field in BANT}
    bant = [[bold(f"{label} "), leaf(value)] for label, value in answers.items() if value]
    return rich(
        line(bold("Pain points "), *_between(leaf("; "), pains)) if pains else None,
        line(*chain(*_between([leaf(" · ")], bant))),
    )


def evidence(story: Story) -> Json | None:
    """The criteria the lead met, the fit ones apart from the engagement ones."""
    lines = story.handoff.scoring.evidence
    shown = lines[:EVIDENCE_LINES]
    rest = len(lines) - len(shown)
    return rich(
        *_reading_lines("Fit", (one for one in shown if one.reading == "fit")),
        *_reading_lines("Engagement", (one for one in shown if one.reading == "engagement")),
        line(f"and {rest} more") if rest else None,
    )


def _reading_lines(title: str, lines: Iterable[Evidence]) -> tuple[Json | None, ...]:
    found = bullets(evidence_line(one) for one in lines)
    return (line(bold(title)), found) if found else ()


def evidence_line(one: Evidence, *, disputed: bool = False) -> Json | None:
    """`Came back to pricing: 3 page views in 7 days, today`."""
    return line(
        leaf(one.label),
        f": {one.found}" if one.found else None,
        *((", ", date(one.at, DAY)) if one.at else ()),
        ", verified" if one.verified else None,
        bold(" (disputed)") if disputed else None,
    )


def latest(story: Story) -> Json | None:
    """The last things the lead did, the newest first."""
    shown = story.signals[:SIGNAL_LINES]
    rest = max(story.signals_in_all, len(story.signals)) - len(shown)
    if not shown:
        return None
    return rich(
        line(bold("Last seen")),
        bullets(line(signal_words(one), ", ", date(one.at)) for one in shown),
        line(f"and {rest} more before that") if rest else None,
    )


def contact(facts: Facts) -> Json | None:
    """How to reach the lead; only ever for the owner."""
    ways = [*([email(facts.email)] if facts.email else []), *([leaf(facts.phone)] if facts.phone else [])]
    return rich(line(bold("Contact "), *_between(leaf(" · "), ways))) if ways else None


def origin(story: Story) -> Json | None:
    """Where the lead came from, and what became of it the last time."""
    facts = story.facts
    campaign = known(facts.campaign)
    return rich(
        line(bold("From "), facts.source, f", campaign {campaign}" if campaign else None),
        _earlier(story),
    )


def _earlier(story: Story) -> Json | None:
    if not story.earlier:
        return None
    last = max(story.earlier, key=lambda one: one.number)
    reason = reason_label(story, last.reason) or WITHOUT_REASON.get(last.state, last.state)
    return line(
        bold(f"{nth(story.handoff.number)} time with sales. "),
        "Last time: ",
        date(last.closed_at, DAY),
        f", {reason[:1].lower()}{reason[1:]}",
    )


def _between(mark: T, items: Sequence[T]) -> list[T]:
    """The items with this mark between each two."""
    return [one for item in items for one in (mark, item)][1:]
