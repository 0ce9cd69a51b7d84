"""Finding in a message who it is about: an address, a number and a name, for somebody to look over in a form."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import phonenumbers

from bot.views.text import visible

MOST = 8_000
"""Characters read of one message."""
TOKEN = re.compile(r"<(mailto:|tel:|[@#!])?([^<>|]*)(?:\|([^<>]*))?>")
REACHES = ("mailto:", "tel:")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
NAME_LINE = re.compile(r"^\W*(?:name|full name|contact)\W*:\W*(.+)$", re.IGNORECASE | re.MULTILINE)
NAMES = re.compile(r"([A-ZÀ-ÞĀ-Ž][\w'’-]+(?: [A-ZÀ-ÞĀ-Ž][\w'’-]+){1,2})\W{0,3}$")
PARTS = re.compile(r"([^\W\d_]{2,})\.([^\W\d_]{2,})")
LONGEST_NAME = 80


def found_in(message: Mapping[str, Any]) -> dict[str, str]:
    """Which boxes of the form a message fills, and with what; nothing that is not plainly there."""
    text = _plain(_text(message))
    email = EMAIL.search(text)
    found = {"email": email[0].rstrip(".") if email else "", "phone": _phone(text)}
    first, last = _name(text, email)
    return {box: value for box, value in (found | {"first_name": first, "last_name": last}).items() if value}


def _text(message: Mapping[str, Any]) -> str:
    lines, left = [], MOST
    for line in _texts(message):
        lines.append(line[:left])
        left -= len(line) + 1
        if left <= 0:
            break
    return "\n".join(lines)


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    """The message's own text; what its blocks and attachments say only where that has no address."""
    text = message.get("text")
    if isinstance(text, str):
        yield text[:MOST]
    if not (isinstance(text, str) and "@" in text):
        for part in ("blocks", "attachments"):
            yield from _within(message.get(part), 8)


def _within(node: object, depth: int) -> Iterator[str]:
    if isinstance(node, str):
        yield node[:MOST]
    elif isinstance(node, list) and depth:
        for one in node[:100]:
            yield from _within(one, depth - 1)
    elif isinstance(node, dict) and depth:
        for key in ("text", "title", "value", "url", "elements", "fields", "blocks"):
            yield from _within(node.get(key), depth - 1)


def _plain(text: str) -> str:
    """What a reader sees: links by their words, addresses and numbers as they are, mentions left out."""
    seen = unescape(TOKEN.sub(_seen, text).replace("*", ""))
    return "\n".join(map(visible, seen.splitlines()))


def _seen(token: re.Match[str]) -> str:
    kind, target, label = token.groups()
    if kind in REACHES:
        return str(target)
    return "" if kind else label or target


def _phone(text: str) -> str:
    """The first number with its country that can exist."""
    numbers = phonenumbers.PhoneNumberMatcher(text, None)
    return next((phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164) for one in numbers), "")


def _name(text: str, email: re.Match[str] | None) -> tuple[str, str]:
    """From a line `Name: …`, from the words before the address, or from an address such as `ana.silva@…`."""
    line = NAME_LINE.search(text)
    if line and len(line[1]) <= LONGEST_NAME and "@" not in line[1]:
        return _split(line[1])
    before = NAMES.search(text[: email.start()].splitlines()[-1] if email and text[: email.start()] else "")
    if before and len(before[1]) <= LONGEST_NAME:
        return _split(before[1])
    parts = PARTS.fullmatch(email[0].partition("@")[0]) if email else None
    return (parts[1].title(), parts[2].title()) if parts else ("", "")


def _split(name: str) -> tuple[str, str]:
    first, _, last = name.strip(" \t,.;").partition(" ")
    return first, last.strip()
