"""A change proposed in Slack is written into the file as somebody would write it, and nothing else moves."""

import json

import pytest

from bot.domain.definition import Criterion, FieldCondition, SignalCondition
from bot.domain.durations import Duration
from bot.domain.governing.policy_diff import changed_lines
from bot.domain.governing.policy_edit import Addition, Edit, Points, Threshold
from bot.policy_file import PolicyErrors, read
from bot.policy_rewrite import CannotRewrite, rewritten
from bot.yaml_source import read_yaml
from tests.stories.conftest import ROOT

CONTRACT = (ROOT / "tests/stories/policy.yml").read_text()
EXAMPLE = (ROOT / "examples/policy.yml").read_text()
BLOCKS = """\
company: Acme
teams:
  - {id: all, manager: marta@acme.example, reps: [{email: rita@acme.example}]}
definition:
  criteria:
    # who they are
    - id: size
      label: Large
      points: 15   # agreed in May
      reading: fit
      when:
        field: company.employees
        at_least: 200  # people
    # what comes next
  paths:
    - id: any
      label: Any
      requires:
        - size  # and nothing else
definitions:
  - id: extra
    label: Extra
    criteria: [{id: one, label: One, reading: fit, points: 5, when: {field: title, known: true}}]
    paths: [{id: extra, label: Extra, fit: 5}]
"""
ADDED = Addition(
    Criterion(
        id="few",
        label="Few: “one” # or two",
        reading="fit",
        points=-5,
        when=FieldCondition(field="company.employees", at_most=10),
    )
)
FAIR = Addition(
    Criterion(
        id="fair",
        label="Fair",
        reading="engagement",
        points=10,
        when=SignalCondition(signal="event_visit", at_least=2, within=Duration.parse("14 days")),
    )
)


@pytest.mark.parametrize(
    ("text", "edit", "lines"),
    [
        (
            CONTRACT,
            Threshold("scored", "fit", 35),
            [
                "-     - {id: scored, label: Fit and engaged, fit: 40, engagement: 30}",
                "+     - {id: scored, label: Fit and engaged, fit: 35, engagement: 30}",
            ],
        ),
        (
            CONTRACT,
            Threshold("asked", "engagement", 10),
            [
                "-     - {id: asked, label: Asked for sales, fit: 15, requires: [asked], sla: fast}",
                "+     - {id: asked, label: Asked for sales, fit: 15, requires: [asked], sla: fast, engagement: 10}",
            ],
        ),
        (EXAMPLE, Points("size", 20), ["-       points: 15", "+       points: 20"]),
        (BLOCKS, Points("size", 20), ["-       points: 15   # agreed in May", "+       points: 20   # agreed in May"]),
        (BLOCKS, Threshold("any", "fit", 10), ["+       fit: 10"]),
        (
            BLOCKS,
            Threshold("extra", "fit", 4),
            [
                "-     paths: [{id: extra, label: Extra, fit: 5}]",
                "+     paths: [{id: extra, label: Extra, fit: 4}]",
            ],
        ),
        (
            BLOCKS,
            ADDED,
            [
                '+     - {id: few, label: "Few: “one” # or two", reading: fit, points: -5, '
                "when: {field: company.employees, at_most: 10}}"
            ],
        ),
        (
            CONTRACT,
            FAIR,
            [
                '+     - {id: fair, label: "Fair", reading: engagement, points: 10, '
                'when: {signal: event_visit, at_least: 2, within: "14 days"}}'
            ],
        ),
        (
            BLOCKS.removesuffix("    paths: [{id: extra, label: Extra, fit: 5}]\n") + "    paths: [{id: e, label: E}]",
            Threshold("e", "fit", 4),
            ["-     paths: [{id: e, label: E}]", "+     paths: [{id: e, label: E, fit: 4}]"],
        ),
    ],
)
def test_one_thing_changes_and_comments_order_and_layout_stay(text: str, edit: Edit, lines: list[str]) -> None:
    changed, policy = rewritten(text, edit)
    assert changed_lines(text, changed) == lines
    assert [line for line in changed.splitlines() if line.lstrip().startswith("#")] == [
        line for line in text.splitlines() if line.lstrip().startswith("#")
    ]
    assert read(changed) == policy


def test_a_policy_in_json_is_changed_too() -> None:
    text = json.dumps(read_yaml(CONTRACT).data, indent=1)
    changed, policy = rewritten(text, Points("size", 20))
    criterion = policy.criterion("size")
    assert criterion
    assert criterion.points == 20
    changed, policy = rewritten(changed, FAIR)
    assert [one.id for one in policy.definition.criteria][-1] == "fair"


ALIASED = BLOCKS.replace("points: 15   #", "points: &worth 15 #").replace("points: 5,", "points: *worth,")


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        (CONTRACT, Points("nobody", 5)),
        (CONTRACT, Threshold("nowhere", "fit", 5)),
        (ALIASED, Points("size", 20)),
    ],
)
def test_what_cannot_be_changed_alone_is_left_to_whoever_wrote_the_file(text: str, edit: Edit) -> None:
    assert read(text)
    with pytest.raises(CannotRewrite):
        rewritten(text, edit)


def test_a_change_that_makes_no_policy_is_refused_with_its_problems() -> None:
    with pytest.raises(PolicyErrors, match="at most 1000"):
        rewritten(CONTRACT, Points("size", 5000))
