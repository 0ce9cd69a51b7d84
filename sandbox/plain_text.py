"""The words of blocks, without their looks."""

from __future__ import annotations

from sandbox.json_types import Json


def plain_text(blocks: list[Json]) -> str:
    """What Slack makes of blocks when a message comes without `text`: the words it can find, a line a block."""
    return "\n".join(line for line in (" ".join(_words(block)).strip() for block in blocks) if line)


def _words(node: object) -> list[str]:
    if isinstance(node, list):
        return [word for item in node for word in _words(item)]
    if not isinstance(node, dict):
        return []
    words = []
    for key in ("title", "subtitle", "text", "fields", "elements", "body", "rows", "child_blocks"):
        value = node.get(key)
        words += [value] if isinstance(value, str) and key == "text" else _words(value)
    return words
