"""Who a message is about, as far as it plainly says so."""

from typing import Any

import pytest

from handlers.qualifying.messages import MOST, found_in

BOB = {"first_name": "Bob", "last_name": "Meyer"}
MAIL = {"email": "bob.meyer@initech.example"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("Can somebody look at this?", {}),
        ("Bob Meyer <mailto:bob.meyer@initech.example|bob.meyer@initech.example>", MAIL | BOB),
        ("Bob Meyer (bob.meyer@initech.example) called", MAIL | BOB),
        ("Please call Ana Maria Silva, a.silva@acme.example.", {
            "email": "a.silva@acme.example", "first_name": "Ana", "last_name": "Maria Silva",
        }),
        ("<@U0RITA0001> <!channel> see <https://initech.example|their page>: bob.meyer@initech.example", MAIL | BOB),
        ("new one: info@initech.example", {"email": "info@initech.example"}),
        ("*Name:* Jürgen Große\n*E-mail:* <mailto:jg@initech.example|jg@initech.example>", {
            "email": "jg@initech.example", "first_name": "Jürgen", "last_name": "Große",
        }),
        ("Name: bob@initech.example", {"email": "bob@initech.example"}),
        ("Name: " + "x" * 81, {}),
        ("call <tel:+14155550100|+1 415 555 0100> or 555-0199", {"phone": "+14155550100"}),
        ("ticket 4155550100, version 1.2.3.4", {}),
        ("R&amp;D wants it: bob.meyer@initech.example", MAIL | BOB),
        ("Björn Ødegård &lt;bo@initech.example&gt;", {
            "email": "bo@initech.example", "first_name": "Björn", "last_name": "Ødegård",
        }),
    ],
)  # fmt: skip
def test_what_a_message_says_of_somebody(text: str, found: dict[str, str]) -> None:
    assert found_in({"text": text}) == found


@pytest.mark.parametrize(
    "message",
    [
        {"text": "A form was filled in", "attachments": [{"fields": [{"title": "E-mail", "value": MAIL["email"]}]}]},
        {
            "text": "",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"<mailto:{MAIL['email']}|mail>"}}],
        },
        {"blocks": [{"elements": [{"elements": [{"type": "text", "text": MAIL["email"]}]}]}], "attachments": None},
    ],
)
def test_where_the_text_names_nobody_blocks_and_attachments_are_read(message: dict[str, Any]) -> None:
    assert found_in(message) == MAIL | BOB


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "blocks": "no", "attachments": 5},
        {"text": 5, "blocks": [None, 5, [[]], {"text": {"text": {"text": {}}}}]},
        {"text": "@" * 100_000},
        {"text": "a.b" * 30_000 + "@"},
        {"text": "+1 " * 30_000},
        {"text": "Aa Aa " * 20_000 + "x@y.example"},
        {"text": "Name:" * 20_000},
        {"blocks": [{"elements": [{"text": "x" * MOST}] * 100}] * 100},
    ],
)
def test_a_strange_message_fills_in_nothing(message: dict[str, Any]) -> None:
    assert found_in(message) == {}
