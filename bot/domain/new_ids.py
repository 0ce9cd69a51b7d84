"""Ids of what Baton keeps."""

import secrets
from collections.abc import Callable
from datetime import datetime

BITS = 36
"""Of chance in each, so that two of one millisecond differ."""


def new_id(now: datetime, chance: Callable[[int], int] | None = None) -> str:
    """An id that nothing else has, and that comes after those of earlier milliseconds.

    So an index grows at its end, where all that is new lies together, and not in a million places that a disk must
    fetch first. After RFC 9562's version 7; 20 hexadecimal digits, the first 11 of them milliseconds since 1970.
    """
    return f"{int(now.timestamp() * 1000):011x}{(chance or secrets.randbits)(BITS):09x}"
