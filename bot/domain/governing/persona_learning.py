"""Whom we really sell to: what customers we won have in common, against everybody who came."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from bot.domain.lead import Facts

ENOUGH = 10
"""Of fewer won customers nothing can be learned."""
SEEN = 3
"""How often something must be among the won to be named."""
MORE = 1.25
"""How much more frequent among the won than among all."""
NAMED = 6
SMALL_WORDS = frozenset({"and", "the", "for", "von", "der", "die", "und", "des", "del", "los", "las", "sur"})
TRAITS = ("industry", "title word", "country", "size", "pain point")
SIZES = ((1, 49), (50, 199), (200, 999), (1000, None))


@dataclass(slots=True)
class Tally:
    """Counts how many leads have each trait; add leads one by one, in any order."""

    leads: int = 0
    counted: dict[str, Counter[str]] = field(default_factory=lambda: {trait: Counter() for trait in TRAITS})
    spelled: Counter[tuple[str, str]] = field(default_factory=Counter)
    employees: list[int] = field(default_factory=list)

    def add(self, facts: Facts) -> None:
        self.leads += 1
        for trait, values in _traits(facts):
            for value in dict.fromkeys(one.strip() for one in values if one.strip()):
                self.counted[trait][value.casefold()] += 1
                self.spelled[value.casefold(), value] += 1
        if facts.company.employees:
            self.employees.append(facts.company.employees)

    def spelling(self, folded: str) -> str:
        """As most people write it."""
        ways = [(number, value) for (key, value), number in self.spelled.items() if key == folded]
        return max(ways)[1] if ways else folded


def _traits(facts: Facts) -> Iterator[tuple[str, Iterable[str]]]:
    company = facts.company
    words = re.findall(r"[^\W\d_]{3,}", facts.title or "")
    yield "industry", [company.industry or ""]
    yield "title word", [word for word in words if word.casefold() not in SMALL_WORDS]
    yield "country", [company.country or ""]
    yield "size", [_size(company.employees)]
    yield "pain point", facts.pain_points


def _size(employees: int | None) -> str:
    found = next(
        (band for band in SIZES if employees and employees >= band[0] and employees <= (band[1] or employees)), None
    )
    return "" if found is None else f"{found[0]}–{found[1]}" if found[1] else f"{found[0]:,} or more"


@dataclass(frozen=True, slots=True)
class Learned:
    """How often something is among the won, and among all."""

    trait: str
    value: str
    won: int
    share_of_won: float
    share_of_all: float

    @property
    def speaks_for(self) -> bool:
        return self.won >= SEEN and self.share_of_won >= self.share_of_all * MORE


def learned(won: Tally, everybody: Tally) -> list[Learned]:
    """What stands out among at least ten won customers, the most frequent first; nothing where there are fewer."""
    if won.leads < ENOUGH:
        return []
    return [
        Learned(
            trait,
            won.spelling(value),
            number,
            number / won.leads,
            max(everybody.counted[trait][value], number) / max(everybody.leads, won.leads),
        )
        for trait in TRAITS
        for value, number in sorted(won.counted[trait].items(), key=lambda item: (-item[1], item[0]))
        if number >= SEEN
    ]


def proposed(found: Sequence[Learned], won: Tally) -> str:
    """A `personas` section for the policy file, of what speaks for a customer; empty where nothing does."""
    named = {trait: [one.value for one in found if one.trait == trait and one.speaks_for][:NAMED] for trait in TRAITS}
    fields = (
        ("industries", named["industry"]),
        ("titles", named["title word"]),
        ("countries", named["country"]),
        ("pain_points", named["pain point"]),
    )
    lines = [f"    {name}: {json.dumps(values, ensure_ascii=False)}" for name, values in fields if values]
    if lines and len(won.employees) >= ENOUGH:
        tenths = quantiles(won.employees, n=10)
        lines.append(f"    employees_from: {max(round(tenths[0]), 1)}")
    return "\n".join(["personas:", "  - id: customers", "    label: Like our customers", *lines, ""]) if lines else ""
