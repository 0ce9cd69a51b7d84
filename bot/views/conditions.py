"""Conditions of the definition as somebody would say them."""

import re
from collections.abc import Iterable, Mapping

from bot.domain.definition import AllOf, AnyOf, Condition, FieldCondition, Not, PersonaCondition, SignalCondition
from bot.domain.policy import Policy

FIELDS: Mapping[str, str] = {
    "external_id": "the sender's id",
    "email": "e-mail address",
    "phone": "phone number",
    "first_name": "first name",
    "last_name": "last name",
    "title": "job title",
    "contact_requested": "asked to be contacted",
    "time_zone": "time zone",
    "pain_points": "pain points",
    "company.name": "company name",
    "company.domain": "company's web domain",
    "company.industry": "industry",
    "company.employees": "number of people",
    "company.country": "country",
    "company.region": "region",
    "bant.budget": "budget",
    "bant.authority": "authority",
    "bant.need": "need",
    "bant.timing": "timing",
}
"""What people call the fields of a lead; others are called by their own name."""

OPTIONS = 6
NO_WORDS = re.compile(r"\(\?i\)|\\b|[\^$]")
ENCLOSED = re.compile(r"\((?:\?:)?(.*)\)")
WORD = re.compile(r"[\w '&-]+")


def field_words(field: str) -> str:
    """`job title` for `title`."""
    return FIELDS.get(field) or field.removeprefix("attributes.").replace("_", " ").replace(".", " ")


def condition_words(condition: Condition, rules: Policy) -> str:
    """`number of people at least 200`, `webinar attended in the last 30 days`, `fits “Finance lead”`."""
    if isinstance(condition, FieldCondition):
        return _field(condition)
    if isinstance(condition, SignalCondition):
        return _signal(condition)
    if isinstance(condition, PersonaCondition):
        persona = rules.persona(condition.persona)
        return f"fits “{persona.label if persona else condition.persona}”"
    if isinstance(condition, Not):
        return f"not: {_inner(condition.not_, rules)}"
    joined, parts = (" and ", condition.all) if isinstance(condition, AllOf) else (" or ", condition.any)
    return joined.join(_inner(part, rules) for part in parts)


def _inner(condition: Condition, rules: Policy) -> str:
    said = condition_words(condition, rules)
    return f"({said})" if isinstance(condition, AllOf | AnyOf) else said


def _field(asked: FieldCondition) -> str:
    what = field_words(asked.field)
    if asked.known is not None:
        return f"{what} {'is' if asked.known else 'is not'} known"
    if isinstance(asked.equals, bool):
        return f"{what}: {'yes' if asked.equals else 'no'}"
    if asked.equals is not None:
        return f"{what} is {asked.equals}"
    if asked.one_of is not None:
        return f"{what} is {either(map(str, asked.one_of))}"
    if asked.matches is not None:
        return f"{what} {_pattern(asked.matches)}"
    bound = ("at least", asked.at_least) if asked.at_least is not None else ("at most", asked.at_most)
    return f"{what} {bound[0]} {bound[1]:,.10g}"


def _pattern(written: str) -> str:
    """`has vp, head or 3 more`: the words among the alternatives of a regular expression; the rest are counted."""
    choices = _alternatives(NO_WORDS.sub("", written))
    while len(choices) == 1 and (inner := ENCLOSED.fullmatch(choices[0])):
        choices = _alternatives(inner[1])
    plain = [one for one in choices if WORD.fullmatch(one)]
    if not plain:
        return "fits a pattern"
    rest = len(choices) - len(plain[:OPTIONS])
    return f"has {', '.join(plain[:OPTIONS])} or {rest} more" if rest else f"has {either(plain)}"


def _alternatives(pattern: str) -> list[str]:
    """Split at each `|` that stands in no brackets."""
    found, depth, escaped = [""], 0, False
    for mark in pattern:
        depth += 0 if escaped else (mark in "([") - (mark in ")]")
        if mark == "|" and not depth and not escaped:
            found.append("")
        else:
            found[-1] += mark
        escaped = mark == "\\" and not escaped
    return found


def _signal(asked: SignalCondition) -> str:
    times = f"{asked.at_least} × " if asked.at_least > 1 else ""
    parts = (
        f"{times}{asked.signal.replace('_', ' ')}",
        f"of {asked.url}" if asked.url else "",
        f"for {asked.seconds} seconds or more" if asked.seconds else "",
        f"within {asked.within}" if asked.within else "",
        f"in the last {asked.recent}" if asked.recent else "",
    )
    return " ".join(filter(None, parts))


def either(options: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`; of many the first few."""
    every = list(options)
    if len(every) > OPTIONS:
        return f"{', '.join(every[:OPTIONS])} or {len(every) - OPTIONS} more"
    return " or ".join(filter(None, (", ".join(every[:-1]), every[-1]))) if every else ""
