"""Regular expressions and address patterns that come from a policy."""

import re
import warnings
from collections.abc import Callable
from functools import lru_cache

LONGEST_TEXT = 500
"""Characters of a fact that a pattern sees."""

TOKEN = re.compile(
    r"""(?P<text>\\.|\[\^?\]?(?:\\.|[^]\\])*\])|(?P<opens>\()|(?P<closes>\))"""
    r"""|(?P<repeats>(?:[*+]|\{[0-9]*,[0-9]*\})(?P<possessive>\+)?)|.""",
    re.DOTALL,
)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # what will mean something else one day is refused today
        return re.compile(pattern)


def checked_pattern(pattern: str) -> str:
    """The pattern itself.

    Raises:
        ValueError: when it is no regular expression, with the position of the mistake, or one that can take for ever.
    """
    try:
        compiled(pattern)
    except (re.error, OverflowError, FutureWarning) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if _repeats_repetition(pattern):
        raise ValueError(
            "a repeated group with a repetition inside, such as (a+)+, can take for ever; write it without"
        )
    return pattern


def _repeats_repetition(pattern: str) -> bool:
    """Whether a group is repeated that repeats something itself: the shape whose cost doubles with each character."""
    groups, closed = [False], False
    for token in TOKEN.finditer(pattern):
        inside, closed = closed, False
        if token["opens"]:
            groups.append(False)
        elif token["closes"]:
            closed = groups.pop()
            groups[-1] |= closed
        elif token["repeats"] and not token["possessive"]:
            if inside:
                return True
            groups[-1] = True
    return False


def found(pattern: str, text: str) -> bool:
    """Whether a pattern hits anywhere in the first 500 characters of a text."""
    return compiled(pattern).search(text[:LONGEST_TEXT]) is not None


def glob(pattern: str, text: str) -> bool:
    """Whether a whole text fits a pattern in which `*` is any text and `?` any character; in linear time, any case."""
    return globbing(pattern)(text.casefold())


@lru_cache(maxsize=512)
def globbing(pattern: str) -> Callable[[str], bool]:
    """What tells of a case-folded text whether the whole of it fits; the common shapes need no regular expression."""
    folded = pattern.casefold()
    inner = folded.strip("*")
    opens, closes = folded.startswith("*"), folded.endswith("*")
    if not inner and folded:
        return lambda _: True
    if "?" in inner or "*" in inner:
        return _shape(folded)
    if opens and closes:
        return lambda text: inner in text
    if opens:
        return lambda text: text.endswith(inner)
    return (lambda text: text.startswith(inner)) if closes else (lambda text: text == inner)


def _shape(pattern: str) -> Callable[[str], bool]:
    start, *rest = ["".join("." if c == "?" else re.escape(c) for c in part) for part in pattern.split("*")]
    if rest:
        *middle, end = rest
        # Atomic: a part that was found is never looked for again further on, so nothing multiplies.
        start += "".join(f"(?>.*?{part})" for part in middle) + f".*{end}"
    whole = re.compile(start, re.DOTALL)
    return lambda text: whole.fullmatch(text) is not None
