"""From what two teams answer apart from each other to a first definition, and to what they have yet to talk about."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.definition import Label
from bot.domain.durations import Duration
from bot.domain.references import PersonRef
from bot.domain.values import Value

Side = Literal["sales", "marketing"]
Action = Literal[
    "contact_requested", "demo_requested", "pricing_visited", "webinar_attended", "event_visit", "ebook_download"
]
ACTIONS: dict[str, tuple[str, int, str]] = {
    "contact_requested": ("Asked to be contacted", 40, "{field: contact_requested, equals: true}"),
    "demo_requested": ("Asked for a demo", 30, "{signal: demo_requested}"),
    "pricing_visited": (
        "Came back to pricing",
        25,
        '{signal: page_view, url: "*/pricing*", at_least: 3, within: 7 days}',
    ),
    "webinar_attended": ("Attended a webinar", 15, "{signal: webinar_attended}"),
    "event_visit": ("Met us at an event", 15, "{signal: event_visit}"),
    "ebook_download": ("Downloaded an e-book", 10, "{signal: ebook_download}"),
}
"""What a lead may do: how it is called, what it is worth at first, and the condition."""
REQUIRABLE = Literal["email", "phone", "title", "company.name", "company.country"]


class Answers(Value):
    """What one team answered to the questionnaire."""

    team: Side
    company: Label
    people: Annotated[tuple[PersonRef, ...], Field(min_length=1)]
    """Who signs for this team."""
    manager: PersonRef | None = None
    reps: tuple[PersonRef, ...] = ()
    titles: tuple[Label, ...] = ()
    industries: tuple[Label, ...] = ()
    countries: tuple[Label, ...] = ()
    employees_from: Annotated[int, Field(ge=1)] | None = None
    actions: tuple[Action, ...] = ()
    needs: tuple[REQUIRABLE, ...] = ("email",)
    answer_within: Duration | None = None
    refuse_because: tuple[Annotated[str, Field(min_length=1, max_length=75)], ...] = ()


LISTS = (
    ("titles", "job titles"),
    ("industries", "industries"),
    ("countries", "countries"),
    ("actions", "what a lead does"),
    ("needs", "what sales needs to know"),
    ("refuse_because", "reasons to refuse a lead"),
)
SINGLE = (("employees_from", "people in the company, at least"), ("answer_within", "how soon sales answers"))


def compared(sales: Answers, marketing: Answers) -> list[str]:
    """A line for everything that both teams said, and for everything that one of them said alone."""
    lines = []
    for field, words in LISTS:
        both, only = _shared(getattr(sales, field), getattr(marketing, field))
        if both:
            lines.append(f"Agreed on {words}: {_words(both)}")
        lines += [f"Only {side} names {words}: {_words(said)}" for side, said in only if said]
    for field, words in SINGLE:
        said = getattr(sales, field), getattr(marketing, field)
        if said[0] == said[1]:
            lines += [f"Agreed on {words}: {said[0]}"] if said[0] else []
        else:
            lines.append(f"To talk about, {words}: sales says {said[0] or 'nothing'}, marketing {said[1] or 'nothing'}")
    return lines


def _shared(sales: Sequence[str], marketing: Sequence[str]) -> tuple[list[str], tuple[tuple[Side, list[str]], ...]]:
    """What both said, whatever the case, and what each said alone."""
    folded = [{one.casefold() for one in side} for side in (sales, marketing)]
    both = [one for one in sales if one.casefold() in folded[1]]
    alone = [one for one in sales if one.casefold() not in folded[1]]
    return both, (("sales", alone), ("marketing", [one for one in marketing if one.casefold() not in folded[0]]))


def draft(sales: Answers, marketing: Answers) -> str:
    """A policy file of what both teams said; what only one of them said stands in it as a comment beside its place."""
    team = sales if sales.reps else marketing
    manager = team.manager or sales.people[0]
    lines = [
        "# A first draft, made of what both teams answered. What one team said alone is a comment: talk about it.",
        f"company: {_text(sales.company)}",
        f"roles: {{marketing: {_list(marketing.people)}, admins: {_list([manager])}}}",
        f"sign_off: {{sales: {_list(sales.people)}, marketing: {_list(marketing.people)}}}",
        "definition:",
        "  criteria:",
        *_criteria(sales, marketing),
        "  paths:",
        *_paths(sales, marketing),
        *_gate(sales, marketing),
        "teams:",
        f"  - {{id: sales, manager: {_text(manager)}, reps: [{', '.join(map(_rep, team.reps or (manager,)))}]}}",
        *_promise(sales, marketing),
        *_reasons(sales, marketing),
    ]
    return "\n".join(lines) + "\n"


def _rep(person: str) -> str:
    return f"{{email: {_text(person)}}}"


def _criteria(sales: Answers, marketing: Answers) -> Iterator[str]:
    for field, words in LISTS[:3]:
        both, only = _shared(getattr(sales, field), getattr(marketing, field))
        yield from (f"    # only {side} names {words}: {_words(said)}" for side, said in only if said)
        if both:
            yield f"    - {_fit(field, both)}"
    least = _smaller(sales, marketing)
    if least is not None:
        yield from _differ("employees_from", "people in the company, at least", sales, marketing)
        when = f"{{field: company.employees, at_least: {least}}}"
        yield f"    - {{id: size, label: {least} people or more, reading: fit, points: 15, when: {when}}}"
    both, only = _shared(sales.actions, marketing.actions)
    for side, said in only:
        yield from (f"    # only {side} names: {ACTIONS[one][0].lower()}" for one in said)
    yield from (f"    - {_engagement(one)}" for one in _actions(sales, marketing))


def _fit(field: str, both: Sequence[str]) -> str:
    if field == "titles":
        pattern = "(?i)\\b(" + "|".join(map(re.escape, both)) + ")\\b"
        label, points, when = "The right person", 20, f"{{field: title, matches: {_text(pattern)}}}"
    elif field == "industries":
        label, points, when = "Our industry", 15, f"{{field: company.industry, one_of: {_list(both)}}}"
    else:
        label, points, when = "Our countries", 10, f"{{field: company.country, one_of: {_list(both)}}}"
    return f"{{id: {field}, label: {label}, reading: fit, points: {points}, when: {when}}}"


def _engagement(action: str) -> str:
    label, points, when = ACTIONS[action]
    fades = ", half_life: 30 days" if "signal" in when else ""
    name = action.replace("_", "-")
    return f"{{id: {name}, label: {label}, reading: engagement, points: {points}{fades}, when: {when}}}"


def _actions(sales: Answers, marketing: Answers) -> Sequence[str]:
    """What both named; where that is nothing, the one thing nobody refuses."""
    return _shared(sales.actions, marketing.actions)[0] or ["contact_requested"]


def _smaller(sales: Answers, marketing: Answers) -> int | None:
    return min(filter(None, (sales.employees_from, marketing.employees_from)), default=None)


def _paths(sales: Answers, marketing: Answers) -> Iterator[str]:
    fit = [20, 15, 10]
    points = [
        worth
        for worth, (field, _) in zip(fit, LISTS[:3], strict=True)
        if _shared(getattr(sales, field), getattr(marketing, field))[0]
    ]
    points += [15] if _smaller(sales, marketing) is not None else []
    actions = _actions(sales, marketing)
    half, most = round(sum(points) * 0.6), max(ACTIONS[one][1] for one in actions)
    if "contact_requested" in actions:
        yield "    - {id: asked, label: Asked for sales, requires: [contact-requested], sla: fast}"
    yield f"    - {{id: scored, label: Fit and engaged, fit: {half}, engagement: {most}}}"


def _gate(sales: Answers, marketing: Answers) -> Iterator[str]:
    both, only = _shared(sales.needs, marketing.needs)
    yield from (f"  # only {side} needs: {_words(said)}" for side, said in only if said)
    yield f"  evidence: {{required: {_list(both)}}}"


def _promise(sales: Answers, marketing: Answers) -> Iterator[str]:
    within = sales.answer_within or marketing.answer_within
    if within is None:
        return
    yield from (one.removeprefix("  ") for one in _differ("answer_within", "how soon sales answers", sales, marketing))
    ladder = "[{at: 50%, do: remind}, {at: 100%, do: escalate}, {at: 150%, do: reassign}]"
    yield f"sla: {{default: {{acceptance: {{within: {within}, ladder: {ladder}}}}}}}"


def _differ(field: str, words: str, sales: Answers, marketing: Answers) -> Iterator[str]:
    said = getattr(sales, field), getattr(marketing, field)
    if said[0] != said[1]:
        yield f"    # {words}: sales says {said[0] or 'nothing'}, marketing {said[1] or 'nothing'}"


def _reasons(sales: Answers, marketing: Answers) -> Iterator[str]:
    both, only = _shared(sales.refuse_because, marketing.refuse_because)
    yield from (f"# only {side} names as a reason to refuse: {_words(said)}" for side, said in only if said)
    if both:
        yield "reasons:"
        yield from (f"  - {{id: {name}, label: {_text(label)}, means: recycle}}" for name, label in _named(both))


def _named(labels: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, label in enumerate(labels, start=1):
        yield f"reason-{number}", label


def _words(said: Iterable[str]) -> str:
    """In one line, whatever was written."""
    return " ".join(", ".join(said).split())


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
