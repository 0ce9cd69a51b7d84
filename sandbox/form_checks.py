"""What Slack's own client checks in a form before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from sandbox.elements import KINDS, Placed
from sandbox.json_types import Json

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REQUIRED = "Please complete this required field."


def complaint(place: Placed, value: Json) -> str | None:
    """What the client says under one field that holds `value`, or None when it would be sent."""
    kept = value.get(KINDS[place.element["type"]].key)
    if kept is None or kept == [] or (isinstance(kept, str) and not kept.strip()):
        return None if place.block.get("optional") else REQUIRED
    check = CHECKS.get(place.element["type"])
    return check(place.element, kept) if check else None


def _text(element: Json, value: Any) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    return None


def _number(element: Json, value: Any) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Must be a number."
    if not number.is_finite() or (not element["is_decimal_allowed"] and number != number.to_integral_value()):
        return "Must be a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < Decimal(low):
        return f"Must be {low} or more."
    if high is not None and number > Decimal(high):
        return f"Must be {high} or less."
    return None


def _email(_: Json, value: Any) -> str | None:
    return None if EMAIL.fullmatch(value) else "Must be a valid email address."


def _url(_: Json, value: Any) -> str | None:
    parts = urlsplit(value)
    return None if parts.scheme in ("http", "https") and parts.netloc else "Must be a valid URL."


def _at_most(element: Json, value: Any) -> str | None:
    most = element.get("max_selected_items", element.get("max_files"))
    return None if most is None or len(value) <= most else f"Choose at most {most}."


CHECKS: Mapping[str, Callable[[Json, Any], str | None]] = MappingProxyType(
    {
        "plain_text_input": _text,
        "number_input": _number,
        "email_text_input": _email,
        "url_text_input": _url,
        "multi_static_select": _at_most,
        "multi_external_select": _at_most,
        "multi_users_select": _at_most,
        "multi_conversations_select": _at_most,
        "multi_channels_select": _at_most,
        "file_input": _at_most,
    }
)
