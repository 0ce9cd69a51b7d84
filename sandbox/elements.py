"""The things a person can press, choose or fill in: where they sit in blocks, and what using one sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType

from sandbox.json_types import Json

State = dict[str, dict[str, Json]]
"""Slack's `state.values`: block id, action id, what the element holds."""


@dataclass(frozen=True, slots=True)
class ElementKind:
    """How one type of element holds a value: under `key`, at first from `initial`, read from plain input by `read`.

    A kind without `initial` holds nothing between uses: it never shows in `state.values`.
    """

    key: str
    read: Callable[[Json, object], object]
    initial: str | None = None
    many: bool = False


def _text(_: Json, plain: object) -> object:
    if plain is None or plain == "":
        return None
    if not isinstance(plain, str | int | float):
        raise ValueError("needs a text")
    return str(plain)


def options_of(element: Json) -> list[Json]:
    """Every option a select, menu or box list offers, groups flattened."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _option(element: Json, plain: object) -> object:
    if plain is None or plain == "":
        return None
    wanted = plain.get("value") if isinstance(plain, Mapping) else plain
    chosen = next((option for option in options_of(element) if option.get("value") == wanted), None)
    if chosen is None:
        raise ValueError(f"offers no option {wanted!r}")
    return {key: chosen[key] for key in ("text", "value", "description") if key in chosen}


def _found_option(_: Json, plain: object) -> object:
    """An option of an external list, which only the app knows: taken as given."""
    if plain is None or plain == "" or isinstance(plain, Mapping):
        return plain or None
    return {"text": {"type": "plain_text", "text": str(plain), "emoji": True}, "value": str(plain)}


def _id(_: Json, plain: object) -> object:
    if plain is not None and not isinstance(plain, str):
        raise ValueError("needs an id")
    return plain or None


def _several(one: Callable[[Json, object], object]) -> Callable[[Json, object], object]:
    def read(element: Json, plain: object) -> object:
        values = plain if isinstance(plain, list) else [] if plain is None or plain == "" else [plain]
        return [one(element, value) for value in values]

    return read


def _date(_: Json, plain: object) -> object:
    if plain is None or plain == "":
        return None
    return date.fromisoformat(str(plain)).isoformat()


def _time(_: Json, plain: object) -> object:
    if plain is None or plain == "":
        return None
    return time.fromisoformat(str(plain)).strftime("%H:%M")


def _moment(_: Json, plain: object) -> object:
    if plain is None or plain == "":
        return None
    if not isinstance(plain, int | str):
        raise ValueError("needs unix seconds")
    return int(plain)


def _rich_text(_: Json, plain: object) -> object:
    if plain is None or plain == "" or isinstance(plain, Mapping):
        return plain or None
    leaf = {"type": "text", "text": str(plain)}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]}


def _own_value(element: Json, _: object) -> object:
    return element.get("value")


KINDS: Mapping[str, ElementKind] = MappingProxyType(
    {
        "button": ElementKind("value", _own_value),
        "icon_button": ElementKind("value", _own_value),
        "workflow_button": ElementKind("value", _own_value),
        "overflow": ElementKind("selected_option", _option),
        "plain_text_input": ElementKind("value", _text, "initial_value"),
        "email_text_input": ElementKind("value", _text, "initial_value"),
        "url_text_input": ElementKind("value", _text, "initial_value"),
        "number_input": ElementKind("value", _text, "initial_value"),
        "rich_text_input": ElementKind("rich_text_value", _rich_text, "initial_value"),
        "datepicker": ElementKind("selected_date", _date, "initial_date"),
        "timepicker": ElementKind("selected_time", _time, "initial_time"),
        "datetimepicker": ElementKind("selected_date_time", _moment, "initial_date_time"),
        "radio_buttons": ElementKind("selected_option", _option, "initial_option"),
        "checkboxes": ElementKind("selected_options", _several(_option), "initial_options", many=True),
        "static_select": ElementKind("selected_option", _option, "initial_option"),
        "multi_static_select": ElementKind("selected_options", _several(_option), "initial_options", many=True),
        "external_select": ElementKind("selected_option", _found_option, "initial_option"),
        "multi_external_select": ElementKind("selected_options", _several(_found_option), "initial_options", many=True),
        "users_select": ElementKind("selected_user", _id, "initial_user"),
        "multi_users_select": ElementKind("selected_users", _several(_id), "initial_users", many=True),
        "conversations_select": ElementKind("selected_conversation", _id, "initial_conversation"),
        "multi_conversations_select": ElementKind(
            "selected_conversations", _several(_id), "initial_conversations", many=True
        ),
        "channels_select": ElementKind("selected_channel", _id, "initial_channel"),
        "multi_channels_select": ElementKind("selected_channels", _several(_id), "initial_channels", many=True),
        "file_input": ElementKind("files", _several(_id), "initial_files", many=True),
    }
)


@dataclass(frozen=True, slots=True)
class Placed:
    """An element where it stands: the block that holds it, and whether that block is an input."""

    block: Json
    element: Json

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")


def placed_in(blocks: list[Json]) -> Iterator[Placed]:
    """Every interactive element of the blocks, in reading order, containers and cards opened."""
    for block in blocks:
        yield from _placed_in_block(block)


def _placed_in_block(block: Json) -> Iterator[Placed]:
    candidates = [block.get("accessory"), block.get("element")]
    for key in ("elements", "actions"):
        candidates += block.get(key, []) if block["type"] not in ("context", "rich_text", "carousel") else []
    for element in candidates:
        if isinstance(element, dict) and element.get("type") in KINDS:
            yield Placed(block, element)
        elif isinstance(element, dict) and element.get("type") == "feedback_buttons":
            yield from _feedback_buttons(block, element)
    inner = block.get("child_blocks", []) if block["type"] == "container" else []
    inner = block["elements"] if block["type"] == "carousel" else inner
    for child in inner:
        yield from _placed_in_block(child)


def _feedback_buttons(block: Json, element: Json) -> Iterator[Placed]:
    for side in ("positive_button", "negative_button"):
        yield Placed(block, {"type": "button", "action_id": element["action_id"], **element[side]})


def seen_by(blocks: list[Json], user: str) -> list[Json]:
    """The blocks without the buttons that are for others only, and without rows that hold nothing else."""
    kept = [_seen_block(block, user) for block in blocks]
    return [block for block in kept if block["type"] != "actions" or block["elements"]]


def _seen_block(block: Json, user: str) -> Json:
    shown = dict(block)
    for key in ("elements", "actions"):
        if block["type"] in ("actions", "context_actions", "card") and key in block:
            shown[key] = [element for element in block[key] if _is_for(element, user)]
    if "accessory" in block and not _is_for(block["accessory"], user):
        del shown["accessory"]
    if block["type"] == "container":
        shown["child_blocks"] = seen_by(block["child_blocks"], user)
    return shown


def _is_for(element: Json, user: str) -> bool:
    return user in element.get("visible_to_user_ids", (user,))


def held(element: Json, value: object) -> Json:
    """What `state.values` says of an element that holds `value`."""
    kind = KINDS[element["type"]]
    return {"type": element["type"], kind.key: value}


def initial_state(blocks: list[Json]) -> State:
    """`state.values` of blocks nobody has touched yet."""
    state: State = {}
    for place in placed_in(blocks):
        kind = KINDS[place.element["type"]]
        if kind.initial is None:
            continue
        value = place.element.get(kind.initial, [] if kind.many else None)
        state.setdefault(place.block["block_id"], {})[place.element["action_id"]] = held(place.element, value)
    return state
