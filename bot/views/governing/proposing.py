"""The form in which somebody proposes a change of the policy."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Literal

from bot.domain.authority import Ask, may_not, roles_of
from bot.domain.governing.policy_edit import ASKABLE
from bot.domain.policy import Policy
from bot.views.blocks import (
    Json,
    Option,
    button,
    choice,
    context,
    day_input,
    modal,
    number_input,
    stacked,
    text_input,
)
from bot.views.conditions import field_words
from bot.views.ids import Action, Form
from bot.views.text import clip
from bot.views.wording import listed

What = Literal["threshold", "points", "criterion"]
About = Literal["field", "signal"]
MOST_POINTS = 1000


class Part(StrEnum):
    """`block_id`s of the form; the element in each has the same `action_id`, but for the two that are listened to."""

    WHAT = "what"
    THRESHOLD = "threshold"
    CRITERION = "criterion"
    LEAST = "least"
    POINTS = "points"
    LABEL = "label"
    READING = "reading"
    ABOUT = "about"
    FIELD = "asked_field"
    HOW = "asked_how"
    VALUE = "asked_value"
    SIGNAL = "asked_signal"
    COUNT = "asked_count"
    WITHIN = "asked_within"
    WHY = "proposal_why"
    FROM = "proposal_from"


WHATS: Mapping[What, str] = {
    "threshold": "How many points a path asks for",
    "points": "How many points a criterion gives",
    "criterion": "A new criterion",
}
READINGS: Mapping[str, str] = {"fit": "Fit: who they are", "engagement": "Engagement: what they did"}
ABOUTS: Mapping[str, str] = {"field": "What is known of the lead", "signal": "What the lead did"}
HOW: Mapping[str, str] = {
    "known": "is known",
    "is": "is",
    "one_of": "is one of",
    "contains": "contains one of these words",
    "at_least": "is at least",
    "at_most": "is at most",
}


def propose(version: int, rules: Policy, what: What, about: About, pending: int | None) -> Json:
    """The form for the version in force; `pending` is another proposal, whose place this one would take."""
    return modal(
        "Propose a change",
        stacked(
            context(f"Version {pending} waits for signatures. What you send now takes its place.") if pending else None,
            choice(
                Part.WHAT,
                "What should change?",
                list(WHATS.items()),
                placeholder="Choose one",
                action_id=Action.CHOOSE_CHANGE,
                chosen=what,
            ),
            *PARTS[what](rules, about),
            text_input(Part.WHY, "Why?", hint="Everyone who signs reads this.", most=500),
            day_input(
                Part.FROM, "From when?", optional=True, hint="Leave it empty for: as soon as everyone has signed."
            ),
        ),
        callback_id=Form.PROPOSE,
        submit="Propose",
        about=str(version),
    )


def _threshold(rules: Policy, _: About) -> Sequence[Json]:
    paths = [path for definition in rules.all_definitions for path in definition.paths]
    options = [
        (f"{path.id}:{reading}", f"{clip(path.label, 45)}: {reading}, now {now}")
        for path in paths
        for reading, now in (("fit", path.fit), ("engagement", path.engagement))
    ]
    return (
        choice(Part.THRESHOLD, "Which?", options, placeholder="Choose a path and a reading"),
        number_input(Part.LEAST, "Points it should ask for", 0, 100_000),
    )


def _points(rules: Policy, _: About) -> Sequence[Json]:
    criteria = [criterion for definition in rules.all_definitions for criterion in definition.criteria]
    options = [(one.id, f"{clip(one.label, 45)}: now {one.points} {one.reading}") for one in criteria]
    return (
        choice(Part.CRITERION, "Which?", options, placeholder="Choose a criterion"),
        number_input(Part.POINTS, "Points it should give", -MOST_POINTS, MOST_POINTS, hint=BELOW_ZERO),
    )


BELOW_ZERO = "Points below zero speak against a lead."


def _criterion(_: Policy, about: About) -> Sequence[Json]:
    return (
        text_input(Part.LABEL, "What is it called?", lines=False, most=100, hint="As reps will read it on the card."),
        choice(Part.READING, "What does it count for?", _options(READINGS), placeholder="Choose one"),
        number_input(Part.POINTS, "Points it gives", -MOST_POINTS, MOST_POINTS, hint=BELOW_ZERO),
        choice(
            Part.ABOUT,
            "What does it ask about?",
            _options(ABOUTS),
            placeholder="Choose one",
            action_id=Action.CHOOSE_QUESTION,
            chosen=about,
        ),
        *ASKED[about](),
    )


def _options(named: Mapping[str, str]) -> list[Option]:
    return list(named.items())


def _field() -> Sequence[Json]:
    fields = [(field, _capital(field_words(field))) for field in ASKABLE]
    return (
        choice(Part.FIELD, "Which fact?", fields, placeholder="Choose one"),
        choice(Part.HOW, "What about it?", _options(HOW), placeholder="Choose one"),
        text_input(
            Part.VALUE, "Compared with", lines=False, optional=True, most=500, hint="Several values: commas between."
        ),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _signal() -> Sequence[Json]:
    return (
        text_input(
            Part.SIGNAL, "Which signal?", lines=False, most=100, hint="As it is sent, such as webinar_attended."
        ),
        number_input(Part.COUNT, "How often, at least?", 1, 1000, optional=True, hint="Leave it empty for once."),
        text_input(
            Part.WITHIN, "In how short a time?", lines=False, optional=True, most=40, hint="Such as 14 days. Or ever."
        ),
    )


PARTS: Mapping[What, Callable[[Policy, About], Sequence[Json]]] = {
    "threshold": _threshold,
    "points": _points,
    "criterion": _criterion,
}
ASKED: Mapping[About, Callable[[], Sequence[Json]]] = {"field": _field, "signal": _signal}


def offered(version: int, rules: Policy, viewer: str) -> list[Json]:
    """The button that opens the form, for whoever may use it."""
    if may_not(Ask.PROPOSE, roles_of(viewer, rules), rules):
        return []
    return [button("Propose a change", Action.PROPOSE, str(version))]


def proposed(version: int, signers: Sequence[str], start: str | None, doubts: Sequence[str], *, in_force: bool) -> str:
    """What whoever proposed it reads in place of the form; words of ours, with mentions."""
    if in_force:
        said = f"Version {version} is in force."
    elif not signers:
        said = f"Version {version} is in force on {start}."
    else:
        said = (
            f"{listed([f'<@{one}>' for one in signers])} {'have' if len(signers) > 1 else 'has'} version {version} "
            f"to sign, in a message from me. It is in force {f'on {start} ' if start else ''}once everyone has signed."
        )
    return "\n".join([said, *(f"Good to know: {doubt}." for doubt in doubts)])
