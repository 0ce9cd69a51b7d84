"""What `policy check` finds in promised times, and in the names that who-gets-what may lead to."""

import pytest

from bot.policy_file import PolicyErrors, read, warnings
from tests.stories.conftest import ROOT

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
SEGMENT = "segments: [{id: large, label: Large, when: {field: company.employees, at_least: 1000}}]\n"


def with_section(section: str) -> str:
    return TEXT.replace("reasons:\n", f"{section}reasons:\n", 1)


def problems_of(text: str) -> list[str]:
    with pytest.raises(PolicyErrors) as wrong:
        read(text)
    return [str(problem) for problem in wrong.value.problems]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("{path: scord, sla: fast}", "path: there is no path `scord`; did you mean `scored`?"),
        ("{segment: lage, sla: fast}", "segment: there is no segment `lage`; did you mean `large`?"),
        ("{team: emae, sla: fast}", "team: there is no team `emae`; did you mean `emea`?"),
        ("{team: emea, sla: fats}", "sla: there is no sla `fats`; did you mean `fast`?"),
        ("{team: emea}", "sla: is missing"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_line_and_what_it_may_mean(rule: str, problem: str) -> None:
    assert problems_of(with_section(f"{SEGMENT}sla_for:\n  - {rule}\n")) == [f"line 34, sla_for[0].{problem}"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "{email: ravi@acme.example}",
            "{email: ravi@acme.example, calendar: berln}",
            "line 22, teams[0].reps[1].calendar: there is no calendar `berln`; did you mean `berlin`?",
        ),
        (
            "calendar: berlin,",
            "calendar: berlin, backup: emaa,",
            "line 21, teams[0].backup: there is no team `emaa`; did you mean `emea`?",
        ),
        (
            "{id: rest, team: emea}",
            "{id: rest, team: emea, segment: large}",
            "line 25, routing[1].segment: there is no segment `large`",
        ),
    ],
)
def test_names_in_teams_and_rules_lead_somewhere_too(old: str, new: str, problem: str) -> None:
    assert problems_of(TEXT.replace(old, new, 1)) == [problem]


def doubts_of(section: str) -> list[str]:
    text = with_section(section)
    return [str(doubt) for doubt in warnings(read(text), text)]


@pytest.mark.parametrize(
    ("rules", "doubts"),
    [
        ("[{path: scored, team: emea, sla: fast}, {path: scored, sla: default}]", []),
        (
            "[{path: scored, sla: fast}, {path: scored, team: emea, sla: default}]",
            ["line 32, sla_for[1]: never reached: rule 1 before it holds whenever it does"],
        ),
        (
            "[{sla: fast}, {team: emea, sla: default}]",
            ["line 32, sla_for[1]: never reached: rule 1 before it holds whenever it does"],
        ),
    ],
)
def test_a_rule_that_an_earlier_one_forestalls_is_doubted(rules: str, doubts: list[str]) -> None:
    assert doubts_of(f"sla_for: {rules}\n") == doubts


def test_promised_times_that_nobody_names_are_doubted() -> None:
    vip = TEXT.replace("  fast: {", "  vip: {marketing_handoff: 1 hour}\n  fast: {", 1)
    assert [str(doubt) for doubt in warnings(read(vip), vip)] == [
        "line 31, sla.vip: no path and no rule of `sla_for` names these promised times"
    ]
    named = vip.replace("reasons:\n", "sla_for: [{team: emea, sla: vip}]\nreasons:\n", 1)
    assert warnings(read(named), named) == ()
