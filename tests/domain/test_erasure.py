"""What stays of a judgement once its person is erased."""

from datetime import UTC, datetime

from bot.domain import erasure
from bot.domain.judging.qualification import judge
from bot.domain.lead import Facts, Scoring, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
NAMED = {"field": "company.name", "known": True}
POLICY = Policy.model_validate(
    {
        "company": "Acme",
        "definition": {
            "criteria": [
                {"id": "a", "label": "A", "reading": "fit", "points": 5, "when": {"field": "title", "known": True}},
                {"id": "b", "label": "B", "reading": "fit", "points": 5, "when": {"field": "email", "equals": "x"}},
                {
                    "id": "c",
                    "label": "C",
                    "reading": "fit",
                    "points": 5,
                    "when": {"field": "company.name", "equals": "x"},
                },
                {"id": "d", "label": "D", "reading": "engagement", "points": 5, "when": {"signal": "call"}},
            ],
            "paths": [{"id": "p", "label": "P", "fit": 1}],
        },
        "teams": [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}],
    }
)


def test_which_criteria_were_met_stays_and_nothing_that_met_them_or_stood_against_them() -> None:
    ana = Facts.model_validate(
        {"source": "web", "title": "Duchess", "email": "ana@palace.example", "company": {"name": "The Palace"}}
    )
    judged = judge(POLICY, ana, [Signal(kind="call", at=NOW, label="About the crown")], NOW)
    before = judged.model_dump_json()
    assert all(word in before for word in ("Duchess", "palace.example", "The Palace", "About the crown"))
    left = Scoring.model_validate(erasure.scoring(judged.model_dump(mode="json")))
    assert not any(word in left.model_dump_json() for word in ("Duchess", "palace", "Palace", "crown", "2026"))
    assert [one.criterion for one in left.evidence] == ["a", "d"]
    assert [(one.criterion, one.why) for one in left.gaps] == [("b", "contrary"), ("c", "contrary")]
    assert (left.path, left.fit, left.engagement, left.grade) == ("p", 5, 5, "C1")
