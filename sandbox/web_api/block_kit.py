"""Blocks judged without being shown to anybody."""

from __future__ import annotations

from sandbox.blocks import judge_blocks, judge_view
from sandbox.errors import SlackError, invalid
from sandbox.json_types import Json
from sandbox.schema import Report
from sandbox.slack import Slack
from sandbox.web_api.method import Args, Method


def validate(slack: Slack, args: Args) -> Json:
    """Says nothing about good blocks; raises SlackError with every fault of bad ones."""
    given = [name for name in ("blocks", "message", "view") if args.has(name)]
    if len(given) != 1:
        raise invalid("invalid_arguments", ["[ERROR] exactly one of blocks, message, view must be provided"])
    name = given[0]
    problems = _judged(slack, name, args.json(name, f"invalid_{name}")).problems
    if problems:
        errors = [
            {"pointer": one.pointer, "code": "invalid", "message": one.said, "constraint": None} for one in problems
        ]
        raise SlackError(f"invalid_{name}", errors=errors)
    return {}


def _judged(slack: Slack, name: str, value: object) -> Report:
    scopes = slack.manifest.scopes
    if name == "blocks":
        return judge_blocks(value, scopes)
    if name == "message":
        return judge_blocks(value.get("blocks", []) if isinstance(value, dict) else value, scopes, "/message/blocks")
    kind = value.get("type") if isinstance(value, dict) else None
    return judge_view(value, "home" if kind == "home" else "modal", scopes)


METHODS = {"blocks.validate": Method(validate)}
