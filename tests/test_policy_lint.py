"""What `policy check` finds beyond the shape: conditions nobody meets, paths nobody takes, things said twice."""

import pytest

from bot.policy_file import read, warnings
from tests.test_policy_file import LEAST, TITLE, changed, problems_of, told

WHEN = "line 4, definition.criteria[0].when"
PERSONA = "personas:\n  - {id: ops, label: Operations, titles: [COO]}\n"


@pytest.mark.parametrize(
    ("when", "problems"),
    [
        (
            "{all: [{field: titel, known: true}, {not: {field: employees, at_least: 3}}]}",
            [
                f"{WHEN}.all[0].field: unknown field; did you mean `title`?",
                f"{WHEN}.all[1].not.field: unknown field; did you mean `company.employees`?",
            ],
        ),
        (
            "{any: [{not: {field: consent, equals: VP}}, {all: [{field: title, at_least: 3}]}]}",
            [
                f"{WHEN}.any[0].not.equals: can never hold: `consent` is true or false",
                f"{WHEN}.any[1].all[0].at_least: can never hold: "
                "`title` is text (write a number that is one in quotes)",
            ],
        ),
        ("{not: {persona: cop}}", [f"{WHEN}.not.persona: there is no persona `cop`; did you mean `ops`?"]),
        ("{any: [{field: title, equal: VP}]}", [f"{WHEN}.any[0].equal: unknown key; did you mean `equals`?"]),
        ("{all: []}", [f"{WHEN}.all: needs at least 1 entry"]),
        ("{not: [VP]}", [f"{WHEN}.not: write keys with values, such as {{key: value}}"]),
        (
            "{all: [{persona: ops}], not: {persona: ops}}",
            [f"{WHEN}.not: unknown key; there is all"],
        ),
        (
            "{not: {not: {not: {not: {not: {persona: ops}}}}}}",
            [f"{WHEN}: no more than 5 conditions inside one another; make criteria of the parts"],
        ),
        (
            "{all: [{field: title, equals: VP}, {field: title, one_of: [CFO, COO]}]}",
            [f"{WHEN}.all[1]: can never hold together with what else is asked of `title`"],
        ),
        (
            "{all: [{field: title, one_of: [VP, CFO]}, {all: [{persona: ops}, {field: title, equals: coo}]}]}",
            [f"{WHEN}.all[1].all[1]: can never hold together with what else is asked of `title`"],
        ),
        (
            "{all: [{field: company.employees, at_least: 500}, {field: company.employees, at_most: 499}]}",
            [f"{WHEN}.all[1]: can never hold together with what else is asked of `company.employees`"],
        ),
        (
            "{all: [{field: company.employees, at_least: 500}, {field: company.employees, one_of: [100, 499]}]}",
            [f"{WHEN}.all[1]: can never hold together with what else is asked of `company.employees`"],
        ),
        (
            "{all: [{field: title, known: false}, {field: title, matches: VP}]}",
            [f"{WHEN}.all[1]: can never hold together with what else is asked of `title`"],
        ),
        (
            "{all: [{not: {field: title, equals: vp}}, {field: title, one_of: [VP]}]}",
            [f"{WHEN}.all[1]: can never hold together with what else is asked of `title`"],
        ),
        (
            "{any: [{persona: ops}, {all: [{signal: demo}, {not: {signal: demo}}]}]}",
            [f"{WHEN}.any[1].all[0]: can never hold: `not` of the same stands beside it"],
        ),
        ("{all: [{field: title, equals: VP}, {field: title, one_of: [CFO, vp]}]}", []),
        ("{all: [{field: company.employees, at_least: 5}, {field: company.employees, at_most: 5}]}", []),
        ("{all: [{field: pain_points, equals: invoices}, {field: pain_points, equals: returns}]}", []),
        ("{any: [{field: title, equals: VP}, {field: title, equals: CFO}]}", []),
        ("{all: [{field: title, known: true}, {field: title, equals: CFO}]}", []),
    ],
)
def test_conditions_are_checked_however_deep_they_stand(when: str, problems: list[str]) -> None:
    text = changed(TITLE, when) + PERSONA
    assert [str(problem) for problem in problems_of(text)] == problems


