"""What a person sees of a message or a view, and every text object in it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.views.blocks import Message

Json = dict[str, Any]

OUR_TOKENS = re.compile(
    r"<@[UW][A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\}(?: \{time\}\|\d\d \w{3} \d\d:\d\d UTC|\|\d\d \w{3})>"
)


def blocks_of(shown: Message | Json) -> list[Json]:
    return shown.blocks if isinstance(shown, Message) else shown["blocks"]


def objects(node: object) -> Iterator[Json]:
    """Every dict within, in reading order."""
    if isinstance(node, list):
        for item in node:
            yield from objects(item)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects(value)


def dump(shown: Message | Json) -> str:
    """All of it as Slack gets it, the text included."""
    text = shown.text if isinstance(shown, Message) else ""
    return json.dumps([text, blocks_of(shown)], ensure_ascii=False)


def read(shown: Message | Json) -> str:
    """The words of the blocks, a line a paragraph, mentions and dates as `@U…` and `{20 Nov 16:10 UTC}`."""
    lines = [line for block in blocks_of(shown) for line in _lines(block)]
    return "\n".join(lines)


def lines_of(shown: Message | Json) -> list[str]:
    """The same words, line by line."""
    return read(shown).split("\n")


def _lines(block: Json) -> list[str]:
    if block["type"] == "rich_text":
        return [line for paragraph in block["elements"] for line in _paragraph(paragraph)]
    return [one["text"] for one in objects(block) if one.get("type") in {"plain_text", "mrkdwn"}]


def _paragraph(paragraph: Json) -> list[str]:
    if paragraph["type"] == "rich_text_list":
        return [f"• {line}" for item in paragraph["elements"] for line in _paragraph(item)]
    return "".join(map(_leaf, paragraph["elements"])).split("\n")


def _leaf(leaf: Json) -> str:
    named = {"user": f"@{leaf.get('user_id')}", "date": f"{{{leaf.get('fallback')}}}"}
    return named.get(leaf["type"]) or str(leaf["text"])


def buttons(shown: Message | Json) -> list[str]:
    return [one["text"]["text"] for one in objects(blocks_of(shown)) if one.get("type") == "button"]


def button_fields(shown: Message | Json, field: str) -> list[str]:
    return [one[field] for one in objects(blocks_of(shown)) if one.get("type") == "button"]
