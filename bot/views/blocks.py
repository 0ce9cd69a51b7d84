"""Block Kit as plain dicts: clipped to Slack's limits, and literal wherever a plain `str` is given.

A `str` becomes plain text or a rich text leaf, in which nothing is markup; only `Markup` becomes mrkdwn.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as day
from typing import Any, Literal

from bot.views.text import PERSON, Markup, clean, clip, clip_markup, literal, mention, visible, when

Json = dict[str, Any]
Style = Literal["primary", "danger"]
Option = tuple[str, str]
"""The value that is sent, and the words people read."""

TEXT, HEADER, FIELD, BUTTON, OPTION, HINT, TITLE, PLACEHOLDER = 3000, 150, 2000, 75, 75, 2000, 24, 150
LEAF, NOTE, SPOKEN = 200, 600, 100
"""Our own limits for a fact, for what a person wrote, and for either in the text of a message."""

DAY, MOMENT = "{date_short_pretty}", "{date_short_pretty} {time}"
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
EMAIL = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted; `refresh_at` is when it says something else although nothing happened."""

    text: str
    blocks: list[Json]
    refresh_at: datetime | None = None
    last: bool = False
    """It takes the place of a message, and is never posted where there is none."""


def plain(text: str, limit: int = TEXT) -> Json:
    """A plain_text object: literal, and never empty, which Slack refuses."""
    return {"type": "plain_text", "text": clip(clean(text).strip(), limit) or "…", "emoji": False}


def words_in(text: str | Markup, limit: int = TEXT) -> Json:
    if isinstance(text, Markup):
        return {"type": "mrkdwn", "text": clip_markup(text, limit) or "…", "verbatim": True}
    return plain(text, limit)


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str | Markup, button: Json | None = None) -> Json:
    return {"type": "section", "text": words_in(text), **({"accessory": button} if button else {})}


def fields(*texts: str | Markup) -> Json:
    return {"type": "section", "fields": [words_in(text, FIELD) for text in texts[:10]]}


def context(*texts: str | Markup) -> Json:
    return {"type": "context", "elements": [words_in(text, FIELD) for text in texts[:10]]}


def divider() -> Json:
    return {"type": "divider"}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons[:25])}


def button(text: str, action_id: str, value: str, *, about: str = "", style: Style | None = None) -> Json:
    """A button; `about` names what it acts on for people who hear it instead of seeing the card."""
    shown: Json = {"type": "button", "action_id": action_id, "text": plain(text, BUTTON), "value": value[:2000]}
    if about:
        shown["accessibility_label"] = clip(clean(f"{text} {about}").strip(), BUTTON)
    return {**shown, "style": style} if style else shown


def leaf(text: str, *, bold: bool = False, limit: int = LEAF) -> Json:
    return {"type": "text", "text": clip(clean(text), limit), **({"style": {"bold": True}} if bold else {})}


def bold(text: str) -> Json:
    return leaf(text, bold=True)


def prose(said: str) -> tuple[Json, ...]:
    """Words of ours, in which what stands between backticks looks like something to type."""
    pieces = [leaf(piece, limit=NOTE) for piece in said.split("`")]
    return tuple({**piece, "style": {"code": True}} if n % 2 else piece for n, piece in enumerate(pieces))


def quoted(text: str) -> Json:
    """What somebody wrote, between quotation marks."""
    return {"type": "text", "text": f"“{clip(clean(text).strip(), NOTE)}”"}


def user(person: str) -> Json:
    """A mention, from a Slack id only."""
    return {"type": "user", "user_id": person} if PERSON.fullmatch(person) else leaf(person)


def channel(channel_id: str) -> Json:
    """A link to a channel, from a Slack id only."""
    return {"type": "channel", "channel_id": channel_id} if CHANNEL.fullmatch(channel_id) else leaf(channel_id)


def date(at: datetime, form: str = MOMENT) -> Json:
    """A date that every reader sees in their own zone."""
    fallback = f"{at:%d %b}" if form == DAY else f"{at:%d %b %H:%M} UTC"
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": fallback}


def email(address: str) -> Json:
    """A link that starts a mail, where the address holds nothing but the usual characters."""
    if EMAIL.fullmatch(address) and len(address) <= 254:
        return {"type": "link", "url": f"mailto:{address}", "text": address}
    return leaf(address, limit=NOTE)


Leaf = str | Json
TOKEN = re.compile(r"(<@\w+>|<!date\^[^>]*>)")
NEW_LINE: Json = {"type": "text", "text": "\n"}


def line(*leaves: Leaf | None) -> Json | None:
    """One line of rich text, a plain `str` being literal; None when nothing is in it."""
    kept = [leaf(one) if isinstance(one, str) else one for one in leaves if one]
    kept = [one for one in kept if one.get("text") != ""]
    return {"type": "rich_text_section", "elements": kept} if kept else None


def code(lines: Iterable[str]) -> Json | None:
    """Lines of a file as they stand there, indented; None when there are none."""
    text = "\n".join(clip(visible(line), LEAF) for line in lines)
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]} if text.strip() else None


def spoken(*lines: Json | None) -> Markup:
    """The same lines as text for a phone or a screen reader, no piece of them longer than a name needs."""
    told = ("".join(map(_spoken, one["elements"])) for one in lines if one)
    return Markup(" ".join(told))


