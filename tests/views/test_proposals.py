"""The card of a proposed policy: what changes, why, from when, who has signed, and what to press."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.views.governing.proposals import Proposal, news, proposal
from tests.views.reading import button_fields, buttons, read
from tests.views.samples import MARTA, MAYA, OLA, RITA

LINES = ("- points: 20", "+     points: 25")
TOLD = ("Has authority: points 20 → 25",)
DECEMBER = date(2026, 12, 1)
WAITS = Proposal(
    2,
    "Acme",
    "pending",
    RITA,
    "Too many\nsmall ones.",
    told=TOLD,
    lines=LINES,
    signed=[MAYA],
    waiting=[MARTA],
    objections=[(OLA, "Too low.")],
    admins=[OLA],
)


def test_a_signer_reads_what_changes_why_and_who_has_signed() -> None:
    shown = proposal(WAITS, MARTA)
    assert read(shown).split("\n") == [
        "New rules for Acme: version 2",
        f"Proposed by @{RITA}: “Too many small ones.”",
        "In force as soon as everyone has signed.",
        "What changes",
        "• Has authority: points 20 → 25",
        "In the last 90 days it would have meant",
        "• being worked out",
        "In the policy file",
        "- points: 20",
        "+     points: 25",
        f"Signed @{MAYA}",
        "Not yet signed you",
        f"@{OLA} objected: “Too low.”",
        "Sign",
        "Object",
        "Backtest",
    ]
    assert button_fields(shown, "action_id") == ["sign_policy", "object_policy", "backtest"]
    assert button_fields(shown, "value") == ["2", "2", "2"]
    assert shown.text == "New rules for Acme: version 2. Please sign or object."


@pytest.mark.parametrize(("viewer", "pressed"), [(RITA, ["Withdraw"]), (OLA, ["Withdraw"]), (MAYA, [])])
def test_its_proposer_and_admins_may_take_it_back(viewer: str, pressed: list[str]) -> None:
    assert buttons(proposal(WAITS, viewer)) == [*pressed, "Backtest"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "In force as soon as everyone has signed."),
        (
            {"waiting": [MARTA, OLA]},
            "Held up by an objection: in force once everyone has signed all the same, or withdrawn.",
        ),
        ({"starts_on": DECEMBER}, "In force on 1 December 2026 once everyone has signed."),
        ({"starts_on": DECEMBER, "waiting": []}, "Signed by everyone. In force on 1 December 2026."),
        ({"starts_on": DECEMBER, "waiting": [], "signed": []}, "In force on 1 December 2026."),
        ({"state": "in_force"}, "In force."),
        ({"state": "replaced"}, "Replaced by a newer version."),
        ({"state": "withdrawn"}, "Withdrawn."),
        ({"state": "withdrawn", "next_version": 3}, "Version 3 took its place."),
    ],
)
def test_the_card_says_where_the_proposal_stands(changed: dict[str, Any], told: str) -> None:
    shown = proposal(replace(WAITS, **changed), MAYA)
    assert told in read(shown).split("\n")
    assert buttons(proposal(replace(WAITS, **{"state": "in_force", **changed}), MARTA)) == (
        ["Sign", "Object", "Backtest"] if changed.get("state", "in_force") == "pending" else []
    )


def test_what_it_would_have_changed_stands_on_the_card_once_it_is_known() -> None:
    known = replace(WAITS, effect=("41 qualified leads instead of 33",))
    assert "• 41 qualified leads instead of 33" in read(proposal(known, MARTA)).split("\n")
    assert "being worked out" not in read(proposal(known, MARTA))
    assert "90 days" not in read(proposal(replace(WAITS, state="in_force"), MARTA))


def test_whoever_typed_a_command_is_named_and_never_mentioned() -> None:
    assert "Proposed by <!channel>." in read(proposal(replace(WAITS, by="<!channel>", why=None), MARTA)).split("\n")


def test_a_long_list_of_changes_is_cut_and_says_so() -> None:
    lines = [f"+ line {n}" for n in range(100)]
    assert "and 80 more lines" in read(proposal(replace(WAITS, lines=lines), MARTA)).split("\n")


@pytest.mark.parametrize(
    ("what", "by", "told"),
    [
        ("objected", MARTA, f"@{MARTA} objects to version 2: “Too low.”"),
        ("agreed", MARTA, f"@{MARTA} objected to version 2, and has signed it since."),
        ("in force", "", "Version 2, which you proposed, is in force."),
        ("withdrawn", OLA, f"@{OLA} withdrew version 2, which you proposed."),
        ("withdrawn", "root", "root withdrew version 2, which you proposed."),
        ("replaced", MAYA, f"@{MAYA} put up another policy in place of version 2, which you proposed."),
    ],
)
def test_its_proposer_hears_what_becomes_of_it(what: str, by: str, told: str) -> None:
    assert read(news(2, what, by, "Too low.")) == told


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "0 open leads"),
        ({"same": 1}, "1 open lead: 1 the same"),
        (
            {"earlier": 3, "at once": 1, "later": 2, "same": 7},
            "12 open leads: 3 due earlier (1 of them at once), 2 due later, 7 the same",
        ),
        ({"done": 2, "later": 1}, "3 open leads: 1 due later, 2 with nothing more promised"),
    ],
)
def test_what_counting_open_clocks_anew_would_mean(counts: dict[str, int], words: str) -> None:
    told = read(proposal(replace(WAITS, clocks=counts), MARTA))
    assert f"Open leads get the new times. When proposed, {words}." in told
