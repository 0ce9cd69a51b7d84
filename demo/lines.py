"""A line in the terminal for each thing that happens in Slack."""

from dataclasses import dataclass

from demo.reading import MENTION, Names, plain

MARKETING, ESCALATIONS, THREAD = "marketing-leads", "lead-escalations", "a thread"


@dataclass(frozen=True, slots=True)
class Happening:
    """A message that is new or reads differently: where it stands, what it said before, and what it says now."""

    place: str
    before: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How a happening is called: by its place and a few words that tell its kind."""

    place: str
    told_by: str
    name: str
    colour: str


RULES = (
    Rule(THREAD, "", "reminded", "yellow"),
    Rule(ESCALATIONS, "Sorted", "sorted", "green"),
    Rule(ESCALATIONS, "", "escalated", "red"),
    Rule(MARKETING, " accepted ", "accepted", "green"),
    Rule(MARKETING, "aken back", "undone", "blue"),
    Rule(MARKETING, " claimed ", "claimed", "green"),
    Rule(MARKETING, "Nearly with sales", "incomplete", "yellow"),
    Rule(MARKETING, " went to sales ", "completed", "green"),
    Rule(MARKETING, "One person", "same person?", "yellow"),
    Rule(MARKETING, "Two people", "two people", "blue"),
    Rule(MARKETING, "Two leads became one", "merged", "blue"),
    Rule(MARKETING, "Not needed any more", "settled", "blue"),
    Rule(MARKETING, "Nobody answered", "returned", "magenta"),
    Rule(MARKETING, "", "rejected", "magenta"),
)
"""The first that fits; anything else is a team's card."""

OPENING = "New lead: "
NEAR = "nearly qualified for "
TAKEN_AT_ONCE = " has "
FOLLOWED_UP = "Followed up"


def line(happening: Happening, names: Names) -> tuple[str, str, str] | None:
    """The name of what happened, its colour, and the words; None for what another line tells already."""
    rule = next((one for one in RULES if one.place == happening.place and one.told_by in happening.text), None)
    called = (rule.name, rule.colour) if rule else _card(happening)
    return (*called, plain(_owner_first(happening.text), names)) if called else None


def _card(happening: Happening) -> tuple[str, str] | None:
    """A team's card is news when it is new, has another owner, or was followed up: all else stands elsewhere too."""
    before, text = happening.before, happening.text
    if before is None:
        return next((called for words, called in NEW.items() if words in text), ("waiting", "yellow"))
    if FOLLOWED_UP in text and FOLLOWED_UP not in before:
        return "followed up", "green"
    if set(MENTION.findall(text)) - set(MENTION.findall(before)):
        return "passed on", "blue"
    return None


NEW = {OPENING: ("handed over", "cyan"), NEAR: ("near misses", "yellow"), TAKEN_AT_ONCE: ("handed over", "cyan")}
"""How a message in a team's channel is called when it is new, by words it has."""


def _owner_first(text: str) -> str:
    """A new lead's sentence with whom it goes to in front, where a narrow window does not cut it off."""
    owner = MENTION.search(text)
    if owner is None or not text.startswith(OPENING):
        return text
    return f"to {owner[0]}: {text[: owner.start()].removeprefix(OPENING)}"
