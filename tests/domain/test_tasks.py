"""When marketing is asked for what a lead lacks, what exactly, and when that is over."""

import pytest

from bot.domain.definition import EvidenceGate
from bot.domain.lead import Check, Company, Facts
from bot.domain.policy import Policy
from bot.domain.tasks import Ending, Lacking, ending, lacking, written

POLICY = Policy.model_validate(
    {
        "company": "Acme",
        "definition": {
            "criteria": [
                {"id": "a", "label": "A", "reading": "fit", "points": 1, "when": {"field": "title", "known": True}}
            ],
            "paths": [
                {"id": "usual", "label": "Usual"},
                {"id": "own", "label": "Own", "evidence": {"required": ["phone"]}},
            ],
            "evidence": {"required": ["email"], "verified": ["email"]},
        },
        "teams": [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}],
    }
)


@pytest.mark.parametrize(
    ("path", "gate"),
    [
        ("usual", EvidenceGate(required=("email",), verified=("email",))),
        ("own", EvidenceGate(required=("phone",))),
        ("gone", EvidenceGate()),
        (None, EvidenceGate()),
    ],
)
def test_each_path_has_its_gate(path: str | None, gate: EvidenceGate) -> None:
    assert POLICY.gate(path) == gate


def test_what_is_lacking_comes_with_what_is_known_of_it() -> None:
    facts = Facts(source="web", email="a@gmail.com", company=Company(employees=0), pain_points=("a", "b"))
    gate = EvidenceGate(required=("email", "title"), verified=("email", "phone"))
    free = Check(field="email", verdict="plausible", how="free")

    found = lacking(facts, ("email", "phone", "title"), gate, {"email": free})

    assert found == (
        Lacking("email", "a@gmail.com", "free", to_verify=True),
        Lacking("phone", to_verify=True),
        Lacking("title"),
    )
    assert [written(value) for value in (facts.company.employees, facts.pain_points, "", (), None, "x")] == [
        "0", "a\nb", None, None, None, "x",
    ]  # fmt: skip


OPEN = {"merged": False, "consent": None, "with_sales": False, "stage": "prospect", "path": None, "gated": "usual"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"consent": True, "stage": "suspect"}, None),
        ({"stage": "recycled"}, None),
        ({"gated": None}, "faded"),
        ({"gated": None, "path": "usual"}, "complete"),
        ({"gated": None, "path": "usual", "with_sales": True, "stage": "mql"}, "passed"),
        ({"stage": "disqualified"}, "left"),
        ({"stage": "won", "gated": None}, "left"),
        ({"consent": False}, "consent"),
        ({"consent": False, "merged": True, "gated": None}, "merged"),
    ],
)
def test_a_task_is_over_for_the_first_reason_that_holds(changed: dict[str, object], why: Ending | None) -> None:
    assert ending(**{**OPEN, **changed}) == why  # type: ignore[arg-type]
