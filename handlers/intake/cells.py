"""What is written in a cell, as the value it stands for.

What cannot be read stays text: reading the item then says what is wrong with it, as it does for requests.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

GROUPED = re.compile(r"-?\d{1,3}(?:[.,' \u00a0\u202f’]\d{3})+")
DECIMAL = re.compile(r"-?\d+[.,]\d+|-?\d+")
BOTH = re.compile(r"(-?\d{1,3}(?:([.,' \u00a0\u202f’])\d{3})(?:\2\d{3})*)[.,](\d+)")

YES = frozenset(["yes", "y", "true", "1", "x", "ja", "j", "oui", "o", "si", "sí", "wahr", "vrai", "verdadero", "on"])
NO = frozenset(["no", "n", "false", "0", "nein", "non", "falsch", "faux", "falso", "off"])
OUTCOMES = {
    "closed won": "won",
    "closed lost": "lost",
    "gewonnen": "won",
    "verloren": "lost",
    "gagné": "won",
    "perdu": "lost",
    "ganado": "won",
    "perdido": "lost",
}


def whole(text: str) -> object:
    """`1,200`, `1.200` and `1 200` are all twelve hundred."""
    bare = re.sub(r"[^\d-]", "", text) if GROUPED.fullmatch(text) else text
    return int(bare) if re.fullmatch(r"-?[0-9]{1,15}", bare) else text


def number(text: str) -> object:
    """Of two kinds of separators the last is the decimal one; one before exactly three digits groups thousands."""
    if both := BOTH.fullmatch(text):
        return float(re.sub(r"[^\d-]", "", both[1]) + "." + both[3])
    if GROUPED.fullmatch(text):
        return float(re.sub(r"[^\d-]", "", text))
    return float(text.replace(",", ".")) if DECIMAL.fullmatch(text) else text


def yes_or_no(text: str) -> object:
    word = text.casefold()
    return True if word in YES else False if word in NO else text


def listed(text: str) -> object:
    """Several in one cell, with semicolons or line breaks between."""
    return [part.strip() for part in re.split(r"[;\n\r]+", text) if part.strip()]


def outcome(text: str) -> object:
    word = " ".join(text.casefold().replace("-", " ").split())
    return OUTCOMES.get(word, word)


KINDS: Mapping[str, Callable[[str], object]] = {
    "company.employees": whole,
    "seconds": whole,
    "amount": number,
    "contact_requested": yes_or_no,
    "consent": yes_or_no,
    "pain_points": listed,
    "outcome": outcome,
}


def item_of(told: Mapping[str, str]) -> dict[str, Any]:
    """The item that these cells tell, by field: `company.name` becomes `name` within `company`."""
    item: dict[str, Any] = {}
    for field, text in told.items():
        room, _, name = field.rpartition(".")
        inside = item.setdefault(room, {}) if room else item
        if written := text.strip():
            inside[name] = KINDS.get(field, str)(written)
    return item
