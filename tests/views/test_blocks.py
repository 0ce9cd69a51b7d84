"""Blocks: literal and within Slack's limits, whatever they are given."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views import blocks
from bot.views.ids import Action
from bot.views.text import Markup
from sandbox.blocks import accept_view, judge_blocks

LONG = "x" * 10_000


@pytest.mark.parametrize(
    "block",
    [
        blocks.header(LONG),
        blocks.section(LONG),
        blocks.section(Markup(LONG), blocks.button(LONG, Action.ACCEPT, LONG)),
        blocks.fields(*[LONG] * 12),
        blocks.context(*["x", Markup("y")] * 12),
        blocks.divider(),
        blocks.actions(*(blocks.button(LONG, f"a{n}", "v", about=LONG) for n in range(30))),
        blocks.header(""),
        blocks.section("\u200b"),
    ],
)
def test_blocks_are_clipped_to_what_slack_takes(block: dict[str, Any]) -> None:
    assert judge_blocks([block], []).problems == []


def test_inputs_are_clipped_to_what_slack_takes() -> None:
    options = [(f"v{n}" * 100, LONG) for n in range(150)]
    asked = [
        blocks.choice("one", LONG, options, placeholder=LONG, hint=LONG),
        blocks.text_input("two", LONG, hint=LONG, most=3000),
    ]
    view = blocks.modal(LONG, asked, callback_id="form", submit=LONG, close=LONG, about="h-1")
    assert len(accept_view(view, "modal", [])["blocks"]) == 2


def test_a_plain_str_is_literal_and_only_markup_of_ours_is_mrkdwn() -> None:
    assert blocks.section("*bold*")["text"] == {"type": "plain_text", "text": "*bold*", "emoji": False}
    assert blocks.section(Markup("*bold*"))["text"] == {"type": "mrkdwn", "text": "*bold*", "verbatim": True}


def test_lines_follow_each_other_in_one_paragraph_and_nothing_is_left_of_nothing() -> None:
    text = blocks.rich(blocks.line("one"), None, blocks.line(None, ""), blocks.line("two"))
    leaves = [{"type": "text", "text": words} for words in ("one", "\n", "two")]
    assert text == {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}
    assert blocks.rich(blocks.line(""), blocks.bullets([]), blocks.code([])) is None


def test_a_date_is_seen_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
    moment = {"type": "date", "timestamp": 1795190700, "format": "{date_short_pretty} {time}"}
    assert blocks.date(at) == {**moment, "fallback": "20 Nov 16:05 UTC"}
    assert blocks.date(at, blocks.DAY) == {**moment, "format": "{date_short_pretty}", "fallback": "20 Nov"}


def test_only_a_slack_id_is_mentioned() -> None:
    assert blocks.user("U0RITA") == {"type": "user", "user_id": "U0RITA"}
    assert blocks.user("baton") == {"type": "text", "text": "baton"}


@pytest.mark.parametrize(
    "address", ["ana silva@acme.example", "ana@acme.example?cc=x@y.example", "ana@localhost", "ana"]
)
def test_an_unusual_address_is_shown_and_not_linked(address: str) -> None:
    assert blocks.email(address) == {"type": "text", "text": address}


def test_lines_of_a_file_keep_their_indentation() -> None:
    shown = blocks.code(["+   - {id: x}", "+\u202e     label: y"])
    assert shown == {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": "+   - {id: x}\n+     label: y"}],
    }


def test_what_is_to_be_typed_looks_like_it() -> None:
    assert blocks.prose("Type `/lead help`.") == (
        {"type": "text", "text": "Type "},
        {"type": "text", "text": "/lead help", "style": {"code": True}},
        {"type": "text", "text": "."},
    )


def test_the_same_lines_are_said_and_shown() -> None:
    told = blocks.line(blocks.user("U0RITA"), " has ", blocks.bold("<!channel> & Co"), " ", blocks.email("a@b.example"))
    assert (
        blocks.spoken(told, None, blocks.line("Done.")) == "<@U0RITA> has &lt;!channel&gt; &amp; Co a@b.example Done."
    )
