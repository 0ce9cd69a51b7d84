"""Blocks as Slack takes them: refused when anything about them is wrong, stored with everything filled in."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Collection

from sandbox.errors import SlackError, invalid
from sandbox.json_types import Json
from sandbox.limits import ATTACHMENTS, MESSAGE_BLOCKS


def accept_blocks(blocks: object, scopes: Collection[str]) -> list[Json]:
    """A message's blocks as stored; raises SlackError saying what is wrong where."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if len(blocks) > MESSAGE_BLOCKS:
        raise invalid("invalid_blocks", [f"[ERROR] no more than {MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]"])
    return filled_in(blocks)


def accept_attachments(attachments: object, scopes: Collection[str]) -> list[Json]:
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [one | {"blocks": accept_blocks(one["blocks"], scopes)} if "blocks" in one else one for one in attachments]


def accept_view(view: object, kind: str, scopes: Collection[str]) -> Json:
    """A view's content as stored; raises SlackError saying what is wrong where."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    if view.get("type") != kind:
        raise invalid("invalid_arguments", [f"[ERROR] must be {kind} [json-pointer:/view/type]"])
    return view | {"blocks": filled_in(view["blocks"])}


def filled_in(blocks: list[Json]) -> list[Json]:
    """A copy with the ids and defaults Slack adds on storing."""
    stored = copy.deepcopy(blocks)
    for block in stored:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        _fill(block)
    return stored


def _fill(node: object) -> None:
    if isinstance(node, list):
        for item in node:
            _fill(item)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind == "plain_text":
            node.setdefault("emoji", True)
        elif kind == "mrkdwn":
            node.setdefault("verbatim", False)
        for value in node.values():
            _fill(value)