PRODUCT = """\
definitions:
  - id: pay
    label: Payments
    uses: [vp]
    criteria:
      - {id: demo, label: A demo, reading: engagement, points: 20, when: {signal: demo}}
    paths:
      - {id: pay, label: Pays, engagement: 20, requires: [vp, demo]}
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "uses: [vp]",
            "uses: [vpp]",
            "line 15, definitions[0].uses[0]: there is no criterion of the main definition `vpp`; did you mean `vp`?",
        ),
        (
            "    uses: [vp]\n",
            "",
            "line 18, definitions[0].paths[0].requires[0]: "
            "`vp` is one of the main definition's criteria; add it to `uses`",
        ),
        (
            "requires: [vp, demo]",
            "requires: [deno]",
            "line 19, definitions[0].paths[0].requires[0]: there is no criterion `deno`; did you mean `demo`?",
        ),
        ("id: demo", "id: vp", "line 17, definitions[0].criteria[0].id: `vp` is here already"),
        ("{id: pay, label", "{id: fit, label", "line 19, definitions[0].paths[0].id: `fit` is here already"),
        (
            "requires: [vp, demo]",
            "sla: slow",
            "line 19, definitions[0].paths[0].sla: there is no sla `slow`; there is default, fast",
        ),
        (
            "signal: demo",
            "field: titel, known: true",
            "line 17, definitions[0].criteria[0].when.field: unknown field; did you mean `title`?",
        ),
        (
            "    uses:",
            "    when: {persona: ops}\n    uses:",
            "line 15, definitions[0].when.persona: there is no persona `ops`",
        ),
        (
            "    uses:",
            "    evidence: {verified: [title]}\n    uses:",
            "line 15, definitions[0].evidence.verified[0]: only email, phone, company.domain can be verified",
        ),
        (
            "requires: [vp, demo]",
            "evidence: {required: [mail]}",
            "line 19, definitions[0].paths[0].evidence.required[0]: unknown field; did you mean `email`?",
        ),
        (
            "- id: pay",
            "- id: Pay",
            "line 13, definitions[0].id: write small letters, digits, - and _ only, such as emea-north",
        ),
    ],
)
def test_definitions_of_products_are_checked_like_the_main_one(old: str, new: str, problem: str) -> None:
    text = LEAST + PRODUCT
    assert problems_of(text) == ()
    told_of = [str(one) for one in problems_of(changed(old, new, text))]
    assert told_of[:1] == [problem]


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (
            "personas: [{id: a, label: A, pain_points: [slow]}]",
            "line 12, personas[0]: fits nobody: "
            "say at least one of industries, titles, countries, employees_from, employees_to",
        ),
        (
            "personas: [{id: a, label: A, employees_from: 9, employees_to: 8}]",
            "line 12, personas[0].employees_to: can never hold: less than `employees_from`",
        ),
        (
            "personas: [{id: a, label: A, titles: [X]}, {id: a, label: B, titles: [X]}]",
            "line 12, personas[1].id: `a` is here already",
        ),
    ],
)
def test_personas_are_somebody(section: str, problem: str) -> None:
    assert told(f"{LEAST}{section}\n") == [problem]


def test_only_signals_repeat() -> None:
    text = changed("points: 20", "points: 20, repeats: {points: 2, most: 6}")
    assert told(text) == [
        "line 4, definition.criteria[0].repeats: only a signal repeats; ask for one in `when`, or leave this out"
    ]
    assert read(text.replace(TITLE, "{signal: page_view}"))


TWO = """\
    - {id: us, label: From the US, reading: fit, points: 10, when: {field: company.country, equals: US}}
    - {id: de, label: From Germany, reading: fit, points: 8, when: {field: company.country, one_of: [DE, AT]}}
    - {id: seen, label: Seen, reading: engagement, points: 5, repeats: {points: 1, most: 5}, when: {signal: view}}