def _spoken(one: Json) -> Markup:
    if one["type"] == "user":
        return mention(one["user_id"])
    if one["type"] == "channel":
        return Markup(f"<#{one['channel_id']}>")
    if one["type"] == "date":
        return when(datetime.fromtimestamp(one["timestamp"], UTC))
    return literal(one["text"], SPOKEN)


def bullets(lines: Iterable[Json | None]) -> Json | None:
    kept = [one for one in lines if one]
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": kept} if kept else None


def rich(*elements: Json | None) -> Json | None:
    """Rich text of these lines and lists, each line on its own; None when nothing is in it."""
    paragraphs: list[Json] = []
    for one in filter(None, elements):
        if paragraphs and paragraphs[-1]["type"] == one["type"] == "rich_text_section":
            paragraphs[-1] = {**one, "elements": [*paragraphs[-1]["elements"], NEW_LINE, *one["elements"]]}
        else:
            paragraphs.append(one)
    return {"type": "rich_text", "elements": paragraphs} if paragraphs else None


def stacked(*blocks: Json | None) -> list[Json]:
    return [block for block in blocks if block]


def plainer(message: Message) -> Message:
    """The same in the fewest blocks: what it says, and what can be pressed. Rich text may replace any other block."""
    told = line(*(_read(piece) for piece in TOKEN.split(message.text)))
    pressed = [block for block in message.blocks if block["type"] == "actions"]
    return Message(message.text, [*stacked(rich(told)), *pressed], message.refresh_at)


def _read(piece: str) -> Leaf:
    """A piece of our own markup as a reader sees it."""
    person, moment = re.fullmatch(r"<@(\w+)>", piece), re.fullmatch(r"<!date\^(\d+)\^.*>", piece)
    if person:
        return user(person[1])
    if moment:
        return date(datetime.fromtimestamp(int(moment[1]), UTC))
    return leaf(html.unescape(piece), limit=TEXT)


def text_input(
    block_id: str,
    label: str,
    *,
    optional: bool = False,
    hint: str = "",
    lines: bool = True,
    most: int = 2000,
    initial: str = "",
) -> Json:
    """A box to write in, with `initial` in it; the element carries the id of its block."""
    element: Json = {"type": "plain_text_input", "action_id": block_id, "multiline": lines, "max_length": most}
    filled = clip("\n".join(map(visible, initial.splitlines())).strip(), most)
    return _input(block_id, label, element | ({"initial_value": filled} if filled else {}), optional, hint)


def number_input(
    block_id: str, label: str, least: int, most: int, *, whole: bool = True, optional: bool = False, hint: str = ""
) -> Json:
    """A box for a number between these two."""
    bounds = {"min_value": str(least), "max_value": str(most)}
    element = {"type": "number_input", "action_id": block_id, "is_decimal_allowed": not whole, **bounds}
    return _input(block_id, label, element, optional, hint)


def day_input(block_id: str, label: str, *, optional: bool = False, hint: str = "", initial: day | None = None) -> Json:
    """A calendar to choose a day from."""
    element = {"type": "datepicker", "action_id": block_id}
    shown = {"initial_date": initial.isoformat()} if initial else {}
    return _input(block_id, label, {**element, **shown}, optional, hint)


def time_input(block_id: str, label: str, *, optional: bool = False, hint: str = "") -> Json:
    """A clock to choose a time of day from."""
    return _input(block_id, label, {"type": "timepicker", "action_id": block_id}, optional, hint)


def choice(
    block_id: str,
    label: str,
    options: Sequence[Option],
    *,
    placeholder: str,
    action_id: str | None = None,
    chosen: str | None = None,
    optional: bool = False,
    hint: str = "",
    described: Mapping[str, str] | None = None,
) -> Json:
    """A select of at most 100 options, some `described` by value; with an `action_id` of its own it is listened to."""
    shown = [option(*one, (described or {}).get(one[0], "")) for one in options[:100]]
    element: Json = {
        "type": "static_select",
        "action_id": action_id or block_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "options": shown,
    }
    first = next((one for one in shown if one["value"] == chosen), None)
    block = _input(block_id, label, {**element, "initial_option": first} if first else element, optional, hint)
    return {**block, "dispatch_action": True} if action_id else block


def option(value: str, text: str, about: str = "") -> Json:
    """What can be chosen, with a smaller line `about` it below."""
    shown: Json = {"text": plain(text, OPTION), "value": value[:150]}
    return {**shown, "description": plain(about, OPTION)} if about else shown


def _input(block_id: str, label: str, element: Json, optional: bool, hint: str) -> Json:
    block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, HINT),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, HINT)} if hint else block


def modal(
    title: str,
    blocks: list[Json],
    *,
    callback_id: str | None = None,
    submit: str | None = None,
    about: str = "",
    close: str = "Cancel",
) -> Json:
    """A modal; `about` is the id of what it is about and comes back as private_metadata."""
    view: Json = {"type": "modal", "title": plain(title, TITLE), "blocks": blocks[:100], "close": plain(close, TITLE)}
    view |= {"callback_id": callback_id} if callback_id else {}
    view |= {"submit": plain(submit, TITLE)} if submit else {}
    return view | ({"private_metadata": about} if about else {})
