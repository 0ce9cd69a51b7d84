"""Slack's block elements and composition objects, as a table of their fields and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.elements import options_of
from sandbox.json_types import Json
from sandbox.rich_text_specs import RICH_TEXT
from sandbox.schema import (
    Bool,
    Items,
    Number,
    Obj,
    OneOf,
    Report,
    Rule,
    Shape,
    Str,
    exactly_one,
    needs_scope,
)

Fields = Mapping[str, Shape]
NONE: Fields = {}

ID = Str(255)
URL = Str(3000)
TEXT_TYPES = {"plain_text": "emoji", "mrkdwn": "verbatim"}
OPTIONS_IN_BOXES, OPTIONS_IN_SELECTS, OPTIONS_IN_MENUS = 10, 100, 5


def text(most: int = 3000, *kinds: str) -> OneOf:
    """A text object of at most so many characters; of both kinds unless some are named."""
    table: dict[str, Shape] = {
        kind: Obj({"type": Str(), "text": Str(most), flag: Bool()}, ("type", "text"))
        for kind, flag in TEXT_TYPES.items()
    }
    return OneOf(table, kinds or tuple(table))


def plain(most: int) -> OneOf:
    return text(most, "plain_text")


CONFIRM = Obj(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": Str(choices=("primary", "danger")),
    },
    ("title", "text", "confirm", "deny"),
)
SLACK_FILE = Obj({"id": Str(), "url": Str()}, (), (exactly_one("id", "url"),))
IMAGE = Obj(
    {"type": Str(), "image_url": URL, "slack_file": SLACK_FILE, "alt_text": Str(2000)},
    ("type", "alt_text"),
    (exactly_one("image_url", "slack_file"),),
)
DISPATCH = Obj({"trigger_actions_on": Items(Str(choices=("on_enter_pressed", "on_character_entered")), 2)})
FILTER = Obj(
    {
        "include": Items(Str(choices=("im", "mpim", "private", "public")), 4),
        "exclude_bot_users": Bool(),
        "exclude_external_shared_channels": Bool(),
    }
)


def _option(label: OneOf, **more: Shape) -> Obj:
    return Obj({"text": label, "value": Str(150), "description": text(75), **more}, ("text", "value"))


SELECT_OPTION = _option(plain(75), description=plain(75))
BOX_OPTION = _option(text(75))
MENU_OPTION = _option(plain(75), description=plain(75), url=URL)
GROUP = Obj({"label": plain(75), "options": Items(SELECT_OPTION, OPTIONS_IN_SELECTS)}, ("label", "options"))


def _initial_is_offered(name: str) -> Rule:
    def rule(value: Json, _: Report) -> Iterable[tuple[str, str]]:
        given = value.get(name)
        chosen = given if isinstance(given, list) else [] if given is None else [given]
        offered = [(option["value"], option["text"]["text"]) for option in options_of(value)]
        if any((option["value"], option["text"]["text"]) not in offered for option in chosen):
            yield f"/{name}", "must be one of the provided options"

    return rule


def _one_focus(element: Mapping[str, Shape]) -> dict[str, Shape]:
    return {"type": Str(), "action_id": ID, "focus_on_load": Bool(), **element}


def _field(*required: str, rules: tuple[Rule, ...] = (), more: Fields = NONE, **fields: Shape) -> Obj:
    """An element a person fills in or chooses from."""
    return Obj(_one_focus({"placeholder": plain(150), **more, **fields}), ("type", *required), rules)


def _chooser(*required: str, rules: tuple[Rule, ...] = (), more: Fields = NONE, **fields: Shape) -> Obj:
    """A menu, which can ask for confirmation as well."""
    return _field(*required, rules=rules, more={"confirm": CONFIRM, **more}, **fields)


def _lengths_in_order(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    if value.get("min_length", 0) > value.get("max_length", 3000):
        yield "/max_length", "must be at least min_length"


def _numbers_in_order(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    low, high = value.get("min_value"), value.get("max_value")
    if low is not None and high is not None and float(low) > float(high):
        yield "/max_value", "must be at least min_value"


NUMERAL = Str(pattern=r"-?\d+(\.\d+)?")
SELECT_LISTS: dict[str, Shape] = {
    "options": Items(SELECT_OPTION, OPTIONS_IN_SELECTS),
    "option_groups": Items(GROUP, OPTIONS_IN_SELECTS),
}
MOST_CHOSEN: dict[str, Shape] = {"max_selected_items": Number(1)}
BUTTON: dict[str, Shape] = {
    "type": Str(),
    "text": plain(75),
    "action_id": ID,
    "value": Str(2000),
    "confirm": CONFIRM,
    "accessibility_label": Str(75),
    "visible_to_user_ids": Items(Str(pattern=r"[UW][A-Z0-9]+")),
}
FEEDBACK = Obj({"text": plain(75), "value": Str(2000), "accessibility_label": Str(75)}, ("text", "value"))

ELEMENTS: Mapping[str, Obj] = {
    "button": Obj(
        BUTTON
        | {
            "url": URL,
            "style": Str(choices=("primary", "danger")),
            "agent_prompt": Str(4000),
            "agent_prompt_display": Str(),
        },
        ("type", "text"),
    ),
    "icon_button": Obj(BUTTON | {"icon": Str()}, ("type", "text", "icon")),
    "feedback_buttons": Obj(
        {"type": Str(), "action_id": ID, "positive_button": FEEDBACK, "negative_button": FEEDBACK},
        ("type", "positive_button", "negative_button"),
    ),
    "workflow_button": Obj(
        {
            "type": Str(),
            "text": plain(75),
            "action_id": ID,
            "style": Str(choices=("primary", "danger")),
            "accessibility_label": Str(75),
            "workflow": Obj(
                {
                    "trigger": Obj(
                        {"url": URL, "customizable_input_parameters": Items(Obj({"name": Str(), "value": Str()}))}
                    )
                },
                ("trigger",),
            ),
        },
        ("type", "text", "workflow", "action_id"),
    ),
    "overflow": Obj(
        {"type": Str(), "action_id": ID, "options": Items(MENU_OPTION, OPTIONS_IN_MENUS), "confirm": CONFIRM},
        ("type", "options"),
    ),
    "image": IMAGE,
    "static_select": _chooser(
        more=SELECT_LISTS,
        initial_option=SELECT_OPTION,
        rules=(exactly_one("options", "option_groups"), _initial_is_offered("initial_option")),
    ),
    "multi_static_select": _chooser(
        more=SELECT_LISTS | MOST_CHOSEN,
        initial_options=Items(SELECT_OPTION, OPTIONS_IN_SELECTS),
        rules=(exactly_one("options", "option_groups"), _initial_is_offered("initial_options")),
    ),
    "external_select": _chooser(initial_option=SELECT_OPTION, min_query_length=Number(0)),
    "multi_external_select": _chooser(
        more=MOST_CHOSEN, initial_options=Items(SELECT_OPTION, OPTIONS_IN_SELECTS), min_query_length=Number(0)
    ),
    "users_select": _chooser(initial_user=Str()),
    "multi_users_select": _chooser(more=MOST_CHOSEN, initial_users=Items(Str())),
    "conversations_select": _chooser(
        initial_conversation=Str(),
        default_to_current_conversation=Bool(),
        response_url_enabled=Bool(),
        filter=FILTER,
    ),
    "multi_conversations_select": _chooser(
        more=MOST_CHOSEN, initial_conversations=Items(Str()), default_to_current_conversation=Bool(), filter=FILTER
    ),
    "channels_select": _chooser(initial_channel=Str(), response_url_enabled=Bool()),
    "multi_channels_select": _chooser(more=MOST_CHOSEN, initial_channels=Items(Str())),
    "radio_buttons": Obj(
        _one_focus({"options": Items(BOX_OPTION, OPTIONS_IN_BOXES), "initial_option": BOX_OPTION, "confirm": CONFIRM}),
        ("type", "options"),
        (_initial_is_offered("initial_option"),),
    ),
    "checkboxes": Obj(
        _one_focus(
            {
                "options": Items(BOX_OPTION, OPTIONS_IN_BOXES),
                "initial_options": Items(BOX_OPTION, OPTIONS_IN_BOXES),
                "confirm": CONFIRM,
            }
        ),
        ("type", "options"),
        (_initial_is_offered("initial_options"),),
    ),
    "datepicker": _chooser(initial_date=Str(pattern=r"\d{4}-\d\d-\d\d")),
    "timepicker": _chooser(initial_time=Str(pattern=r"([01]\d|2[0-3]):[0-5]\d"), timezone=Str()),
    "datetimepicker": Obj(
        _one_focus({"initial_date_time": Number(1_000_000_000, 9_999_999_999), "confirm": CONFIRM}), ("type",)
    ),
    "plain_text_input": _field(
        initial_value=Str(3000, least=0),
        multiline=Bool(),
        min_length=Number(0, 3000),
        max_length=Number(1, 3000),
        dispatch_action_config=DISPATCH,
        rules=(_lengths_in_order,),
    ),
    "rich_text_input": _field(
        initial_value=RICH_TEXT,
        min_lines=Number(1, 100),
        max_lines=Number(1, 100),
        dispatch_action_config=DISPATCH,
    ),
    "email_text_input": _field(initial_value=Str(), dispatch_action_config=DISPATCH),
    "url_text_input": _field(initial_value=Str(), dispatch_action_config=DISPATCH),
    "number_input": _field(
        "is_decimal_allowed",
        is_decimal_allowed=Bool(),
        initial_value=NUMERAL,
        min_value=NUMERAL,
        max_value=NUMERAL,
        dispatch_action_config=DISPATCH,
        rules=(_numbers_in_order,),
    ),
    "file_input": Obj(
        {"type": Str(), "action_id": ID, "filetypes": Items(Str()), "max_files": Number(1, 10)},
        ("type",),
        (needs_scope("files:read"),),
    ),
}

MODAL_ONLY = dict.fromkeys(("number_input", "file_input", "url_text_input", "email_text_input"), ("modal",))
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
PRESSED = {"button", "workflow_button", "overflow"}
CHOSEN = set(ELEMENTS) - TYPED - PRESSED - {"image", "icon_button", "feedback_buttons"}


def element(*names: str) -> OneOf:
    return OneOf(ELEMENTS, names, MODAL_ONLY)
