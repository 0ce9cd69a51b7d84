"""Both teams sign, doers and leaders."""

import pytest

from bot.domain.linting.signers import advice
from bot.policy_file import read
from tests.stories.conftest import ROOT

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
SIGNED = "sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n"
NO_REP = "no rep signs for sales: name one who works the leads"
NO_LEADER = "nobody who leads a team signs for sales: name a manager or director"
ONE = "one person signs for marketing: name who does the work and who leads it"


@pytest.mark.parametrize(
    ("sign_off", "told"),
    [
        ("", ["nobody signs: name people of both teams, and the definition is an agreement"]),
        (SIGNED, [NO_REP, ONE]),
        ("sign_off: {sales: [rita@acme.example], marketing: [maya@acme.example, max@acme.example]}\n", [NO_LEADER]),
        ("sign_off: {sales: [rita@acme.example, dana@acme.example], marketing: [max@acme.example]}\n", [ONE]),
        ("sign_off: {sales: [alex@acme.example]}\n", [
            "nobody signs for marketing: a definition that one team made binds one team", NO_REP, NO_LEADER,
        ]),
        ("sign_off: {sales: [rita@acme.example, marta@acme.example], marketing: [maya@acme.example, o@o.io]}\n", []),
    ],
)  # fmt: skip
def test_what_is_missing_for_an_agreement_of_both_teams_is_said(sign_off: str, told: list[str]) -> None:
    assert SIGNED in TEXT
    assert [one.message for one in advice(read(TEXT.replace(SIGNED, sign_off)))] == told


def test_the_example_is_signed_by_a_doer_and_a_leader_of_each_team() -> None:
    example = read((ROOT / "examples/policy.yml").read_text())
    assert list(advice(example)) == []
    assert len(example.sign_off.people) == 4
