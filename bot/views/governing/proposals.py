"""A policy that somebody proposed: what signers see and press, and what its proposer hears."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.views.blocks import (
    Json,
    Leaf,
    Message,
    actions,
    bold,
    bullets,
    button,
    code,
    header,
    line,
    quoted,
    rich,
    spoken,
    stacked,
)
from bot.views.cards.status import somebody
from bot.views.ids import Action
from bot.views.text import PERSON

LINES, TOLD, OBJECTIONS = 20, 12, 10
"""How many lines of the file, changes in words, and objections a card shows."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One version as its card shows it; people are Slack ids, or the name of whoever typed a command."""

    version: int
    company: str
    state: str
    """As stored."""
    by: str
    why: str | None = None
    starts_on: date | None = None
    told: Sequence[str] = ()
    """What changes, in words."""
    lines: Sequence[str] = ()
    """What changes, line by line of the file."""
    effect: Sequence[str] | None = None
    """What it would have changed; None while that is being worked out."""
    signed: Sequence[str] = ()
    waiting: Sequence[str] = ()
    objections: Sequence[tuple[str, str]] = ()
    admins: Sequence[str] = ()
    clocks: Mapping[str, int] | None = None
    """Of the leads that were open when it was proposed; None where their clocks are not counted anew."""
    next_version: int | None = None
    """Of the one that took its place before it was signed."""


def proposal(shown: Proposal, viewer: str) -> Message:
    """What a new policy would change, why and from when, who has signed, and what this person can do about it."""
    title, state = f"New rules for {shown.company}: version {shown.version}", _state(shown)
    asked = shown.state == "pending" and viewer in shown.waiting
    return Message(
        spoken(line(f"{title}."), line("Please sign or object.") if asked else state),
        stacked(
            header(title),
            rich(_proposed(shown, viewer), state and line(*_bold(state))),
            rich(
                line(bold("What changes")) if shown.told else None,
                bullets(line(one) for one in _some(shown.told, TOLD, "changes")),
            ),
            _effect(shown),
            _clocks(shown),
            rich(line(bold("In the policy file")), code(_some(shown.lines, LINES, "lines"))) if shown.lines else None,
            rich(
                _people("Signed ", shown.signed, viewer),
                _people("Not yet signed ", shown.waiting, viewer) if shown.state == "pending" else None,
                *(
                    line(somebody(who, viewer), " objected: ", quoted(why))
                    for who, why in shown.objections[:OBJECTIONS]
                ),
            ),
            _buttons(shown, viewer),
        ),
    )


def _proposed(shown: Proposal, viewer: str) -> Json | None:
    by = _named(shown.by, viewer) if PERSON.fullmatch(shown.by) else shown.by
    return line("Proposed by ", by, ": ", quoted(shown.why)) if shown.why else line("Proposed by ", by, ".")


def _state(shown: Proposal) -> Json | None:
    if shown.state == "withdrawn" and shown.next_version:
        return line(f"Version {shown.next_version} took its place.")
    if shown.state != "pending":
        return line(STATES.get(shown.state, ""))
    if any(who in shown.waiting for who, _ in shown.objections):
        return line("Held up by an objection: in force once everyone has signed all the same, or withdrawn.")
    if shown.starts_on is None:
        return line("In force as soon as everyone has signed.")
    on = f"In force on {day(shown.starts_on)}"
    if not shown.waiting:
        return line(f"Signed by everyone. {on}." if shown.signed else f"{on}.")
    return line(f"{on} once everyone has signed.")


def day(on: date) -> str:
    """`1 December 2026`."""
    return f"{on.day} {on:%B %Y}"


STATES = {
    "in_force": "In force.",
    "replaced": "Replaced by a newer version.",
    "withdrawn": "Withdrawn.",
}


def _bold(one: Json) -> list[Leaf]:
    """The leaves of a line, its words in bold."""
    return [{**leaf, "style": {"bold": True}} if leaf["type"] == "text" else leaf for leaf in one["elements"]]


def _some(lines: Sequence[str], most: int, what: str) -> list[str]:
    rest = len(lines) - most
    return [*lines[:most], *([f"and {rest} more {what}"] if rest > 0 else [])]


def _effect(shown: Proposal) -> Json | None:
    if shown.effect is None:
        lines: Sequence[str] = ["being worked out"] if shown.state == "pending" else ()
    else:
        lines = shown.effect
    if not lines:
        return None
    return rich(line(bold("In the last 90 days it would have meant")), bullets(line(one) for one in lines))


def _clocks(shown: Proposal) -> Json | None:
    if shown.clocks is None:
        return None
    return rich(line(bold("Open leads get the new times. "), f"When proposed, {clocks(shown.clocks)}."))


def clocks(counts: Mapping[str, int]) -> str:
    """`12 open leads: 3 due earlier (1 of them at once), 2 later, 7 the same`; counts as `Preview` gives them."""
    number = sum(count for what, count in counts.items() if what != "at once")
    at_once = f" ({counts['at once']} of them at once)" if counts.get("at once") else ""
    told = [
        f"{counts[what]} {words}"
        for what, words in (
            ("earlier", f"due earlier{at_once}"),
            ("later", "due later"),
            ("done", "with nothing more promised"),
            ("same", "the same"),
        )
        if counts.get(what)
    ]
    return ": ".join(filter(None, [f"{number:,} open {'lead' if number == 1 else 'leads'}", ", ".join(told)]))


def _people(title: str, people: Sequence[str], viewer: str) -> Json | None:
    if not people:
        return None
    named: list[Leaf] = []
    for one in people:
        named += [", "] * bool(named)
        named.append(_named(one, viewer))
    return line(bold(title), *named)


def _named(person: str, viewer: str) -> Leaf:
    """`you`, or a mention, within a sentence."""
    return "you" if person == viewer else somebody(person, viewer)


def _buttons(shown: Proposal, viewer: str) -> Json | None:
    if shown.state != "pending":
        return None
    value, about = str(shown.version), f"version {shown.version}"
    offered = [
        *((button("Sign", Action.SIGN_POLICY, value, about=about, style="primary"),) * (viewer in shown.waiting)),
        *((button("Object", Action.OBJECT_POLICY, value, about=f"to {about}"),) * (viewer in shown.waiting)),
        *((button("Withdraw", Action.WITHDRAW_POLICY, value, about=about),) * (viewer in {shown.by, *shown.admins})),
        button("Backtest", Action.BACKTEST, value, about=f"of {about}"),
    ]
    return actions(*offered)


def news(version: int, what: str, by: str, words: str | None) -> Message:
    """To whoever proposed it: what became of their proposal, or what somebody says against it."""
    who: Leaf = somebody(by, "") if PERSON.fullmatch(by) else by
    told = {
        "objected": line(who, f" objects to version {version}: ", quoted(words or "")),
        "agreed": line(who, f" objected to version {version}, and has signed it since."),
        "in force": line(f"Version {version}, which you proposed, is in force."),
        "withdrawn": line(who, f" withdrew version {version}, which you proposed."),
        "replaced": line(who, f" put up another policy in place of version {version}, which you proposed."),
    }[what]
    return Message(spoken(told), stacked(rich(told)))
