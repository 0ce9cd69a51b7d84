"""All evidence: what one click on a card shows of a lead, and of why it was handed over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.definition import SignalCondition, leaves
from bot.domain.dossier import Dossier
from bot.domain.handoff import BATON, Handoff, State
from bot.domain.judging.completeness import completeness
from bot.domain.judging.verification import AS_TOLD
from bot.domain.lead import Check, Evidence, Facts, Gap, Reading, Signal
from bot.domain.policy import Policy
from bot.domain.story import Earlier, Story
from bot.views.accounting.sheets import shares
from bot.views.blocks import DAY, Json, Leaf, bold, bullets, date, header, line, modal, quoted, rich, stacked
from bot.views.cards import facts
from bot.views.cards.accounts import known_account
from bot.views.cards.briefs import brief_lines
from bot.views.cards.status import somebody
from bot.views.conditions import field_words
from bot.views.privacy import public
from bot.views.room import WINDOW, first_of, most_that_fits
from bot.views.text import known
from bot.views.wording import listed, nth, person_line, signal_words

TIME = "{time}"
GRADE = 2
SHARES = ("three quarters or more", "half or more", "a quarter or more", "less than a quarter")
SHARE: Mapping[str, str] = dict(zip("ABCD", SHARES, strict=True)) | dict(zip("1234", SHARES, strict=True))
"""What a grade's letter says of all fit points there are, and its digit of all engagement points."""
PAINS, MERGES = 3, 5
HELD = frozenset({State.WAITING, State.OFFERED, State.ACCEPTED})


def window(dossier: Dossier, viewer: str) -> Json:
    """Everything behind a card; contact details only for the owner while the lead is theirs."""
    first = (dossier.first,) if dossier.first else ()
    whole = replace(dossier.story, signals=(*dossier.signals, *first))
    is_owner = viewer == whole.handoff.owner and whole.handoff.state in HELD
    told = partial(_told, dossier, whole if is_owner else public(whole), viewer)
    return modal("All evidence", most_that_fits(told, WINDOW), close="Close")


def _told(dossier: Dossier, story: Story, viewer: str, most: int) -> list[Json]:
    scoring = story.handoff.scoring
    speaking = [one for one in scoring.evidence if one.points >= 0 and not one.weak]
    done, first = story.signals[: len(dossier.signals)], story.signals[-1:] if dossier.first else ()
    return stacked(
        header(person_line(story.facts)),
        rich(facts.company(story.facts), *facts.because(story, viewer), _handed_over(story.handoff)),
        rich(known_account(story, viewer), *_merges(dossier.merges, viewer)),
        facts.contact(story.facts),
        facts.needs(story.facts),
        rich(*_readings(story)),
        _lines("Met", map(_met, speaking), most),
        _lines("Weak", (_met(one) for one in scoring.evidence if one.points >= 0 and one.weak), most),
        _lines("Against the lead", (_met(one) for one in scoring.evidence if one.points < 0), most),
        _lines("Missing", _missing(story), most),
        _lines("How sure we are", _checked(dossier.checks), most),
        _complete(dossier.story.facts),
        _personas(story),
        *_timeline(story, done, most),
        rich(*_touches(first, done)) if done else None,
        rich(line(bold("Whose time"), " ", shares(dossier.times))) if dossier.times else None,
        _lines("Earlier with sales", (_earlier(story, one, viewer) for one in story.earlier), most),
        rich(line(bold("From "), story.facts.source, *_campaign(story)), *brief_lines(story.brief, whole=True)),
    )


def _lines(title: str, lines: Iterable[Json | None], most: int) -> Json | None:
    """A list under its title; nothing where it is empty."""
    shown = first_of(list(lines), most)
    return rich(line(bold(title)), shown) if shown else None


def _handed_over(handoff: Handoff) -> Json | None:
    again = f" for the {nth(handoff.number).lower()} time" if handoff.number > 1 else ""
    return line(
        f"Handed over{again} ", date(handoff.created_at), f" by version {handoff.policy_version} of the definition."
    )


def _merges(merges: Sequence[tuple[str, datetime]], viewer: str) -> Iterator[Json | None]:
    """Which records of one person were put together, by whom."""
    for by, at in merges[:MERGES]:
        who = "Baton" if by == BATON else somebody(by, viewer)
        yield line(who, " found that another record is the same person, ", date(at), ".")


def _readings(story: Story) -> Iterator[Json | None]:
    """Both readings against what the path asks for, what the grade means, and what else the path needs."""
    scoring, rules = story.handoff.scoring, story.agreement.own
    path = rules.path(story.handoff.path)
    needed = {"fit": path.fit, "engagement": path.engagement} if path else {}
    for name, points in (("Fit", scoring.fit), ("Engagement", scoring.engagement)):
        least = needed.get(name.lower())
        yield line(bold(f"{name} {points}"), f", {least} needed" if least else None)
    if len(scoring.grade) == GRADE and scoring.grade[0] in SHARE and scoring.grade[1] in SHARE:
        letter, digit = tuple(scoring.grade)
        meaning = f"{letter}, {SHARE[letter]} of all fit points; {digit}, {SHARE[digit]} of all engagement points."
        yield line(bold(f"Grade {scoring.grade}"), f": {meaning}")
    met = {one.criterion for one in scoring.evidence}
    for asked in path.requires if path else ():
        label = found.label if (found := rules.criterion(asked)) else asked
        yield line(f"The path asks for “{label}”: {'met' if asked in met else 'missing'}.")
    if scoring.lacking:
        yield line(bold("Sales needs, and has not: "), listed([field_words(one) for one in scoring.lacking]))


