"""Text from outside, made harmless: cleaned, clipped, and escaped where Slack would read markup."""

import re
import unicodedata
from datetime import datetime

from bot.domain.handoff import moment

ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
LOOK_ALIKES = {"*": "∗", "~": "∼", "`": "ˋ", "_": "ˍ"}
"""What would format words and cannot be escaped is shown by a character that formats nothing."""

INVISIBLE, CONTROLS = {"Cf", "Cs", "Co"}, {"Cc", "Zl", "Zp"}
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters to a computer, nothing to a reader."""


class _Seen(dict[int, str]):
    """What a reader sees of each character: itself, a space, or nothing. Filled in as characters turn up."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        kind = unicodedata.category(character)
        self[point] = "" if kind in INVISIBLE else " " if kind in CONTROLS or character in BLANKS else character
        return self[point]


SEEN = _Seen()

WHITE = re.compile(r"\s+")
FORMATTING = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
LINK = re.compile(r"(?<=[a-z0-9+.-]:)(?=//)", re.IGNORECASE)
PERSON = re.compile(r"[UW][A-Z0-9]+")
OUR_TOKENS = re.compile(
    r"(<@[UW][A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\}(?: \{time\})?\|[\w :]+>|&(?:amp|lt|gt);)"
)
UNFINISHED = re.compile(r"(<[^>]*|&[a-z]{0,4})$")


class Markup(str):
    """Slack mrkdwn that we wrote ourselves; whatever came from outside is escaped in it."""

    __slots__ = ()


def clean(text: str) -> str:
    """One line without control, invisible and direction-changing characters; runs of white space become one space."""
    seen = visible(text)
    return WHITE.sub(" ", seen) if "  " in seen or not seen.isprintable() else seen


def visible(text: str) -> str:
    """The characters people see, a space in place of each control character."""
    return text if text.isascii() and text.isprintable() else text.translate(SEEN)


def known(text: str | None) -> str | None:
    """The text made clean, or None where nothing is left to see."""
    return (text and clean(text).strip()) or None


def characters(text: str) -> int:
    """How long Slack may find a text: it does not say whether an emoji is one character or two, so it is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The first `limit` characters of a text, and no half of an emoji."""
    return text[:limit].encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where something was cut."""
    return text if characters(text) <= limit else cut(text, limit - 1).rstrip() + "…"


def escape(text: str, limit: int = 300) -> Markup:
    """Text from outside, literal in mrkdwn: at most `limit` characters, entities included and never cut."""
    return literal(clean(text).strip(), limit)


def literal(text: str, limit: int) -> Markup:
    """Clean text escaped, white space around it kept."""
    escaped = _entities(_unformatted(LINK.sub(" ", text[: limit + 1])))
    if characters(escaped) <= limit:
        return Markup(escaped)
    kept = UNFINISHED.sub("", cut(escaped, limit - 1)).rstrip()
    return Markup(_unformatted(kept) + "…")  # again: what stood inside a word may stand at its end now


def _unformatted(text: str) -> str:
    return FORMATTING.sub(_look_alike, text)


def _look_alike(match: re.Match[str]) -> str:
    return LOOK_ALIKES[match[0]]


def clip_markup(markup: str, limit: int) -> Markup:
    """Clipped before a mention, date or entity rather than inside it."""
    if characters(markup) <= limit:
        return Markup(markup)
    return Markup(UNFINISHED.sub("", cut(markup, limit - 1)) + "…")


def words(template: str, **parts: str | int) -> Markup:
    """Our own sentence with these parts in it, escaped unless they are markup of ours."""
    return Markup(
        template.format(
            **{name: part if isinstance(part, Markup) else escape(str(part)) for name, part in parts.items()}
        )
    )


def mention(person: str) -> Markup:
    """A mention, from a Slack id only."""
    return Markup(f"<@{person}>") if PERSON.fullmatch(person) else escape(person)


def when(at: datetime) -> Markup:
    """A date every reader sees in their own zone."""
    return Markup(moment(at))


def on_day(at: datetime) -> Markup:
    """A day every reader sees in their own zone."""
    return Markup(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}|{at:%d %b}>")


def ours(said: str) -> Markup:
    """Words of ours that arrive as plain `str`, a Refusal's: mentions and dates work, no other link or token does."""
    shown = "\n".join(map(visible, said.split("\n")))
    pieces = OUR_TOKENS.split(LINK.sub(" ", shown))
    return Markup("".join(piece if OUR_TOKENS.fullmatch(piece) else _entities(piece) for piece in pieces))


def _entities(text: str) -> str:
    return text.translate(ENTITIES)
