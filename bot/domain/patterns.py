"""Regular expressions that come from a policy."""

import re
from functools import lru_cache

LONGEST_TEXT = 500
"""Characters of a fact that a pattern sees: bounds what a slow pattern can cost."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def checked_pattern(pattern: str) -> str:
    """The pattern itself.

    Raises:
        ValueError: when it is no regular expression, with the position of the mistake.
    """
    try:
        compiled(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def found(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text[:LONGEST_TEXT]) is not None
