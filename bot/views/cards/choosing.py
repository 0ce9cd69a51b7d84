"""Why a lead is whose it is: one sentence on the card."""

from collections.abc import Callable, Mapping

from bot.domain.assigning.choice import By, Choice
from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views.blocks import Json, Leaf, bold, line, user
from bot.views.cards.status import EVERYONE
from bot.views.languages import language
from bot.views.wording import listed


def why_you(story: Story, viewer: str) -> Json | None:
    """`Why you: it was your turn in emea (rule dach).`, while the offer waits for an answer.

    Nothing where another line of the card says it: whose account it is, and who handed the lead on.
    """
    choice, owner = story.choice, story.handoff.owner
    if choice is None or owner is None or story.handoff.state is not State.OFFERED or viewer not in {owner, EVERYONE}:
        return None
    yours = viewer == owner
    said = SAID[choice.by](choice, yours) if choice.by in SAID else None
    who: tuple[Leaf, ...] = (bold("Why you"),) if yours else (bold("Why "), user(owner))
    return line(*who, f": {said}.") if said else None


def _turn(choice: Choice, yours: bool) -> str:
    return f"{suited(choice, yours)}it was {_whose(yours)} turn in {choice.team}{by_rule(choice)}"


def _load(choice: Choice, yours: bool) -> str:
    have = "you have" if yours else "they have"
    return f"{suited(choice, yours)}{have} the least open work in {choice.team}{by_rule(choice)}"


def _whose(yours: bool) -> str:
    return "your" if yours else "their"


def suited(choice: Choice, yours: bool) -> str:
    """`nobody of apac can take it, you speak German, and `: what narrowed the choice, if anything did."""
    they = "you" if yours else "they"
    parts = [
        f"nobody in {choice.instead_of} can take it" if choice.instead_of else "",
        f"{they} know {listed(choice.skills)}" if choice.skills else "",
        f"{they} speak {language(choice.language)}" if choice.language else "",
    ]
    known = ", ".join(filter(None, parts))
    return f"{known}, and " if known else ""


def by_rule(choice: Choice) -> str:
    """` (rule dach, counts as 3 turns)`."""
    parts = [
        f"rule {choice.rule}" if choice.rule else "",
        f"counts as {choice.value} turns" if choice.value > 1 else "",
    ]
    known = ", ".join(filter(None, parts))
    return f" ({known})" if known else ""


SAID: Mapping[By, Callable[[Choice, bool], str]] = {
    "turn": _turn,
    "load": _load,
    "holder": lambda _, yours: f"{'you have' if yours else 'they have'} another lead of this company",
    "before": lambda _, yours: f"{'you' if yours else 'they'} had this lead before",
    "earlier": lambda _, yours: f"{'you' if yours else 'they'} accepted this lead the last time",
    "catch all": lambda *_: "nobody else was left to take it",
}
