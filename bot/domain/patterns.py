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
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


def found(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text[:LONGEST_TEXT]) is not None


def glob(pattern: str, text: str) -> bool:
    """Whether a whole text fits a pattern in which `*` is any text and `?` any character; in linear time, any case."""
    return _glob(pattern.casefold()).fullmatch(text.casefold()) is not None


@lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    start, *rest = ["".join("." if c == "?" else re.escape(c) for c in part) for part in pattern.split("*")]
    if not rest:
        return re.compile(start, re.DOTALL)
    *middle, end = rest
    # Atomic: a part that was found is never looked for again further on, so nothing multiplies.
    return re.compile(start + "".join(f"(?>.*?{part})" for part in middle) + f".*{end}", re.DOTALL)
