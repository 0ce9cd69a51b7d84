"""Lists a page at a time, by cursors a caller cannot guess a meaning from."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from sandbox.errors import SlackError
from sandbox.web_api.method import Args

T = TypeVar("T")
PREFIX = "next:"


def page(items: Sequence[T], args: Args, *, default: int, most: int) -> tuple[Sequence[T], str]:
    """One page and the cursor of the next, empty at the end; raises SlackError `invalid_cursor` or `invalid_limit`."""
    limit = args.number("limit", default, most)
    start = _position(args.text("cursor")) if args.has("cursor") else 0
    more = start + limit < len(items)
    return items[start : start + limit], _cursor(start + limit) if more else ""


def _cursor(position: int) -> str:
    return base64.b64encode(f"{PREFIX}{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return int(text.removeprefix(PREFIX))
    except ValueError:
        raise SlackError("invalid_cursor") from None
