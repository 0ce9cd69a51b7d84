"""What `policy check` says of who gets leads: teams, segments and skills that lead nowhere, or are not asked for."""

import pytest

from bot.policy_file import read, warnings
from tests.test_policy_file import LEAST, told

APAC = "  - {id: apac, manager: m@acme.example, reps: [{email: liam@acme.example}], backup: emea}\n"
SKILLED = LEAST.replace("email: rita@acme.example", "{email: rita@acme.example, skills: [cloud]}")
BIG = "segments:\n  - {id: big, label: Big, when: {field: company.employees, at_least: 1000}}\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            LEAST.replace("  - id: emea\n", "  - id: emea\n    backup: apack\n") + APAC,
            ["line 9, teams[0].backup: there is no team `apack`; did you mean `apac`?"],
        ),
        (
            LEAST.replace("  - id: emea\n", "  - id: emea\n    backup: emea\n"),
            ["line 9, teams[0].backup: team `emea` is its own backup; let one of them have none"],
        ),
        (
            LEAST.replace("  - id: emea\n", "  - id: emea\n    backup: apac\n") + APAC,
            ["line 9, teams[0].backup: team `emea` is its own backup by `apac`; let one of them have none"],
        ),
        (
            BIG + LEAST + "routing:\n  - {id: big, segment: bigg, team: emea}\n",
            ["line 15, routing[0].segment: there is no segment `bigg`; did you mean `big`?"],
        ),
        (
            SKILLED.replace("- {", "- {calendar: berlin, ", 3)
            .replace("{calendar: berlin, id: vp", "{id: vp")
            .replace("{calendar: berlin, id: fit", "{id: fit"),
            ["line 11, teams[0].reps[0].calendar: there is no calendar `berlin`; there is default"],
        ),
        (
            SKILLED + "routing:\n  - {id: cloud, team: emea, skills: [cluod]}\n",
            [
                "line 13, routing[0].skills[0]: nobody in team `emea` has the skill `cluod`; did you mean `cloud`?",
            ],
        ),
        (
            BIG + "  - {id: Big, label: Bigger, when: {field: titel, known: true}}\n" + LEAST,
            [
                "line 3, segments[1].id: `Big` is here already",
                "line 3, segments[1].when.field: unknown field; did you mean `title`?",
            ],
        ),
        (
            LEAST.replace("email: rita@acme.example", "{email: rita@acme.example, takes: {field: land, equals: DE}}"),
            [
                "line 11, teams[0].reps[0].takes.field: "
                "unknown field; write one of a lead's fields, such as `title` or `company.employees`"
            ],
        ),
    ],
)
def test_what_leads_nowhere_is_named_with_its_line(text: str, problems: list[str]) -> None:
    assert told(text) == problems


RULED = "routing:\n  - {id: big, segment: big, team: emea}\n  - {id: rest, team: emea}\n"
TAKES = LEAST.replace("email: rita@acme.example", "{email: rita@acme.example, takes: {field: title, equals: VP}}")


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        (BIG + LEAST + RULED, []),
        (BIG + LEAST, ["line 2, segments[0]: no rule and no promise asks for segment `big`"]),
        (BIG.replace("}}", "}, value: 3}") + LEAST, []),
        (
            BIG + LEAST + RULED.replace("  - {id: rest, team: emea}\n", ""),
            ["line 14, routing: no rule holds for every lead; end with one that has no `when`"],
        ),
        (
            BIG + LEAST + RULED.replace("  - {id: rest, team: emea}\n", "assignment: {catch_all: ola@acme.example}\n"),
            [],
        ),
        (
            BIG
            + LEAST
            + RULED.replace("rest, team: emea", "rest, segment: big, team: emea")
            + "  - {id: z, team: emea}\n",
            ["line 16, routing[1]: never reached: rule `big` before it holds whenever this one does"],
        ),
        (SKILLED, ["line 11, teams[0].reps[0].skills: no rule asks for the skill `cloud`"]),
        (SKILLED + "routing: [{id: cloud, team: emea, skills: [cloud]}]\n", []),
        (
            TAKES,
            [
                "line 10, teams[0].reps: its manager is asked about every lead that none of its reps takes; "
                "name a `backup` or a `catch_all`"
            ],
        ),
        (TAKES + "assignment: {catch_all: ola@acme.example}\n", []),
    ],
)
def test_what_is_hardly_meant_is_doubted(text: str, doubts: list[str]) -> None:
    assert [str(doubt) for doubt in warnings(read(text), text)] == doubts
