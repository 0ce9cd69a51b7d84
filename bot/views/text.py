"""Text from outside, made harmless: cleaned, clipped, and escaped where Slack would read markup."""

import re
import unicodedata
from datetime import datetime

from bot.domain.handoff import moment

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LOOK_ALIKES = {"*": "∗", "~": "∼", "`": "ˋ", "_": "ˍ"}
"""What would format words and cannot be escaped is shown by a character that formats nothing."""

REMOVED = {"Cf", "Cs", "Co"}
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters to a computer, nothing to a reader."""

FORMATTING = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
LINK = re.compile(r"(?<=[a-z0-9+.-]:)(?=//)", re.IGNORECASE)
PERSON = re.compile(r"[UW][A-Z0-9]+")
OUR_TOKENS = re.compile(r"(<@[UW][A-Z0-9]+>|<!date\^\d+\^[^<>|^]+\|[^<>|]+>|&(?:amp|lt|gt);)")
UNFINISHED = re.compile(r"(<[^>]*|&[a-z]{0,4})$")


class Markup(str):
    """Slack mrkdwn that we wrote ourselves; whatever came from outside is escaped in it."""

    __slots__ = ()


def clean(text: str) -> str:
    """One line without control, invisible and direction-changing characters; runs of white space become one space."""
    return re.sub(r"\s+", " ", visible(text))


def visible(text: str) -> str:
    """The characters people see, a space in place of each control character."""
    return "".join(map(_kept, text))


def known(text: str | None) -> str | None:
    """The text made clean, or None where nothing is left to see."""
    return (text and clean(text).strip()) or None


def _kept(character: str) -> str:
    if character in BLANK or unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if unicodedata.category(character) in REMOVED else character


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int = 300) -> Markup:
    """Text from outside, literal in mrkdwn: at most `limit` characters, entities included and never cut."""
    return literal(clean(text).strip(), limit)


def literal(text: str, limit: int) -> Markup:
    """Clean text escaped, white space around it kept."""
    harmless = FORMATTING.sub(_look_alike, LINK.sub(" ", text))
    pieces = [ENTITIES.get(character, character) for character in harmless]
    if sum(map(len, pieces)) <= limit:
        return Markup("".join(pieces))
    while pieces and sum(map(len, pieces)) > limit - 1:
        pieces.pop()
    return Markup("".join(pieces).rstrip() + "…")


def _look_alike(match: re.Match[str]) -> str:
    return LOOK_ALIKES[match[0]]


def clip_markup(markup: str, limit: int) -> Markup:
    """Clipped before a mention, date or entity rather than inside it."""
    if len(markup) <= limit:
        return Markup(markup)
    return Markup(UNFINISHED.sub("", markup[: limit - 1]) + "…")


def words(template: str, **parts: str | int) -> Markup:
    """Our own sentence with these parts in it, escaped unless they are markup of ours."""
    return Markup(
        template.format(
            **{name: part if isinstance(part, Markup) else escape(str(part)) for name, part in parts.items()}
        )
    )


def joined(*sentences: Markup | None, by: str = " ") -> Markup:
    return Markup(by.join(sentence for sentence in sentences if sentence))


def mention(person: str) -> Markup:
    """A mention, from a Slack id only."""
    return Markup(f"<@{person}>") if PERSON.fullmatch(person) else escape(person)


def when(at: datetime) -> Markup:
    """A date every reader sees in their own zone."""
    return Markup(moment(at))


def ours(said: str) -> Markup:
    """Words of ours that arrive as plain `str`, a Refusal's: mentions and dates work, no other link or token does."""
    pieces = OUR_TOKENS.split(said)
    return Markup("".join(piece if OUR_TOKENS.fullmatch(piece) else _entities(piece) for piece in pieces))


def _entities(text: str) -> str:
    return "".join(ENTITIES.get(character, character) for character in text)
