"""Answers to `/lead`."""

from dataclasses import replace

import pytest

from bot.domain.authority import Role
from bot.domain.lead import Facts, Stage
from bot.domain.reach import Reach
from bot.views import help as helping
from bot.views.help import Found
from tests.views.reading import dump, read
from tests.views.samples import ANA, EMAIL, NOW, PHONE, RITA

USAGE = [
    "• /lead find TEXT: which leads there are, and who has them",
    "• /lead why TEXT: why a lead went to this rep and to nobody else",
    "• /lead fair: whose turn it is, and how far everybody is from their share; name a team to see another one",
    "• /lead new: hand a lead over yourself, with your reason (marketing and admins)",
    "• /lead brief: what marketing says of its campaigns; name one to read it all",
    "• /lead policy: what makes a lead ready for sales, and the times both teams promise",
    "• /lead propose: a change of what makes a lead ready for sales; everyone who must agree gets it to sign",
    "• /lead away until fri: new leads go to colleagues until then; alone, until you type /lead back",
    "• /lead back: you take leads again",
    "• /lead email every: an e-mail with every lead; /lead email unopened for cards you leave alone only",
    "• /lead help: this list, and how Baton reaches you",
]
REP = Reach(frozenset({Role.REP}), True, "rita@acme.example", waits={"default": "30 minutes", "fast": "at once"})
SLACK = "• Slack: a direct message for every lead you are offered."


def test_help_lists_what_can_be_typed() -> None:
    shown = helping.usage(REP)
    assert read(shown).split("\n")[: len(USAGE) + 1] == ["Here is what you can type:", *USAGE]
    commands = [line.removeprefix("• ").partition(":")[0] for line in USAGE]
    assert shown.text == f"Here is what you can type: {', '.join(commands[:-1])} and {commands[-1]}."


@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (
            REP,
            [
                SLACK,
                "• E-mail to rita@acme.example, unless you have touched the card by then: after 30 minutes (default), "
                "at once (fast). /lead email every brings one with every lead.",
            ],
        ),
        (
            replace(REP, waits={"default": "1 hour"}),
            [
                SLACK,
                "• E-mail to rita@acme.example, unless you have touched the card by then: after 1 hour. "
                "/lead email every brings one with every lead.",
            ],
        ),
        (
            replace(REP, choice="every"),
            [SLACK, "• E-mail to rita@acme.example, with every lead. /lead email unopened brings fewer."],
        ),
        (
            replace(REP, address=None),
            [SLACK, "• E-mail: none, because Slack tells Baton no address of yours. An admin can help."],
        ),
        (replace(REP, email_set_up=False), [SLACK, "• E-mail: not set up here."]),
        (
            replace(REP, roles=frozenset({Role.ADMIN})),
            [
                "• Slack: a direct message when something needs you.",
                "• E-mail to rita@acme.example, when Baton needs an admin and Slack has not told you.",
            ],
        ),
        (
            replace(REP, roles=frozenset({Role.MANAGER})),
            ["• Slack: a direct message when something needs you."],
        ),
    ],
)
def test_everybody_learns_by_which_ways_they_are_reached(reach: Reach, told: list[str]) -> None:
    for shown in (helping.usage(reach), helping.email(reach)):
        assert read(shown).split("\n")[-len(told) - 1 :] == ["How Baton reaches you", *told]
        assert "rita@acme.example" not in shown.text


def test_a_stranger_learns_that_nothing_comes() -> None:
    told = read(helping.usage(Reach(frozenset(), True)))
    assert told.endswith("Baton writes only to people its policy names, and you are not one of them.")


def test_an_unknown_word_is_named_and_help_follows() -> None:
    shown = read(helping.unknown("dance")).split("\n")
    assert shown == ["“dance” is not something I know. Here is what you can type:", *USAGE]


def test_a_command_that_lacks_something_says_what() -> None:
    shown = read(helping.not_understood("Say whom: `/lead find`.")).split("\n")
    assert shown == ["Say whom: /lead find. Here is what you can type:", *USAGE]


def test_leads_that_were_found_show_who_has_them() -> None:
    found = [Found(ANA, Stage.MQL, RITA, NOW), Found(Facts(source="ebook", email=EMAIL), Stage.RECYCLED)]
    shown = helping.find("acme", found)
    assert read(shown).split("\n") == [
        "2 found for “acme”",
        f"• Ana Silva at Acme: qualified, waiting for sales, with @{RITA}, due {{20 Nov 16:10 UTC}}",
        "• Unnamed lead: back with marketing",
    ]
    assert EMAIL not in dump(shown)
    assert PHONE not in dump(shown)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_words(stage: Stage) -> None:
    shown = read(helping.find("ana", [Found(ANA, stage)]))
    assert shown.split("\n")[1].startswith("• Ana Silva at Acme: ")


def test_a_search_that_found_nobody_says_so() -> None:
    assert read(helping.find("zzz", [])) == "Nobody found for “zzz”. Try part of a name or company."


def test_many_leads_are_cut_and_counted() -> None:
    shown = read(helping.find("acme", [Found(ANA, Stage.MQL)] * 25, 140)).split("\n")
    assert shown[0] == "140 found for “acme”"
    assert shown[-1] == "and 120 more; add a word to narrow it down."
    assert len(shown) == 22
