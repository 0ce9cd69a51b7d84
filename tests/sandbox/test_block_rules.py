"""Every limit from both sides: the largest that passes, and one more."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.blocks import accept_blocks, accept_view
from sandbox.errors import SlackError
from tests.sandbox.blocks import (
    actions,
    button,
    field,
    home,
    modal,
    mrkdwn,
    option,
    plain,
    rich_text,
    section,
    select,
    text_input,
    words,
)

Json = dict[str, Any]


def said_of(error: str, refusal: SlackError) -> list[str]:
    """The messages of a refusal that must have that error."""
    assert refusal.error == error
    messages: list[str] = refusal.extra["response_metadata"]["messages"]
    return messages


def complaints(*blocks: Any, scopes: tuple[str, ...] = ()) -> list[str]:
    """What Slack says of a message with these blocks; nothing when it takes them."""
    try:
        accept_blocks(list(blocks), scopes)
    except SlackError as refusal:
        return said_of("invalid_blocks", refusal)
    return []


def view_complaints(view: Any, kind: str = "modal") -> list[str]:
    try:
        accept_view(view, kind, ())
    except SlackError as refusal:
        return said_of("invalid_arguments", refusal)
    return []


def chart(**more: Any) -> Json:
    segments = [{"label": "Accepted", "value": 3}]
    return {"type": "data_visualization", "title": "Leads", "chart": {"type": "pie", "segments": segments} | more}


def plot(labels: list[str], categories: list[str], series: int = 1) -> Json:
    data = [{"label": label, "value": 1} for label in labels]
    lines = [{"name": f"S{number}", "data": data} for number in range(series)]
    kind = {"type": "line", "series": lines, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": "Leads", "chart": kind}


def table(rows: int, columns: int, text: str = "x", kind: str = "table", **more: Any) -> Json:
    cell = {"type": "raw_text", "text": text}
    return {"type": kind, "rows": [[cell] * columns for _ in range(rows)], **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain("Ana Silva"), **more}


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("Box"), "child_blocks": list(children), **more}


LIMITS = [
    ("section text", 3000, lambda n: section("x" * n)),
    ("section fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}),
    ("section field", 2000, lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}),
    ("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    ("actions elements", 25, lambda n: actions(*(button(action_id=f"a{i}") for i in range(n)))),
    ("block id", 255, lambda n: section(block_id="x" * n)),
    ("action id", 255, lambda n: actions(button(action_id="x" * n))),
    ("button label", 75, lambda n: actions(button("x" * n))),
    ("button value", 2000, lambda n: actions(button(value="x" * n))),
    ("button url", 3000, lambda n: actions(button(url="x" * n))),
    ("button accessibility label", 75, lambda n: actions(button(accessibility_label="x" * n))),
    ("options of a select", 100, lambda n: actions(select(*(f"o{i}" for i in range(n))))),
    ("option value", 150, lambda n: actions({**select("a"), "options": [option("x" * n, "A")]})),
    ("option text", 75, lambda n: actions({**select("a"), "options": [option("a", "x" * n)]})),
    ("placeholder", 150, lambda n: actions(select("a", placeholder=plain("x" * n)))),
    (
        "options of an overflow menu",
        5,
        lambda n: actions({"type": "overflow", "options": [option(f"o{i}") for i in range(n)]}),
    ),
    (
        "options of checkboxes",
        10,
        lambda n: actions({"type": "checkboxes", "options": [option(f"o{i}") for i in range(n)]}),
    ),
    (
        "options of radio buttons",
        10,
        lambda n: actions({"type": "radio_buttons", "options": [option(f"o{i}") for i in range(n)]}),
    ),
    (
        "confirm title",
        100,
        lambda n: actions(
            button(confirm={"title": plain("x" * n), "text": plain("?"), "confirm": plain("Y"), "deny": plain("N")})
        ),
    ),
    (
        "confirm text",
        300,
        lambda n: actions(
            button(confirm={"title": plain("T"), "text": plain("x" * n), "confirm": plain("Y"), "deny": plain("N")})
        ),
    ),
    ("input label", 2000, lambda n: field(text_input()) | {"label": plain("x" * n)}),
    ("input hint", 2000, lambda n: field(text_input(), hint=plain("x" * n))),
    ("text input max_length", 3000, lambda n: field(text_input(max_length=n))),
    ("image alt text", 2000, lambda n: {"type": "image", "image_url": "https://x", "alt_text": "x" * n}),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    ("table rows", 100, lambda n: table(n, 1)),
    ("table columns", 20, lambda n: table(1, n)),
    ("table characters", 10_000, lambda n: table(1, 1, "x" * n)),
    ("data table rows", 201, lambda n: table(n, 1, kind="data_table", caption="Leads")),
    ("data table page size", 100, lambda n: table(2, 1, kind="data_table", caption="Leads", page_size=n)),
    ("chart title", 50, lambda n: chart() | {"title": "x" * n}),
    ("pie segments", 12, lambda n: chart(segments=[{"label": f"s{i}", "value": 1} for i in range(n)])),
    ("segment label", 20, lambda n: chart(segments=[{"label": "x" * n, "value": 1}])),
    ("series", 12, lambda n: plot(["a"], ["a"], series=n)),
    ("points", 20, lambda n: plot([f"p{i}" for i in range(n)], [f"p{i}" for i in range(n)])),
    ("card title", 150, lambda n: card(title=plain("x" * n))),
    ("card body", 200, lambda n: card(body=mrkdwn("x" * n))),
    ("card buttons", 3, lambda n: card(actions=[button(action_id=f"a{i}") for i in range(n)])),
    ("carousel", 10, lambda n: {"type": "carousel", "elements": [card()] * n}),
    ("container children", 10, lambda n: container(*[section()] * n)),
    (
        "context actions",
        5,
        lambda n: {
            "type": "context_actions",
            "elements": [
                {"type": "icon_button", "icon": "trash", "text": plain("x"), "action_id": f"a{i}"} for i in range(n)
            ],
        },
    ),
    (
        "plan tasks",
        50,
        lambda n: {"type": "plan", "title": "P", "tasks": [{"type": "task_card", "task_id": "t", "title": "T"}] * n},
    ),
]


@pytest.mark.parametrize(("limit", "build"), [case[1:] for case in LIMITS], ids=[case[0] for case in LIMITS])
def test_the_largest_passes_and_one_more_does_not(limit: int, build: Any) -> None:
    assert complaints(build(limit)) == []
    assert complaints(build(limit + 1)) != []


VIEW_LIMITS = [
    ("title", 24, lambda n: modal(title=plain("x" * n))),
    ("submit", 24, lambda n: modal(submit=plain("x" * n))),
    ("close", 24, lambda n: modal(close=plain("x" * n))),
    ("callback id", 255, lambda n: modal(callback_id="x" * n)),
    ("external id", 255, lambda n: modal(external_id="x" * n)),
    ("private metadata", 3000, lambda n: modal(private_metadata="x" * n)),
    ("blocks", 100, lambda n: modal(*[section()] * n)),
    ("alert", 200, lambda n: modal({"type": "alert", "text": plain("x" * n)})),
]


@pytest.mark.parametrize(("limit", "build"), [case[1:] for case in VIEW_LIMITS], ids=[case[0] for case in VIEW_LIMITS])
def test_a_view_has_limits_too(limit: int, build: Any) -> None:
    assert view_complaints(build(limit)) == []
    assert len(view_complaints(build(limit + 1))) == 1


def test_fifty_blocks_are_the_most_a_message_holds() -> None:
    assert complaints(*[section()] * 50) == []
    assert complaints(*[section()] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_complaint_reads_as_slack_words_it() -> None:
    assert complaints({"type": "header", "text": plain("x" * 151)}) == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert complaints(section(), {"type": "header", "text": plain("")}) == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert complaints(actions(button(disabled=True))) == [
        "[ERROR] invalid additional property: disabled [json-pointer:/blocks/0/elements/0]"
    ]
    unsendable = {key: value for key, value in modal(field(text_input())).items() if key != "submit"}
    assert view_complaints(unsendable) == [
        "[ERROR] must define `submit` to use `input` block [json-pointer:/view/blocks/0/input]"
    ]


REFUSED = {
    "a type Slack does not know": {"type": "banner"},
    "no type": {"text": plain("x")},
    "not an object": "section",
    "a section without words": {"type": "section"},
    "a string where a text object belongs": {"type": "section", "text": "words"},
    "markup in a header": {"type": "header", "text": mrkdwn("*x*")},
    "a header of level five": {"type": "header", "text": plain("x"), "level": 5},
    "markup on a button": actions({"type": "button", "text": mrkdwn("*x*")}),
    "emoji in mrkdwn": section() | {"text": {"type": "mrkdwn", "text": "x", "emoji": True}},
    "a style of its own": actions(button(style="secondary")),
    "two buttons with one action id": actions(button(), button()),
    "no elements": actions(),
    "a text field among buttons": actions(text_input()),
    "a button as a form field": field(button()),
    "a form field beside a section": section(accessory=text_input()),
    "options and groups at once": actions(select("a", option_groups=[{"label": plain("G"), "options": [option("b")]}])),
    "neither options nor groups": actions({"type": "static_select", "action_id": "pick"}),
    "an initial option that is not offered": actions(select("a", initial_option=option("b"))),
    "an initial option with another label": actions(select("a", initial_option=option("a", "Else"))),
    "markup in a select's option": actions({**select("a"), "options": [{"text": mrkdwn("x"), "value": "a"}]}),
    "a number field in a message": field({"type": "number_input", "action_id": "n", "is_decimal_allowed": False}),
    "an email field in a message": field({"type": "email_text_input", "action_id": "n"}),
    "an image without alt text": {"type": "image", "image_url": "https://x"},
    "an image from nowhere": {"type": "image", "alt_text": "x"},
    "a date in words": actions({"type": "datepicker", "initial_date": "tomorrow"}),
    "min_length above max_length": field(text_input(min_length=5, max_length=4)),
    "an alert in a message": {"type": "alert", "text": plain("x")},
    "a video without its scope": {
        "type": "video",
        "alt_text": "x",
        "title": plain("x"),
        "thumbnail_url": "https://x",
        "video_url": "https://x",
    },
    "a file field without its scope": field({"type": "file_input", "action_id": "f"}),
    "an empty rich text leaf": rich_text(words("")),
    "an unknown rich text leaf": rich_text({"type": "mention", "user_id": "U1"}),
    "a rich text date without a format": rich_text({"type": "date", "timestamp": 1}),
    "an unknown rich text style": rich_text(words("x") | {"style": {"blink": True}}),
    "words loose in rich text": {"type": "rich_text", "elements": [words("x")]},
    "table rows of different width": {**table(2, 2), "rows": [*table(1, 2)["rows"], *table(1, 1)["rows"]]},
    "an empty cell": table(1, 1, ""),
    "a table cell of another kind": {"type": "table", "rows": [[mrkdwn("x")]]},
    "a data table without a caption": table(2, 1, kind="data_table"),
    "a data table without a row": table(1, 1, kind="data_table", caption="x"),
    "a pie slice of nothing": chart(segments=[{"label": "a", "value": 0}]),
    "a chart whose points are not its categories": plot(["a", "b"], ["a", "c"]),
    "a chart of an unknown type": chart(type="radar"),
    "a card with bare strings": card(title="Ana"),
    "a card of nothing": {"type": "card"},
    "a card with both icons": card(
        icon={"type": "image", "image_url": "https://x", "alt_text": "x"}, slack_icon={"type": "icon", "name": "bell"}
    ),
    "a carousel of sections": {"type": "carousel", "elements": [section()]},
    "a container in a container": container(container(section())),
    "a container without a title": {"type": "container", "child_blocks": [section()]},
    "a pending task on its own": {"type": "task_card", "task_id": "t", "title": "T", "status": "pending"},
    "null for something left out": section(accessory=None),
    "a person's name where an id belongs": actions(button(visible_to_user_ids=["rita"])),
}


@pytest.mark.parametrize("block", REFUSED.values(), ids=REFUSED.keys())
def test_refused(block: Any) -> None:
    assert complaints(block) != []


TAKEN = {
    "a divider": {"type": "divider"},
    "a header with a level": {"type": "header", "text": plain("x"), "level": 2},
    "a section with fields and an image": section(
        fields=[plain("a"), mrkdwn("b")], accessory={"type": "image", "image_url": "https://x", "alt_text": "x"}
    ),
    "an expanded section": section(expand=True),
    "a context with an image": {
        "type": "context",
        "elements": [{"type": "image", "image_url": "https://x", "alt_text": "x"}, mrkdwn("x")],
    },
    "a button for one person": actions(button(style="primary", visible_to_user_ids=["U0RITA0001"])),
    "two elements without action ids": actions({"type": "overflow", "options": [option("a")]}, select("b")),
    "grouped options": actions(
        {"type": "static_select", "option_groups": [{"label": plain("G"), "options": [option("a")]}]}
    ),
    "checkboxes with markup": section(
        accessory={"type": "checkboxes", "options": [{"text": mrkdwn("*x*"), "value": "a", "description": mrkdwn("d")}]}
    ),
    "pickers": actions(
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-20"},
        {"type": "timepicker", "action_id": "t", "initial_time": "09:30", "timezone": "Europe/Berlin"},
        {"type": "users_select", "action_id": "u"},
        {"type": "multi_conversations_select", "action_id": "c", "filter": {"include": ["public"]}},
    ),
    "an input": field(text_input(multiline=True, min_length=1, max_length=300), optional=True, hint=plain("h")),
    "rich text of every kind": {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    words("a") | {"style": {"bold": True}},
                    {"type": "link", "url": "https://x", "text": "x"},
                    {"type": "user", "user_id": "U1"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "emoji", "name": "tada"},
                    {"type": "date", "timestamp": 1795161600, "format": "{time}", "fallback": "noon"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "color", "value": "#fff"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 0,
                "elements": [{"type": "rich_text_section", "elements": [words("a")]}],
            },
            {"type": "rich_text_quote", "elements": [words("a")]},
            {"type": "rich_text_preformatted", "elements": [words("a")], "border": 0},
        ],
    },
    "a table": {
        "type": "table",
        "column_settings": [None, {"align": "right", "is_wrapped": True}],
        "rows": [
            [
                {"type": "raw_text", "text": "a"},
                {"type": "raw_number", "value": 2.5, "text": "2.5"},
                rich_text(words("c")),
            ]
        ],
    },
    "a pie": chart(),
    "a line": plot(["a", "b"], ["b", "a"]),
    "a card": card(subtitle=mrkdwn("x"), body=plain("b"), actions=[button()]),
    "a container": container(section(), actions(button()), is_collapsible=True, width="wide"),
    "feedback buttons": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("+"), "value": "1"},
                "negative_button": {"text": plain("-"), "value": "0"},
            }
        ],
    },
    "a finished task": {"type": "task_card", "task_id": "t", "title": "T", "status": "complete"},
}


@pytest.mark.parametrize("block", TAKEN.values(), ids=TAKEN.keys())
def test_taken(block: Any) -> None:
    assert complaints(block) == []


ONLY_SOMEWHERE = [
    ({"type": "alert", "text": plain("x"), "level": "warning"}, {"modal"}),
    (table(1, 1), {"message", "home"}),
    (table(2, 1, kind="data_table", caption="x"), {"message", "home"}),
    (container(section()), {"message", "home"}),
    ({"type": "carousel", "elements": [card()]}, {"message", "home"}),
    ({"type": "markdown", "text": "x"}, {"message"}),
    (chart(), {"message"}),
    ({"type": "plan", "title": "P"}, {"message"}),
    (field({"type": "number_input", "action_id": "n", "is_decimal_allowed": True}), {"modal"}),
    (field({"type": "url_text_input", "action_id": "n"}), {"modal"}),
    (field(text_input()), {"message", "modal", "home"}),
    (card(), {"message", "modal", "home"}),
]


@pytest.mark.parametrize(("block", "surfaces"), ONLY_SOMEWHERE, ids=lambda case: str(sorted(case))[:40])
def test_some_blocks_belong_to_some_surfaces(block: Json, surfaces: set[str]) -> None:
    taken = {
        "message": complaints(block) == [],
        "modal": view_complaints(modal(block)) == [],
        "home": view_complaints(home(block), "home") == [],
    }
    assert {surface for surface, ok in taken.items() if ok} == surfaces


def test_a_block_id_is_given_once() -> None:
    assert complaints(section(block_id="a"), section(block_id="b")) == []
    assert complaints(section(block_id="a"), section(block_id="a")) == [
        "[ERROR] block_id must be unique [json-pointer:/blocks/1/block_id]"
    ]
    assert complaints(section(block_id="a"), container(section(block_id="a"))) != []


def test_one_message_holds_two_charts_and_so_many_characters_in_tables() -> None:
    assert complaints(chart(), chart()) == []
    assert complaints(chart(), chart(), chart()) != []
    assert complaints(table(1, 1, "x" * 5000), table(1, 1, "x" * 5000)) == []
    assert complaints(table(1, 1, "x" * 5000), table(1, 1, "x" * 5001)) != []
    assert complaints({"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}) != []


def test_too_much_text_in_all_blocks_together_is_an_error_of_its_own() -> None:
    blocks = [section("x" * 2200) for _ in range(6)]
    assert len(accept_blocks(blocks, ())) == 6
    with pytest.raises(SlackError) as refusal:
        accept_blocks([*blocks, section("x")], ())
    assert refusal.value.error == "msg_blocks_too_long"


def test_a_home_has_no_title_and_a_modal_needs_one() -> None:
    assert view_complaints(home(), "home") == []
    assert view_complaints(home(title=plain("x")), "home") != []
    assert view_complaints(modal(title=None)) != []
    assert view_complaints(home(), "modal") != []
    assert view_complaints(modal(), "home") != []


def test_a_view_may_not_weigh_more_than_250_kilobytes() -> None:
    heavy = [{"type": "section", "fields": [mrkdwn("x" * 1990)] * 10} for _ in range(12)]
    assert accept_view(modal(*heavy), "modal", ())["type"] == "modal"
    with pytest.raises(SlackError) as refusal:
        accept_view(modal(*heavy, *heavy[:1]), "modal", ())
    assert refusal.value.error == "view_too_large"


def test_scopes_open_what_they_are_for() -> None:
    file_field = field({"type": "file_input", "action_id": "f", "max_files": 10})
    assert accept_view(modal(file_field), "modal", ("files:read",))["blocks"]


def test_what_is_stored_has_every_id_and_default() -> None:
    [stored] = accept_blocks([section("x", accessory={"type": "overflow", "options": [option("a")]})], ())
    assert stored["block_id"]
    assert stored["accessory"]["action_id"]
    assert stored["text"] == {"type": "mrkdwn", "text": "x", "verbatim": False}
    assert stored["accessory"]["options"][0]["text"] == {"type": "plain_text", "text": "A", "emoji": True}


def test_storing_leaves_what_was_sent_alone() -> None:
    sent = section("x")
    accept_blocks([sent], ())
    assert sent == section("x")
