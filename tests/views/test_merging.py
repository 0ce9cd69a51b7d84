"""What marketing reads of two leads that may be one person."""

import pytest

from bot.domain.identifying.pairs import Pair
from bot.views.identifying.merging import likeness, merged
from tests.support.workspace import plain
from tests.views.pairs import MERGED, PAIR, SAID_TWO, UNDONE
from tests.views.samples import EMAIL, MAYA, PHONE, RITA


def test_the_question_shows_who_they_are_what_is_the_same_and_what_is_not() -> None:
    shown = plain(likeness(PAIR).blocks).splitlines()
    assert shown == [
        "One person or two? Ana Silva at Acme",
        f"Ana Silva, VP Operations · Acme · webinar, 20 Nov · with <@{RITA}>",
        "Ana Silva · Acme · fair, 20 Nov · with marketing",
        "The same: name, company and web domain. Different: e-mail.",
        "Same person",
        "Two people",
    ]


@pytest.mark.parametrize(
    ("pair", "first", "buttons"),
    [
        (MERGED, "Two leads became one: Ana Silva at Acme. One message named both 20 Nov 16:10 UTC.", ["Undo"]),
        (SAID_TWO, f"Two people: Ana Silva at Acme, says <@{MAYA}> 20 Nov 16:10 UTC.", []),
        (UNDONE, f"Two people after all: Ana Silva at Acme, says <@{MAYA}> 20 Nov 16:10 UTC.", []),
    ],
)
def test_what_was_said_takes_the_place_of_the_question(pair: Pair, first: str, buttons: list[str]) -> None:
    for message in (likeness(pair), merged(pair)):
        lines = plain(message.blocks).splitlines()
        assert lines[0] == first
        assert lines[3:] == buttons


@pytest.mark.parametrize("pair", [PAIR, MERGED, SAID_TWO, UNDONE])
def test_contact_details_are_in_none_of_it(pair: Pair) -> None:
    for message in (likeness(pair), merged(pair)):
        told = f"{message.text} {message.blocks}"
        assert [one for one in (EMAIL, PHONE, "silva@acme.example") if one in told] == []
