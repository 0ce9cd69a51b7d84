"""What the app of these tests shows."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
LATER = 1_795_186_800  # Friday 20 November 2026, 15:00 UTC


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: object) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "L-1", **more}


def card(owner: str) -> list[Json]:
    """A lead as its owner gets it: Accept and Reject are for the owner alone."""
    due = f"Accept by <!date^{LATER}^{{date_short_pretty}} at {{time}}|this afternoon>"
    return [
        {"type": "header", "text": plain("Ana Silva · Northwind")},
        {"type": "context", "elements": [mrkdwn(due)]},
        {
            "type": "section",
            "fields": [mrkdwn("*Title*\nVP Operations"), mrkdwn("*Said*\n&lt;img src=x onerror=alert(1)&gt;")],
        },
        {
            "type": "actions",
            "block_id": "decide",
            "elements": [
                button("Accept", "accept", style="primary", visible_to_user_ids=[owner]),
                button("Reject", "reject", style="danger", visible_to_user_ids=[owner]),
            ],
        },
    ]


def accepted(owner: str) -> list[Json]:
    return [*card(owner)[:3], {"type": "context", "elements": [mrkdwn(f"Accepted by <@{owner}>")]}]


def reject_modal() -> Json:
    reasons = [
        {"text": plain(text), "value": value} for text, value in (("Not now", "later"), ("Something else", "other"))
    ]
    return {
        "type": "modal",
        "callback_id": "reject",
        "notify_on_close": True,
        "title": plain("Reject this lead"),
        "submit": plain("Reject"),
        "close": plain("Keep it"),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": plain("Reason"),
                "element": {"type": "static_select", "action_id": "choice", "options": reasons},
            },
            {
                "type": "input",
                "block_id": "detail",
                "optional": True,
                "label": plain("What happened?"),
                "hint": plain("One sentence is enough."),
                "element": {"type": "plain_text_input", "action_id": "text"},
            },
        ],
    }


def sure_modal() -> Json:
    return {
        "type": "modal",
        "callback_id": "sure",
        "title": plain("Are you sure?"),
        "blocks": [{"type": "section", "text": mrkdwn("The lead goes back to marketing.")}],
    }


def numbers() -> list[Json]:
    points = [{"label": "Rita", "value": 8}, {"label": "Ravi", "value": 5}]
    axes = {"categories": ["Rita", "Ravi"], "y_label": "Leads"}
    rows = [
        [{"type": "raw_text", "text": text} for text in row]
        for row in (("Rep", "Accepted"), ("Rita", "8"), ("Ravi", "5"))
    ]
    return [
        {"type": "table", "rows": rows},
        {
            "type": "data_visualization",
            "title": "Accepted by rep",
            "chart": {"type": "bar", "series": [{"name": "Accepted", "data": points}], "axis_config": axes},
        },
    ]


def home(open_leads: int) -> Json:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your leads")},
            {
                "type": "section",
                "text": mrkdwn(f"You have *{open_leads}* open."),
                "accessory": button("Take a break", "away"),
            },
        ],
    }