def _met(one: Evidence) -> Json | None:
    """`Has authority: VP Operations, 20 points, verified (checked by hand)`."""
    how = f" ({one.how})" if one.how and one.how != AS_TOLD else ""
    return line(
        bold(one.label),
        f": {one.found}" if one.found else None,
        *((", ", date(one.at, DAY)) if one.at else ()),
        f", {_points(one.points, one.reading)}",
        f", verified{how}" if one.verified else how,
    )


def _points(count: int, reading: Reading) -> str:
    return f"{count} {reading} {'point' if abs(count) == 1 else 'points'}"


def _missing(story: Story) -> Iterator[Json | None]:
    """What is not met, the weightiest first; what an older judgement left unsaid is named too."""
    scoring, rules = story.handoff.scoring, story.agreement.own
    for gap in sorted(scoring.gaps, key=lambda one: -one.points):
        yield line(
            bold(gap.label),
            f": {_why(gap, rules)}, {_points(gap.points, gap.reading)}",
            f". Ask: “{gap.ask}”" if gap.ask else None,
        )
    judged = next((one for one in rules.definitions if one.id == scoring.definition), rules.definition)
    said = {one.criterion for one in scoring.evidence} | {one.criterion for one in scoring.gaps}
    for criterion in rules.criteria_of(judged):
        if criterion.id not in said and criterion.points > 0:
            yield line(bold(criterion.label), f": {_points(criterion.points, criterion.reading)}")


def _why(gap: Gap, rules: Policy) -> str:
    """What there is instead: nothing, too little, or another value, where it may be seen here."""
    criterion = rules.criterion(gap.criterion)
    is_done = criterion and all(isinstance(leaf, SignalCondition) for leaf in leaves(criterion.when))
    nothing = {"unknown": "not seen" if is_done else "not known", "short": "not enough yet", "contrary": "not so"}
    return known(gap.found) or nothing[gap.why]


def _checked(checks: Mapping[str, Check]) -> Iterator[Json | None]:
    """A line for each field of which more is known than that somebody said so, and one for all others."""
    told = [field for field, one in checks.items() if one.how == AS_TOLD]
    for field, one in checks.items():
        if field not in told:
            at: tuple[Leaf, ...] = (", ", date(one.at, DAY)) if one.at else ()
            yield line(bold(_capital(field_words(field))), f": {one.verdict}", f", {one.how}" if one.how else None, *at)
    if told:
        yield line(bold("As they were told"), f": {listed(list(map(field_words, told)))}")


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _complete(told: Facts) -> Json | None:
    """`9 of 12 things known`; counted before contact details are taken out, for that they are known is no secret."""
    found = completeness(told)
    rest = f": not {listed(found.missing)}" if found.missing else ""
    return rich(line(bold(f"{found.known} of {found.of} things known"), f"{rest}."))


def _personas(story: Story) -> Json | None:
    rules = story.agreement.own
    fitting = [persona for one in story.handoff.scoring.personas if (persona := rules.persona(one))]
    if not fitting:
        return None
    return rich(
        line(bold("Fits "), listed([one.label for one in fitting])),
        *(line(f"Their usual pain points: {'; '.join(one.pain_points[:PAINS])}") for one in fitting if one.pain_points),
    )


def _timeline(story: Story, done: Sequence[Signal], most: int) -> Iterator[Json | None]:
    """What the lead did, newest first, a list a day of the team's calendar."""
    zone = ZoneInfo(story.agreement.calendar(story.handoff.team).zone)
    shown = done[:most]
    if shown:
        yield header("What they did")
    for _, day in groupby(shown, key=lambda one: one.at.astimezone(zone).date()):
        signals = list(day)
        yield rich(line(date(signals[0].at, DAY)), bullets(map(_did, signals)))
    rest = story.signals_in_all - len(shown)
    if shown and rest > 0:
        yield rich(line(f"and {rest} more before that"))


def _did(signal: Signal) -> Json | None:
    minutes, seconds = divmod(signal.seconds or 0, 60)
    length = f", {minutes} min" if minutes else f", {seconds} s" if seconds else ""
    return line(date(signal.at, TIME), f" {signal_words(signal)}{length}")


def _touches(first: Sequence[Signal], done: Sequence[Signal]) -> Iterator[Json | None]:
    for name, touched in (("First touch ", first), ("Last touch ", done)):
        for signal in touched[:1]:
            yield line(bold(name), signal_words(signal), ", ", date(signal.at))


def _earlier(story: Story, one: Earlier, viewer: str) -> Json | None:
    """`First, 1 Oct, @Rita: not now. “Budget moved to spring.”`"""
    disputed = known(one.disputed)
    return line(
        bold(nth(one.number)),
        ", ",
        date(one.closed_at, DAY),
        *((", ", somebody(one.by, viewer)) if one.by else ()),
        f": {facts.how_it_ended(story, one)}.",
        f" Disputed: {disputed}." if disputed else None,
        *((" ", quoted(one.detail)) if one.detail and known(one.detail) else ()),
    )


def _campaign(story: Story) -> tuple[Leaf, ...]:
    campaign = known(story.facts.campaign)
    return (f", campaign {campaign}",) if campaign else ()
