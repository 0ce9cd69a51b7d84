"""Slack's blocks, as a table of their fields and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.element_specs import (
    CHOSEN,
    ELEMENTS,
    ID,
    IMAGE,
    NONE,
    PRESSED,
    SLACK_FILE,
    TYPED,
    URL,
    Fields,
    element,
    plain,
    text,
)
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
    at_least_one,
    at_most_one,
    exactly_one,
    needs_scope,
)

ROWS, DATA_ROWS, COLUMNS = 100, 201, 20
SERIES, POINTS = 12, 20


def _block(*required: str, rules: tuple[Rule, ...] = (), more: Fields = NONE, **fields: Shape) -> Obj:
    return Obj({"type": Str(), "block_id": ID, **more, **fields}, ("type", *required), rules)


def _unique_action_ids(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    seen: set[str] = set()
    for index, one in enumerate(value.get("elements") or value.get("actions") or []):
        action_id = one.get("action_id")
        if action_id in seen:
            yield f"/{'elements' if 'elements' in value else 'actions'}/{index}/action_id", "must be unique"
        if action_id is not None:
            seen.add(action_id)


def _rows_alike(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    width = len(value["rows"][0])
    for index, row in enumerate(value["rows"]):
        if len(row) != width:
            yield f"/rows/{index}", "all rows must have the same number of cells"


def _plain_header(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            yield f"/rows/0/{index}/type", "rich_text is not allowed in the header"


def _points_match_categories(value: Json, _: Report) -> Iterable[tuple[str, str]]:
    categories = value["axis_config"]["categories"]
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        yield "/series", "series names must be unique"
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield f"/series/{index}/data", "labels must match axis_config.categories"


CELLS: Mapping[str, Shape] = {
    "raw_text": Obj({"type": Str(), "text": Str()}, ("type", "text")),
    "raw_number": Obj({"type": Str(), "value": Number(fraction=True), "text": Str()}, ("type", "value", "text")),
    "rich_text": RICH_TEXT,
}
ROW = Items(OneOf(CELLS, CELLS), COLUMNS)
COLUMN = Obj({"align": Str(choices=("left", "center", "right")), "is_wrapped": Bool()})

POINT = Obj({"label": Str(20), "value": Number(fraction=True)}, ("label", "value"))
SEGMENT = Obj({"label": Str(20), "value": Number(1e-12, fraction=True)}, ("label", "value"))
ONE_SERIES = Obj({"name": Str(20), "data": Items(POINT, POINTS)}, ("name", "data"))
AXES = Obj({"categories": Items(Str(20), POINTS), "x_label": Str(50), "y_label": Str(50)}, ("categories",))
PLOT = Obj(
    {"type": Str(), "series": Items(ONE_SERIES, SERIES), "axis_config": AXES},
    ("type", "series", "axis_config"),
    (_points_match_categories,),
)
CHARTS: Mapping[str, Shape] = {
    "pie": Obj({"type": Str(), "segments": Items(SEGMENT, SERIES)}, ("type", "segments")),
    "bar": PLOT,
    "area": PLOT,
    "line": PLOT,
}
SOURCE = Obj({"type": Str(choices=("url",)), "url": URL, "text": Str()}, ("type", "url", "text"))
STATUSES = ("pending", "in_progress", "complete", "error")
TASK: dict[str, Shape] = {
    "task_id": Str(),
    "title": Str(),
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": Items(SOURCE),
}
PLANNED_TASK = Obj({"type": Str(), **TASK, "status": Str(choices=STATUSES)}, ("task_id", "title"))
CONTEXT: Mapping[str, Shape] = {"image": IMAGE} | dict(text().table)

BLOCKS: dict[str, Shape] = {
    "section": _block(
        text=text(3000),
        fields=Items(text(2000), 10),
        accessory=element(*PRESSED, *CHOSEN - {"datetimepicker"}, "image"),
        expand=Bool(),
        rules=(at_least_one("text", "fields"),),
    ),
    "divider": _block(),
    "header": _block("text", text=plain(150), level=Number(1, 4)),
    "context": _block("elements", elements=Items(OneOf(CONTEXT, CONTEXT), 10)),
    "actions": _block("elements", elements=Items(element(*PRESSED, *CHOSEN), 25), rules=(_unique_action_ids,)),
    "context_actions": _block(
        "elements", elements=Items(element("feedback_buttons", "icon_button"), 5), rules=(_unique_action_ids,)
    ),
    "input": _block(
        "label",
        "element",
        label=plain(2000),
        hint=plain(2000),
        element=element(*TYPED, *CHOSEN),
        optional=Bool(),
        dispatch_action=Bool(),
    ),
    "image": _block(
        "alt_text",
        image_url=URL,
        slack_file=SLACK_FILE,
        alt_text=Str(2000),
        title=plain(2000),
        rules=(exactly_one("image_url", "slack_file"),),
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block("text", text=Str(12_000)),
    "video": _block(
        "alt_text",
        "title",
        "thumbnail_url",
        "video_url",
        alt_text=Str(),
        title=plain(199),
        title_url=Str(pattern=r"https://.+"),
        thumbnail_url=Str(),
        video_url=Str(pattern=r"https://.+"),
        description=plain(199),
        author_name=Str(49),
        provider_name=Str(),
        provider_icon_url=Str(),
        rules=(needs_scope("links.embed:write"),),
    ),
    "alert": _block("text", text=text(200), level=Str(choices=("default", "info", "warning", "error", "success"))),
    "table": _block(
        "rows",
        rows=Items(ROW, ROWS),
        column_settings=Items(COLUMN, COLUMNS, holes=True),
        rules=(_rows_alike,),
    ),
    "data_table": _block(
        "rows",
        "caption",
        rows=Items(ROW, DATA_ROWS, least=2),
        caption=Str(),
        page_size=Number(1, 100),
        row_header_column_index=Number(0, COLUMNS - 1),
        rules=(_rows_alike, _plain_header),
    ),
    "data_visualization": _block("title", "chart", title=Str(50), chart=OneOf(CHARTS, CHARTS)),
    "card": _block(
        title=text(150),
        subtitle=text(150),
        body=text(200),
        subtext=text(200),
        hero_image=OneOf(ELEMENTS, ("image",)),
        icon=OneOf(ELEMENTS, ("image",)),
        slack_icon=Obj({"type": Str(), "name": Str()}),
        actions=Items(element("button"), 3),
        rules=(
            at_least_one("title", "body", "actions", "hero_image"),
            at_most_one("icon", "slack_icon"),
            _unique_action_ids,
        ),
    ),
    "task_card": _block("task_id", "title", "status", more=TASK, status=Str(choices=STATUSES[1:])),
    "plan": _block("title", title=Str(), tasks=Items(PLANNED_TASK, 50)),
}
INSIDE_CONTAINER = (
    "actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video",
)  # fmt: skip
BLOCKS["carousel"] = _block("elements", elements=Items(OneOf(BLOCKS, ("card",)), 10))
BLOCKS["container"] = _block(
    "child_blocks",
    child_blocks=Items(OneOf(BLOCKS, INSIDE_CONTAINER), 10),
    title=plain(150),
    rich_text_title=RICH_TEXT,
    subtitle=text(150),
    icon=OneOf(ELEMENTS, ("image",)),
    width=Str(choices=("narrow", "standard", "wide", "full")),
    is_collapsible=Bool(),
    default_collapsed=Bool(),
    has_header_divider=Bool(),
    rules=(at_least_one("title", "rich_text_title"),),
)

NOT_EVERYWHERE = {
    "alert": ("modal",),
    "carousel": ("message", "home"),
    "container": ("message", "home"),
    "context_actions": ("message",),
    "data_table": ("message", "home"),
    "data_visualization": ("message",),
    "markdown": ("message",),
    "plan": ("message",),
    "table": ("message", "home"),
    "task_card": ("message",),
}
"""Surfaces of the blocks that not all of them take; sources disagree on charts in a home, so they are refused there."""

BLOCK = OneOf(BLOCKS, BLOCKS, NOT_EVERYWHERE)
