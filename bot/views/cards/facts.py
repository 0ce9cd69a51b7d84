"""What is known of a lead, as parts of a card: the person, their needs, the evidence, what they did last."""

from collections.abc import Sequence
from itertools import chain
from typing import TypeVar

from bot.domain.judging.questions import asked, questions
from bot.domain.judging.verification import AS_TOLD
from bot.domain.lead import Evidence, Facts
from bot.domain.story import Earlier, Story
from bot.views.blocks import DAY, Json, bold, bullets, date, email, header, leaf, line, quoted, rich
from bot.views.cards.briefs import brief_lines
from bot.views.cards.status import somebody
from bot.views.text import known
from bot.views.wording import (
    BANT,
    listed,
    nth,
    path_label,
    people,
    person_line,
    place,
    product_label,
    reason_label,
    shortfall,
    signal_words,
)

T = TypeVar("T")

WITHOUT_REASON = {"recycled": "nobody answered"}
"""How an earlier handoff ended that sales gave no reason for."""

SIGNAL_LINES, PAIN_POINTS, STRONGEST, UNKNOWN = 3, 4, 4, 3


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


def because(story: Story, viewer: str = "") -> tuple[Json | None, ...]:
    """One sentence: the path that was met, both readings, and what speaks most for the lead.

    Where a person qualified it, who, and in which words, comes before.
    """
    scoring = story.handoff.scoring
    read = f"fit {scoring.fit}, engagement {scoring.engagement}"
    strong = _strongest(scoring.evidence)
    what = f": {strong}." if strong else "."
    if story.handoff.origin == "path":
        product, grade = product_label(story), f"{scoring.grade}: " if scoring.grade else ""
        met = line(bold(path_label(story)), f" for {product}" if product else None, f" ({grade}{read}){what}")
        return met, _added(story, viewer)
    grade = f" ({scoring.grade})" if scoring.grade else ""
    return _by_person(story, viewer), line(f"{read.capitalize()}{grade}{what}")


def _added(story: Story, viewer: str) -> Json | None:
    """What somebody wrote who brought the lead in when it met the path."""
    handoff = story.handoff
    said = handoff.note and known(handoff.note)
    return line(somebody(handoff.qualified_by, viewer), bold(" adds"), ": ", quoted(said)) if said else None


def _by_person(story: Story, viewer: str) -> Json | None:
    handoff = story.handoff
    by = somebody(handoff.qualified_by, viewer)
    if handoff.origin == "claim":
        short = shortfall(story)
        return line(by, bold(" claimed this near miss"), f", {short} short." if short else ".")
    said = (": ", quoted(handoff.note)) if handoff.note and known(handoff.note) else (".",)
    return line(by, bold(" qualified this by hand"), *said)


def _strongest(evidence: Sequence[Evidence]) -> str:
    """The labels that are worth most, in the definition's order, and how many there are besides."""
    speaking = [one for one in evidence if one.points > 0 and not one.weak]
    worth_most = sorted(range(len(speaking)), key=lambda place: -speaking[place].points)[:STRONGEST]
    labels = [label for place in sorted(worth_most) if (label := known(speaking[place].label))]
    rest = len(speaking) - len(labels)
    return listed([*labels, f"{rest} more"] if rest > 0 else labels)


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


def evidence_line(one: Evidence, *, disputed: bool = False, how: bool = False) -> Json | None:
    """`Came back to pricing: 3 page views in 7 days, today`, and `how` it is known where that says more."""
    known_how = f" ({one.how})" if how and one.how not in {"", AS_TOLD} else None
    return line(
        leaf(one.label),
        f": {one.found}" if one.found else None,
        *((", ", date(one.at, DAY)) if one.at else ()),
        ", verified" if one.verified else None,
        known_how,
        bold(" (disputed)") if disputed else None,
    )


def not_known(story: Story) -> Json | None:
    """What the two teams want to know and nobody knows yet, the weightiest first."""
    labels = [label for gap in asked(story.handoff.scoring.gaps) if (label := known(gap.label))]
    rest = len(labels) - UNKNOWN
    shown = "; ".join([*labels[:UNKNOWN], *([f"{rest} more"] if rest > 0 else [])])
    return rich(line(bold("Still to find out "), shown)) if labels else None


def to_ask(story: Story) -> Json | None:
    """At most three questions to open a conversation with."""
    facts, scoring = story.facts, story.handoff.scoring
    last = story.signals[0] if story.signals else None
    clean_last = last and last.model_copy(update={"label": known(last.label)})
    pains = [pain for one in facts.pain_points if (pain := known(one))]
    found = questions(story.agreement.own, scoring.gaps, scoring.personas, pains, clean_last)
    return rich(line(bold("Questions to open with")), bullets(map(line, found))) if found else None


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
        *brief_lines(story.brief),
        _earlier(story),
    )


def _earlier(story: Story) -> Json | None:
    if not story.earlier:
        return None
    last = max(story.earlier, key=lambda one: one.number)
    reason = how_it_ended(story, last)
    return line(
        bold(f"{nth(len(story.earlier) + 1)} time with sales. "),
        "Last time: ",
        date(last.closed_at, DAY),
        f", {reason[:1].lower()}{reason[1:]}",
    )


def how_it_ended(story: Story, one: Earlier) -> str:
    """The reason sales gave for an earlier handoff, else what became of it."""
    return reason_label(story, one.reason) or WITHOUT_REASON.get(one.state, one.state)


def _between(mark: T, items: Sequence[T]) -> list[T]:
    """The items with this mark between each two."""
    return [one for item in items for one in (mark, item)][1:]
