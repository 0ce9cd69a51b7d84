"""What a terminal shows of Slack's messages."""

import time

import pytest

from demo.reading import Seen, buttons, plain, words

NAMES = {"U0RITA0001": "Rita Keller"}
CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "Ana Silva"}},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U0RITA0001"},
                    {"type": "text", "text": " answers by ", "style": {"bold": True}},
                    {"type": "date", "timestamp": 1795165200, "format": "{time}", "fallback": "soon"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Has authority"}]}],
            },
        ],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": "Rep"}], [{"type": "raw_text", "text": "rita"}]]},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "accept", "text": {"type": "plain_text", "text": "Accept"}, "value": "h-1"}
        ],
    },
]


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()


def test_every_word_is_read_in_order_a_line_a_piece() -> None:
    assert words(CARD).splitlines() == [
        "Ana Silva",
        "<@U0RITA0001> answers by <!date^1795165200^|>",
        "Has authority",
        "Rep",
        "rita",
        "Accept",
    ]
    assert buttons(CARD) == {"Accept": "accept"}


def test_a_message_without_blocks_reads_as_its_text() -> None:
    assert Seen("U0RITA0001", "C1", "1.0", "Hello", []).words == "Hello"


@pytest.mark.usefixtures("berlin")
def test_people_moments_and_entities_are_written_out() -> None:
    text = (
        "<@U0RITA0001> has *A &lt;b&gt; &amp; Co*\nsince <!date^1795165200^{date} {time}|long ago>. <@U0GONE0001> left."
    )
    assert plain(text, NAMES) == "Rita Keller has A <b> & Co since 10:00. somebody left."
    assert plain("<!date^1795165207^{time}|>", NAMES, clock="%H:%M:%S") == "10:00:07"


def test_nothing_in_a_message_reaches_the_terminal_as_a_command() -> None:
    assert plain("Ana \x1b[31mSilva\x07 \u202eat Acme", NAMES) == "Ana [31mSilva at Acme"
