"""Regular expressions and address patterns that come from a policy."""

import re
import warnings
from collections.abc import Callable, Sequence
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
    return globbing(pattern)([text.casefold()])[0]


@lru_cache(maxsize=512)
def globbing(pattern: str) -> Callable[[Sequence[str]], list[bool]]:
    """Which of many case-folded texts fit as a whole: most are told by what they hold, begin and end with."""
    start, *rest = pattern.casefold().split("*")
    if "?" in pattern:
        return _shaped(pattern.casefold(), max(re.split(r"[*?]", pattern.casefold()), key=len))
    if not rest:
        return lambda texts: [text == start for text in texts]
    *middle, end = [*filter(None, rest[:-1]), rest[-1]]
    if not middle:
        least = len(start) + len(end)
        return lambda texts: [text.startswith(start) and text.endswith(end) and len(text) >= least for text in texts]
    if len(middle) == 1 and not start and not end:
        inner = middle[0]
        return lambda texts: [inner in text for text in texts]
    return _shaped(pattern.casefold(), max(middle, key=len), start, end)


def _shaped(pattern: str, inner: str, start: str = "", end: str = "") -> Callable[[Sequence[str]], list[bool]]:
    """As `globbing`, by a regular expression where a text holds `inner` and begins and ends as it must."""
    opening, *rest = ["".join("." if c == "?" else re.escape(c) for c in part) for part in pattern.split("*")]
    if rest:
        *middle, closing = rest
        # Atomic: a part that was found is never looked for again further on, so nothing multiplies.
        opening += "".join(f"(?>.*?{part})" for part in middle) + f".*{closing}"
    whole = re.compile(opening, re.DOTALL).fullmatch
    return lambda texts: [
        inner in text and text.startswith(start) and text.endswith(end) and whole(text) is not None for text in texts
    ]
