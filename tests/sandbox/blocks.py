"""Blocks for the sandbox's tests, as short as Slack allows."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(label: str = "Go", action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str, label: str | None = None) -> Json:
    return {"text": plain(label or value.title()), "value": value}


def select(*values: str, action_id: str = "pick", **more: Any) -> Json:
    return {"type": "static_select", "action_id": action_id, "options": [option(value) for value in values], **more}


def text_input(action_id: str = "text", **more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": action_id, **more}


def field(element: Json, block_id: str = "b", **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain("Label"), "element": element, **more}


def rich_text(*leaves: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


def words(text: str) -> Json:
    return {"type": "text", "text": text}


def modal(*blocks: Json, **more: Any) -> Json:
    content = {"type": "modal", "callback_id": "form", "title": plain("Title"), "submit": plain("Send")}
    return content | {"blocks": list(blocks) or [section()]} | more


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}
