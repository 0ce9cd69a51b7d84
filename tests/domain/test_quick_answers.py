"""What is asked of very many leads, or at very many moments, is answered as `judge` would."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.backtesting.best_case import Stretch
from bot.domain.judging.conditions import Profile
from bot.domain.judging.qualification import Judging, glance, judge, next_look, opens
from bot.domain.lead import Company, Facts, Proof, Signal
from bot.domain.policy import Policy
from tests.domain.test_judge_properties import NOW, leads, policies, signals

DAY = timedelta(days=1)
ONLY_READ = {"gaps": (), "personas": ()}
BIG = Facts(source="web", title="VP", company=Company(employees=500))
PROOFS = st.lists(
    st.builds(
        Proof,
        field=st.just("email"),
        value=st.just("info@acme.example"),
        by=st.just("U0MAYA01"),
        at=st.just(NOW - DAY),
    ),
    max_size=1,
)


@settings(max_examples=60, deadline=None)
@given(policies(), leads(), signals, PROOFS)
def test_quick_answers_are_those_of_the_judgement(
    policy: Policy, facts: Facts, done: list[Signal], proofs: list[Proof]
) -> None:
    judged = judge(policy, facts, done, NOW, proofs)
    scoring, look = glance(policy, facts, done, NOW, proofs)
    assert Judging(policy, facts, done, NOW, proofs).in_full() == judged
    unworded = {"found": "", "how": "", "verified": False, "weak": False}

    assert look == next_look(policy, facts, done, NOW)
    assert [one.model_copy(update=unworded) for one in scoring.evidence] == [
        one.model_copy(update=unworded) for one in judged.evidence
    ]
    assert scoring.model_copy(update={"evidence": judged.evidence}) == judged.model_copy(update=ONLY_READ)
    profile = Profile.of(facts, done, NOW, in_words=False)
    assert opens(policy, profile, done, proofs) is (judged.path is not None)


@settings(max_examples=150, deadline=None)
@given(policies(), st.lists(leads(), min_size=1, max_size=2), signals, st.integers(0, 20), st.floats(0, 1))
def test_where_the_best_case_opens_no_path_no_moment_does(
    policy: Policy, known: list[Facts], done: list[Signal], later: int, share: float
) -> None:
    """Whatever of it was known by then, and however late it is asked."""
    states = [Profile.of(one, done, NOW, in_words=False) for one in known]
    heard = done[: round(len(done) * share)]
    opened = [bool(judge(policy, one, heard, NOW + later * DAY).path) for one in known]
    assert Stretch(states).may_open(policy) or not any(opened)


def rules(*criteria: dict[str, object], requires: Sequence[str] = ()) -> Policy:
    path = {"id": "scored", "label": "Scored", "fit": 40, "engagement": 20, "requires": list(requires)}
    written = [{"label": "A line", "id": f"c{number}", **one} for number, one in enumerate(criteria)]
    definition = {"criteria": written, "paths": [path]}
    teams = [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}]
    return Policy.model_validate({"company": "Acme", "definition": definition, "teams": teams})


SIZE = {"reading": "fit", "points": 40, "when": {"field": "company.employees", "at_least": 200}}
CAME = {"reading": "engagement", "points": 20, "half_life": "1 day", "when": {"signal": "visit", "recent": "1 day"}}
STUDENT = {"reading": "fit", "points": -20, "when": {"field": "title", "equals": "Student"}}
NO_STUDENT = {"reading": "fit", "points": -20, "when": {"not": {"field": "title", "equals": "Student"}}}
LEFT = {"reading": "fit", "points": -20, "when": {"signal": "left"}}
ROUND = {"reading": "engagement", "points": 10, "repeats": {"points": 5, "most": 10}, "when": {"signal": "visit"}}


@pytest.mark.parametrize(
    ("policy", "titles", "may"),
    [
        (rules(SIZE, CAME), ["VP"], True),
        (rules(SIZE, STUDENT, CAME), ["VP"], True),
        (rules(SIZE, STUDENT, CAME), ["Student"], False),
        (rules(SIZE, STUDENT, CAME), ["Student", "VP"], True),
        (rules(SIZE, NO_STUDENT, CAME), ["VP"], False),
        (rules(SIZE, LEFT, CAME), ["VP"], True),
        (rules(SIZE, ROUND), ["VP"], True),
        (rules(SIZE), ["VP"], False),
        (rules(SIZE, CAME, {**STUDENT, "points": 5}, requires=["c2"]), ["VP"], False),
    ],
)
def test_the_best_case_counts_what_may_have_been_and_what_always_was(
    policy: Policy, titles: Sequence[str], may: bool
) -> None:
    done = [Signal(kind="visit", at=NOW - 30 * DAY), Signal(kind="left", at=NOW - DAY)]
    states = [Profile.of(BIG.model_copy(update={"title": one}), done, NOW, in_words=False) for one in titles]
    assert Stretch(states).may_open(policy) is may


def test_of_whom_nothing_is_known_no_path_opens() -> None:
    assert Stretch([]).may_open(rules(SIZE)) is False
