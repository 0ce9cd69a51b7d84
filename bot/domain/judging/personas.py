"""Whether a lead is one of the people we sell to."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from bot.domain.definition import Persona
from bot.domain.judging.patterns import LONGEST_TEXT
from bot.domain.lead import Facts, fact


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=512)
def _any_case(options: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_plain, options))


@lru_cache(maxsize=512)
def _words(titles: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these, as whole words in any case."""
    options = (r"\s+".join(map(re.escape, title.split())) for title in titles if title.strip())
    return re.compile(rf"(?<!\w)(?:{'|'.join(options)})(?!\w)", re.IGNORECASE)


class Trait(NamedTuple):
    """One thing a persona may say: whether it does, and whether a known value of that field fits it."""

    said_by: Callable[[Persona], bool]
    fits: Callable[[Persona, Any], bool]


def _employees(persona: Persona, count: int) -> bool:
    least, most = persona.employees_from, persona.employees_to
    return (least is None or count >= least) and (most is None or count <= most)


TRAITS: Mapping[str, Trait] = {
    "title": Trait(
        lambda persona: bool(persona.titles),
        lambda persona, title: _words(persona.titles).search(title[:LONGEST_TEXT]) is not None,
    ),
    "company.industry": Trait(
        lambda persona: bool(persona.industries),
        lambda persona, industry: _plain(industry) in _any_case(persona.industries),
    ),
    "company.employees": Trait(
        lambda persona: persona.employees_from is not None or persona.employees_to is not None, _employees
    ),
    "company.country": Trait(
        lambda persona: bool(persona.countries),
        lambda persona, country: _plain(country) in _any_case(persona.countries),
    ),
}
"""The fields that tell whether somebody is a persona, in the order in which people say them."""


class Answer(NamedTuple):
    """A field that a persona names, what is known of it, and whether that fits; None where nothing is known."""

    field: str
    value: object
    fits: bool | None


def answers_of(persona: Persona, facts: Facts) -> Iterator[Answer]:
    """What a lead answers to everything that a persona names; a persona that names nothing asks nothing."""
    for field, trait in TRAITS.items():
        if trait.said_by(persona):
            value = fact(facts, field)
            known = value is not None and bool(str(value).strip())
            yield Answer(field, value, trait.fits(persona, value) if known else None)


def is_one(persona: Persona, facts: Facts) -> bool:
    """Whether a lead fits all that a persona names, which is something; what is not known fits nothing."""
    named = False
    for answer in answers_of(persona, facts):
        if not answer.fits:
            return False
        named = True
    return named
