"""Blocks as Slack takes them: refused when anything about them is wrong, stored with everything filled in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from sandbox import limits
from sandbox.block_specs import BLOCK
from sandbox.element_specs import plain
from sandbox.elements import KINDS
from sandbox.errors import SlackError, invalid
from sandbox.json_types import Json
from sandbox.schema import Bool, Items, Obj, Report, Shape, Str, characters

MESSAGE = Items(BLOCK, limits.MESSAGE_BLOCKS, least=0)


def _submit_with_input(view: Json, _: Report) -> Iterable[tuple[str, str]]:
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input" and view.get("submit") is None:
            yield f"/blocks/{index}/input", "must define `submit` to use `input` block"


VIEW_FIELDS: dict[str, Shape] = {
    "type": Str(choices=("modal", "home")),
    "blocks": Items(BLOCK, limits.VIEW_BLOCKS),
    "private_metadata": Str(3000, least=0),
    "callback_id": Str(255, least=0),
    "external_id": Str(255, least=0),
}
VIEWS = {
    "home": Obj(VIEW_FIELDS, ("type", "blocks")),
    "modal": Obj(
        VIEW_FIELDS
        | {
            "title": plain(24),
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": Bool(),
            "notify_on_close": Bool(),
            "submit_disabled": Bool(),
        },
        ("type", "title", "blocks"),
        (_submit_with_input,),
    ),
}


def accept_blocks(blocks: object, scopes: Collection[str], at: str = "/blocks") -> list[Json]:
    """A message's blocks as stored; raises SlackError saying what is wrong where."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    report = judge_blocks(blocks, scopes, at)
    if report.problems:
        raise invalid("invalid_blocks", [str(problem) for problem in report.problems])
    if _length(blocks) > limits.MESSAGE_BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")
    return filled_in(blocks)


def accept_attachments(attachments: object, scopes: Collection[str]) -> list[Json]:
    """A message's attachments as stored, their blocks held to the same rules; raises SlackError."""
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > limits.ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [_accept_attachment(one, index, scopes) for index, one in enumerate(attachments)]


def _accept_attachment(attachment: Json, index: int, scopes: Collection[str]) -> Json:
    blocks = accept_blocks(attachment.get("blocks"), scopes, f"/attachments/{index}/blocks")
    return attachment | {"id": index + 1} | ({"blocks": blocks} if blocks else {})


def accept_view(view: object, kind: str, scopes: Collection[str]) -> Json:
    """A view's content as stored; raises SlackError saying what is wrong where."""
    report = judge_view(view, kind, scopes)
    if report.problems or not isinstance(view, dict):
        raise invalid("invalid_arguments", [str(problem) for problem in report.problems])
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    stored = {key: value for key, value in view.items() if value is not None}
    for key in ("title", "submit", "close"):
        if key in stored:
            stored[key] = {"emoji": True} | stored[key]
    return stored | {"blocks": filled_in(view["blocks"])}


def judge_view(view: object, kind: str, scopes: Collection[str]) -> Report:
    """Everything wrong with a view."""
    report = Report(kind, scopes)
    VIEWS[kind].check(view, "/view", report)
    if not report.problems and isinstance(view, dict):
        if view["type"] != kind:
            report.add("/view/type", f"must be {kind}")
        _check_together(view["blocks"], "/view/blocks", report)
    return report


def judge_blocks(blocks: object, scopes: Collection[str], at: str = "/blocks") -> Report:
    """Everything wrong with a message's blocks."""
    report = Report("message", scopes)
    MESSAGE.check(blocks, at, report)
    if not report.problems and isinstance(blocks, list):
        _check_together(blocks, at, report)
    return report


def _check_together(blocks: list[Json], at: str, report: Report) -> None:
    """What holds across blocks: ids given once, and totals over the whole message."""
    seen: set[str] = set()
    for block, pointer in _every(blocks, at):
        block_id = block.get("block_id")
        if block_id in seen:
            report.add(f"{pointer}/block_id", "block_id must be unique")
        if block_id is not None:
            seen.add(block_id)
    for kind, most, measure in TOTALS:
        if sum(measure(block) for block, _ in _every(blocks, at) if block["type"] == kind) > most:
            report.add(at, f"{kind} blocks exceed the limit of {most} for one message")


def _every(blocks: list[Json], at: str) -> Iterator[tuple[Json, str]]:
    for index, block in enumerate(blocks):
        yield block, f"{at}/{index}"
        yield from _every(block.get("child_blocks", []), f"{at}/{index}/child_blocks")


def _cell_characters(table: Json) -> int:
    return sum(_length(cell) for row in table["rows"] for cell in row)


TOTALS: tuple[tuple[str, int, Callable[[Json], int]], ...] = (
    ("table", limits.TABLE_CHARACTERS, _cell_characters),
    ("data_table", limits.DATA_TABLE_CHARACTERS, _cell_characters),
    ("markdown", limits.MARKDOWN_CHARACTERS, lambda block: characters(block["text"])),
    ("data_visualization", limits.CHARTS, lambda _: 1),
)


def _length(node: object) -> int:
    """Characters of all texts within."""
    length, left = 0, [node]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            text = one.get("text")
            length += characters(text) if isinstance(text, str) else 0
            left += one.values()
    return length


def filled_in(blocks: list[Json]) -> list[Json]:
    """A copy with the ids and defaults Slack adds on storing."""
    stored: list[Json] = [_stored(block) for block in blocks]
    for block, _ in _every(stored, ""):
        if block["type"] == "markdown" or "block_id" not in block:
            block["block_id"] = secrets.token_urlsafe(4)
    return stored


def _stored(node: Any) -> Any:
    if isinstance(node, list):
        return [_stored(item) if isinstance(item, list | dict) else item for item in node]
    stored = {key: _stored(value) if isinstance(value, list | dict) else value for key, value in node.items()}
    kind = stored.get("type")
    if kind == "plain_text":
        stored.setdefault("emoji", True)
    elif kind == "mrkdwn":
        stored.setdefault("verbatim", False)
    elif kind in KINDS or kind == "feedback_buttons":
        stored.setdefault("action_id", secrets.token_urlsafe(4))
    return stored
