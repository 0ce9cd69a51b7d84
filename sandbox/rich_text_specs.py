"""Rich text: its paragraphs, lists and quotes, and the leaves they hold."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.schema import Bool, Items, Number, Obj, OneOf, Shape, Str

STYLE_NAMES = ("bold", "italic", "strike", "underline", "highlight", "client_highlight", "unlink", "code")
STYLE = Obj({name: Bool() for name in STYLE_NAMES})


def _leaf(*required: str, **fields: Shape) -> Obj:
    return Obj({"type": Str(), "style": STYLE, **fields}, ("type", *required))


LEAVES: Mapping[str, Obj] = {
    "text": _leaf("text", text=Str()),
    "link": _leaf("url", url=Str(3000), text=Str(), unsafe=Bool()),
    "user": _leaf("user_id", user_id=Str()),
    "usergroup": _leaf("usergroup_id", usergroup_id=Str()),
    "channel": _leaf("channel_id", channel_id=Str()),
    "team": _leaf("team_id", team_id=Str()),
    "broadcast": _leaf("range", range=Str(choices=("here", "channel", "everyone"))),
    "emoji": _leaf("name", name=Str(), skin_tone=Number(1, 6), unicode=Str(), url=Str()),
    "color": _leaf("value", value=Str()),
    "date": _leaf("timestamp", "format", timestamp=Number(0), format=Str(), url=Str(3000), fallback=Str()),
}
LEAF = OneOf(LEAVES, LEAVES)
PREFORMATTED_LEAF = OneOf(LEAVES, ("text", "link", "emoji"))


def _paragraph(leaf: OneOf, **fields: Shape) -> Obj:
    return Obj({"type": Str(), "elements": Items(leaf, least=0), **fields}, ("type", "elements"))


PARAGRAPHS: dict[str, Obj] = {
    "rich_text_section": _paragraph(LEAF),
    "rich_text_quote": _paragraph(LEAF, border=Number(0, 1)),
    "rich_text_preformatted": _paragraph(PREFORMATTED_LEAF, border=Number(0, 1), language=Str()),
}
PARAGRAPHS["rich_text_list"] = Obj(
    {
        "type": Str(),
        "style": Str(choices=("bullet", "ordered")),
        "elements": Items(OneOf(PARAGRAPHS, ("rich_text_section",))),
        "indent": Number(0, 8),
        "offset": Number(0),
        "border": Number(0, 1),
    },
    ("type", "style", "elements"),
)

RICH_TEXT = Obj(
    {"type": Str(), "block_id": Str(255), "elements": Items(OneOf(PARAGRAPHS, PARAGRAPHS), least=0)},
    ("type", "elements"),
)
