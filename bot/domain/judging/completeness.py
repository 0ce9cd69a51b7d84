"""How much is known of a lead that both teams want to know of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.lead import Facts, fact

THINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("first_name", "last_name"),
    "job title": ("title",),
    "e-mail address": ("email",),
    "phone number": ("phone",),
    "company": ("company.name",),
    "industry": ("company.industry",),
    "company size": ("company.employees",),
    "country": ("company.country",),
    "pain point": ("pain_points", "bant.need"),
    "budget": ("bant.budget",),
    "authority": ("bant.authority",),
    "timing": ("bant.timing",),
}
"""What a lead is described by: who they are, how to reach them, what they need. Any one of the fields is enough."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the things are known, of how many, and which are not."""

    known: int
    of: int
    missing: tuple[str, ...]


def completeness(facts: Facts) -> Completeness:
    """Counts what is known; a text without a letter or digit says nothing."""
    missing = tuple(thing for thing, fields in THINGS.items() if not any(_says(fact(facts, one)) for one in fields))
    return Completeness(len(THINGS) - len(missing), len(THINGS), missing)


def _says(value: object) -> bool:
    if isinstance(value, tuple):
        return any(map(_says, value))
    return any(map(str.isalnum, value)) if isinstance(value, str) else value is not None
