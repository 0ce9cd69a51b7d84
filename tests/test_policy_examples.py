"""The small examples of docs/policy.md do what is said beside them, worked out by hand."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.domain.definition import NearMiss
from bot.domain.judging.qualification import judge
from bot.domain.lead import Facts, Scoring, Signal
from bot.domain.policy import Policy
from bot.policy_file import read, warnings

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
TEXT = (Path(__file__).parents[1] / "docs/policy.md").read_text()
CHAPTER = re.split(r"^## ", TEXT.partition("## What a definition can say\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
EXAMPLES = {
    heading: example
    for heading, text in re.findall(r"^### (.+?)\n(.*?)(?=^###|\Z)", CHAPTER, re.MULTILINE | re.DOTALL)
    for example in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
}
BASE = """
company: Acme
definition:
  criteria:
    - {id: authority, label: Decides, reading: fit, points: 20, when: {field: title, known: true}}
  paths:
    - {id: enough, label: Enough, fit: 20}
teams: [{id: emea, manager: marta@acme.example, reps: [{email: rita@acme.example}]}]
"""
IN_DEFINITION = ("criteria", "paths", "evidence")


def agreed(heading: str) -> Policy:
    """A whole policy with this example in it, which reads without a doubt."""
    yaml = YAML(typ="safe")
    whole: dict[str, Any] = yaml.load(BASE)
    example: dict[str, Any] = yaml.load(EXAMPLES[heading])
    whole["definition"].update({key: value for key, value in example.items() if key in IN_DEFINITION})
    whole.update({key: value for key, value in example.items() if key not in IN_DEFINITION})
    if "criteria" in example and "paths" not in example:
        whole["definition"]["paths"] = [{"id": "never", "label": "Never", "requires": [example["criteria"][0]["id"]]}]
    policy = read(json.dumps(whole))  # JSON is YAML
    assert warnings(policy) == ()
    return policy


def says(heading: str, facts: dict[str, Any], *signals: Signal, of: datetime = NOW) -> Scoring:
    return judge(agreed(heading), Facts.model_validate({"source": "web", **facts}), signals, of)


def did(kind: str, days: float, url: str | None = None, seconds: int | None = None) -> Signal:
    return Signal(kind=kind, at=NOW - timedelta(days=days), url=url, seconds=seconds)


def test_every_example_of_the_chapter_is_played_here() -> None:
    assert list(EXAMPLES) == [
        "Criteria",
        "Conditions",
        "Paths",
        "Personas",
        "Definitions for products",
        "Nearly",
    ]


PRICES = "https://acme.example/pricing"


def test_criteria() -> None:
    assert says("Criteria", {}, did("demo_requested", 14)).engagement == 15
    assert says("Criteria", {}, did("page_view", 1, PRICES)).engagement == 10
    assert says("Criteria", {}, *[did("page_view", day, PRICES) for day in range(3)]).engagement == 20
    assert says("Criteria", {}, *[did("page_view", day, PRICES) for day in range(9)]).engagement == 30
    assert says("Criteria", {"title": "Intern of the VP"}).fit == 0
    assert [gap.ask for gap in says("Criteria", {}).gaps][:1] == ["Who else decides about this?"]


def test_conditions() -> None:
    visits = [did("page_view", day, PRICES, 75) for day in (5, 6, 6.9)]
    assert says("Conditions", {}, *visits).engagement == 40
    assert says("Conditions", {}, *visits, of=NOW + timedelta(days=3)).engagement == 0
    assert says("Conditions", {}, *[one.model_copy(update={"seconds": 30}) for one in visits]).engagement == 0
    assert says("Conditions", {"bant": {"timing": "Now"}}).fit == 20
    quiet = says("Conditions", {}, did("webinar_attended", 90), did("page_view", 61))
    assert [line.criterion for line in quiet.evidence] == ["silent"]
    assert says("Conditions", {}, did("webinar_attended", 90), did("page_view", 59)).evidence == ()


SURE = {"email": "ana.silva@acme.example", "company": {"name": "Acme"}}


@pytest.mark.parametrize(
    ("facts", "signals", "path", "lacking"),
    [
        ({"contact_requested": True, "phone": "+14155550100"}, [], "asked", ()),
        ({"contact_requested": True}, [], None, ("phone",)),
        ({"contact_requested": True, "title": "VP"}, [did("webinar_attended", 3)], "authority-first", ()),
        ({"title": "VP"}, [did("webinar_attended", 30)], None, ()),
        (
            {"title": "Chief", "bant": {"budget": "20k", "timing": "now"}, "pain_points": ["late payments"]},
            [],
            "bant",
            (),
        ),
    ],
)
def test_paths(facts: dict[str, Any], signals: list[Signal], path: str | None, lacking: tuple[str, ...]) -> None:
    judged = says("Paths", {**SURE, **facts}, *signals)
    assert (judged.path, judged.lacking) == (path, lacking)


def test_personas() -> None:
    company = {"name": "Acme", "industry": "logistics", "employees": 200}
    judged = says("Personas", {"title": "VP Supply Chain", "company": company}, did("demo_requested", 1))
    assert (judged.path, judged.personas, judged.grade) == ("buyer", ("ops",), "A1")
    assert says("Personas", {"title": "Operations Coordinator", "company": company}).personas == ("ops",)
    assert says("Personas", {"title": "Coordinator", "company": company}).personas == ()


def test_definitions_for_products() -> None:
    facts = {"title": "Treasurer", "email": "ana.silva@acme.example"}
    guide = did("treasury_guide", 1)
    assert says("Definitions for products", {**facts, "campaign": "Treasury 2026"}, guide).definition == "treasury"
    assert says("Definitions for products", {**facts, "campaign": "Other"}, guide).path == "enough"


def test_nearly() -> None:
    assert agreed("Nearly").near_miss == NearMiss(points=15, criteria=1)