"""
PATHS = "definition.paths"
BOTH = "{all: [{field: title, known: true}, {signal: demo}]}"


@pytest.mark.parametrize(
    ("paths", "doubts"),
    [
        (["fit: 30"], []),
        (["fit: 31"], [f"line 9, {PATHS}[0].fit: no lead can reach 31: criteria that can hold together give 30"]),
        (["fit: 39"], [f"line 9, {PATHS}[0].fit: no lead can reach 39: all criteria give 38"]),
        (["fit: 28, requires: [de]"], []),
        (
            ["fit: 29, requires: [de]"],
            [f"line 9, {PATHS}[0].fit: no lead can reach 29: criteria that can hold together give 28"],
        ),
        (
            ["requires: [us, de]"],
            [f"line 9, {PATHS}[0].requires: no lead can meet all of these: they ask for different values of one field"],
        ),
        (["engagement: 10"], []),
        (["engagement: 11"], [f"line 9, {PATHS}[0].engagement: no lead can reach 11: all criteria give 10"]),
        (["fit: 20", "fit: 20, engagement: 5"], [f"line 10, {PATHS}[1]: never counts: {{}}"]),
        (["fit: 20", "fit: 19, engagement: 5"], []),
        (["requires: [vp]", "requires: [us, vp]"], [f"line 10, {PATHS}[1]: never counts: {{}}"]),
        (["requires: [vp]", "requires: [us]"], []),
        (["fit: 20, evidence: {required: [phone]}", "fit: 20, engagement: 5"], []),
        (
            ["fit: 20, evidence: {required: [phone]}", "fit: 20, evidence: {verified: [phone]}"],
            [f"line 10, {PATHS}[1]: never counts: {{}}"],
        ),
        (["fit: 20, evidence: {verified: [phone]}", "fit: 20, evidence: {required: [phone]}"], []),
    ],
)
def test_paths_that_nobody_takes_are_doubted(paths: list[str], doubts: list[str]) -> None:
    lines = "".join(f"    - {{id: p{number}, label: P, {path}}}\n" for number, path in enumerate(paths))
    text = changed("    - {id: fit, label: Fits, fit: 20}\n", lines).replace("  paths:\n", f"{TWO}  paths:\n")
    before = "path `p0` before it is met whenever this one is"
    assert [str(doubt) for doubt in warnings(read(text), text)] == [doubt.replace("{}", before) for doubt in doubts]


@pytest.mark.parametrize(
    ("seen", "denied"),
    [
        ("{signal: demo}", True),
        ("{signal: demo, at_least: 2}", True),
        ("{all: [{signal: demo}, {field: phone, known: true}]}", True),
        ("{any: [{signal: demo}, {field: phone, known: true}]}", False),
        ("{signal: view}", False),
    ],
)
def test_a_path_that_requires_a_thing_and_its_opposite_is_doubted(seen: str, denied: bool) -> None:
    both = (
        "    - {id: none, label: No demo, reading: engagement, points: 5, when: {not: {signal: demo}}}\n"
        f"    - {{id: seen, label: Seen, reading: engagement, points: 5, when: {seen}}}\n"
    )
    text = changed("    - {id: fit, label: Fits, fit: 20}\n", "    - {id: fit, label: Fits, requires: [none, seen]}\n")
    text = text.replace("  paths:\n", f"{both}  paths:\n")
    doubt = f"line 8, {PATHS}[0].requires: no lead can meet all of these: `none` denies `seen`"
    assert [str(doubt) for doubt in warnings(read(text), text)] == ([doubt] if denied else [])


@pytest.mark.parametrize(
    ("first", "second", "never"),
    [
        ("{field: title, known: true}", "{field: title, equals: VP}", True),
        ("{field: title, equals: VP}", "{field: title, known: true}", False),
        ("{field: company.country, one_of: [DE, AT]}", "{field: company.country, equals: at}", True),
        ("{field: company.country, one_of: [DE, AT]}", "{field: company.country, one_of: [AT, CH]}", False),
        ("{field: company.employees, at_least: 10}", "{field: company.employees, at_least: 20}", True),
        ("{field: company.employees, at_least: 10}", "{field: company.employees, equals: 9}", False),
        ("{field: company.employees, at_most: 10}", "{field: company.employees, at_most: 9}", True),
        ("{field: title, equals: VP}", "{field: campaign, equals: VP}", False),
        ("{field: title, matches: VP}", "{field: title, equals: VP}", False),
        ("{field: title, matches: VP}", "{all: [{field: title, matches: VP}, {signal: view}]}", True),
        ("{any: [{signal: view}, {signal: demo}]}", "{signal: demo}", True),
        ("{any: [{signal: view}, {signal: demo}]}", "{any: [{signal: demo}, {signal: call}]}", False),
        ("{signal: view}", "{any: [{signal: View, url: '*/a'}, {signal: view, at_least: 2}]}", True),
        ("{signal: view, within: 2 days, at_least: 2}", "{signal: view, within: 1 day, at_least: 2}", True),
        ("{signal: view, within: 1 day, at_least: 2}", "{signal: view, within: 2 days, at_least: 2}", False),
        ("{signal: view, seconds: 60}", "{signal: view}", False),
        ("{signal: view, recent: 9 days}", "{signal: view, recent: 8 days}", True),
        ("{not: {field: title, equals: VP}}", "{not: {field: title, known: true}}", True),
        ("{not: {field: title, known: true}}", "{not: {field: title, equals: VP}}", False),
    ],
)
def test_rules_that_an_earlier_one_leaves_nothing_are_doubted(first: str, second: str, never: bool) -> None:
    rules = f"routing:\n  - {{id: a, team: emea, when: {first}}}\n  - {{id: b, team: emea, when: {second}}}\n"
    text = f"{LEAST}{rules}  - {{id: rest, team: emea}}\n"
    told_of = "line 14, routing[1]: never reached: rule `a` before it holds whenever this one does"
    assert [str(doubt) for doubt in warnings(read(text), text)] == [told_of] * never


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        (LEAST + PRODUCT, []),
        (
            changed("signal: demo", "field: title, equals: VP", LEAST + PRODUCT.replace("engagement", "fit")),
            ["line 17, definitions[0].criteria[0].when: counts twice: criterion `vp` asks the same"],
        ),
        (LEAST + PERSONA, ["line 13, personas[0]: no criterion, definition or rule asks for persona `ops`"]),
        (changed(TITLE, "{persona: ops}") + PERSONA, []),
        (
            changed(TITLE, "{persona: ops}") + PERSONA.replace("titles: [COO]", "countries: [DE, Austria]"),
            ["line 13, personas[0].countries: countries are known by two letters, such as DE"],
        ),
        (
            changed(TITLE, "{not: {any: [{field: company.country, equals: Germany}]}}"),
            ["line 4, definition.criteria[0].when: countries are known by two letters, such as DE"],
        ),
        (
            changed(TITLE, "{all: [{signal: demo, within: 7 days}]}"),
            [
                "line 4, definition.criteria[0].when: "
                "`within` says nothing about one signal; did you mean `recent`, or more of them?"
            ],
        ),
        (
            changed(f"points: 20, when: {TITLE}", f"points: 20, half_life: 2 days, when: {BOTH}"),
            [],
        ),
        (
            LEAST + "sign_off: {sales: [ola@acme.example]}\n",
            ["line 12, sign_off: nobody of marketing signs; an agreement needs both teams"],
        ),
        (LEAST + "sign_off: {sales: [ola@acme.example], marketing: [maya@acme.example]}\n", []),
    ],
)
def test_what_is_said_twice_or_for_nothing_is_doubted(text: str, doubts: list[str]) -> None:
    assert [str(doubt) for doubt in warnings(read(text), text)] == doubts
