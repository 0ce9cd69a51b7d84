"""What a person reads in a message, a modal or a home: its words, its buttons, its fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DATE = re.compile(r"<!date\^(\d+)\^[^>|]*\|[^>]*>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
LINES = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
FORMATTING = str.maketrans("", "", "*`")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

Names = Mapping[str, str]
"""How people are called, by id."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message in a conversation, as one person sees it."""

    person: str
    channel: str
    ts: str
    text: str
    blocks: list[Json]

    @property
    def words(self) -> str:
        """Every word on it, a line a piece."""
        return words(self.blocks) if self.blocks else self.text

    @property
    def buttons(self) -> dict[str, str]:
        """Action ids by label, in reading order."""
        return buttons(self.blocks)


def seen(person: str, channel: str, shape: Json) -> Seen:
    return Seen(person, channel, shape["ts"], shape["text"], shape.get("blocks", []))


def words(blocks: object) -> str:
    """Every visible word of these blocks, a line a piece."""
    return "\n".join(_lines(blocks))


def buttons(blocks: object) -> dict[str, str]:
    """The action ids of these blocks' buttons, by label."""
    return {one["text"]["text"]: one["action_id"] for one in _dicts(blocks) if one.get("type") == "button"}


def _lines(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _lines(item)
    elif isinstance(node, dict):
        if node.get("type") in LINES:
            yield "".join(map(_leaf, node["elements"]))
        elif isinstance(node.get("text"), str):
            yield node["text"]
        else:
            yield from _lines([inner for inner in node.values() if isinstance(inner, dict | list)])


def _leaf(leaf: Json) -> str:
    match leaf["type"]:
        case "user":
            return f"<@{leaf['user_id']}>"
        case "date":
            return f"<!date^{leaf['timestamp']}^|>"
        case _:
            return str(leaf.get("text") or leaf.get("url") or "")


def _dicts(node: object) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _dicts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _dicts(inner)


def plain(text: str, names: Names, clock: str = "%H:%M") -> str:
    """Slack's markup on one line of a terminal: people by name, moments on this machine's clock, no formatting."""
    named = MENTION.sub(lambda found: names.get(found[1], "somebody"), text)
    timed = DATE.sub(lambda found: datetime.fromtimestamp(int(found[1]), UTC).astimezone().strftime(clock), named)
    flat = " ".join(timed.translate(FORMATTING).split())
    for entity, character in ENTITIES:
        flat = flat.replace(entity, character)
    return "".join(character for character in flat if character.isprintable())


def clip(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
