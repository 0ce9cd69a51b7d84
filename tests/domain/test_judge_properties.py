"""What must be true of every judgement, whatever the policy and the lead."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.domain.definition import Condition
from bot.domain.judging.conditions import Profile, meets
from bot.domain.judging.qualification import judge, next_look
from bot.domain.lead import Facts, Scoring, Signal
from bot.domain.policy import Policy

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
READ: TypeAdapter[Condition] = TypeAdapter(Condition)
ANSWERS = ("US", "DE", "VP")
FIELDS = ("title", "company.country", "bant.budget", "attributes.plan", "email")
KINDS = ("page_view", "demo")
DONE = (*KINDS, "email_clicked", "email_confirmed")

lengths = st.sampled_from(["1 hour", "1 day", "3 days", "10 days"])
asked_fields = st.one_of(
    st.fixed_dictionaries({"field": st.sampled_from(FIELDS), "equals": st.sampled_from(ANSWERS)}),
    st.fixed_dictionaries({"field": st.sampled_from(FIELDS), "known": st.booleans()}),
)
asked_signals = st.fixed_dictionaries(
    {"signal": st.sampled_from(KINDS)},
    optional={
        "url": st.sampled_from(["*a*", "*b", "a*", "*"]),
        "at_least": st.integers(1, 4),
        "within": lengths,
        "recent": lengths,
        "seconds": st.sampled_from([10, 60]),
    },
)
conditions = st.recursive(
    st.one_of(asked_fields, asked_signals, st.just({"persona": "vp"})),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=4,
).filter(lambda written: str(written).count("{") <= 5)
signals = st.lists(
    st.builds(
        Signal,
        kind=st.sampled_from(DONE),
        at=st.integers(0, 24 * 14).map(lambda hours: NOW - timedelta(hours=hours)),
        url=st.sampled_from([None, "a", "ab", "b"]),
        seconds=st.sampled_from([None, 5, 60]),
    ),
    max_size=8,
)
answers = st.sampled_from([None, *ANSWERS])


@st.composite
def leads(draw: st.DrawFn) -> Facts:
    return Facts.model_validate(
        {
            "source": "web",
            "title": draw(answers),
            "email": draw(st.sampled_from([None, "ana@gmail.com", "info@acme.example"])),
            "company": {"country": draw(answers)},
            "bant": {"budget": draw(answers)},
            "attributes": {"plan": plan} if (plan := draw(answers)) else {},
        }
    )


@st.composite
def criteria(draw: st.DrawFn, prefix: str, fading: bool) -> list[dict[str, Any]]:
    lines = []
    for number in range(draw(st.integers(1, 4))):
        line: dict[str, Any] = {
            "id": f"{prefix}{number}",
            "label": "A line",
            "reading": draw(st.sampled_from(["fit", "engagement"])),
            "points": draw(st.integers(-30, 40)),
            "when": draw(conditions),
        }
        if fading and draw(st.booleans()):
            line["half_life"] = draw(lengths)
        if "signal" in line["when"] and draw(st.booleans()):
            line["repeats"] = {"points": 3, "most": 7}
        lines.append(line)
    return lines


@st.composite
def rules(draw: st.DrawFn, prefix: str, known: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{prefix}{number}",
            "label": "A path",
            "fit": draw(st.integers(0, 60)),
            "engagement": draw(st.integers(0, 60)),
            "requires": draw(st.lists(st.sampled_from(known), max_size=2)),
            "evidence": {"required": draw(st.lists(st.sampled_from(FIELDS), max_size=1))},
        }
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def policies(draw: st.DrawFn, fading: bool = True) -> Policy:
    own = draw(criteria("c", fading))
    more = draw(criteria("d", fading))
    return Policy.model_validate(
        {
            "company": "Acme",
            "personas": [{"id": "vp", "label": "VP", "titles": ["VP"], "countries": ["US"]}],
            "definition": {"criteria": own, "paths": draw(rules("p", [line["id"] for line in own]))},
            "definitions": [
                {
                    "id": "more",
                    "label": "More",
                    "criteria": more,
                    "uses": [own[0]["id"]],
                    "when": draw(st.none() | conditions),
                    "paths": draw(rules("q", [line["id"] for line in more])),
                }
            ],
            "teams": [{"id": "emea", "manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}],
        }
    )


def met(written: object, facts: Facts, done: list[Signal]) -> bool:
    profile = Profile.of(facts, done, NOW, {})
    return meets(READ.validate_python(written), profile) is not None


@settings(max_examples=50)
@given(policies(), leads(), signals)
def test_a_judgement_is_whole(policy: Policy, facts: Facts, done: list[Signal]) -> None:
    judged = judge(policy, facts, done, NOW)
    (more,) = policy.definitions
    spoke = more if judged.definition else policy.definition
    told = {line.criterion for line in judged.evidence} | {gap.criterion for gap in judged.gaps}
    silent = {line.id for line in policy.criteria_of(spoke) if line.id not in told}
    assert all(line.points < 0 for line in policy.criteria_of(spoke) if line.id in silent)
    assert judged.fit >= 0
    assert judged.engagement >= 0
    assert judged.grade[0] in "ABCD"
    assert judged.grade[1] in "1234"
    assert len([one for one in (judged.path, judged.gated, judged.near) if one]) <= 1
    assert bool(judged.lacking) is bool(judged.gated)


@settings(max_examples=50)
@given(policies(), leads(), signals, st.randoms(use_true_random=False))
def test_the_order_in_which_signals_came_is_nothing(policy: Policy, facts: Facts, done: list[Signal], by: Any) -> None:
    shuffled = list(done)
    by.shuffle(shuffled)
    assert judge(policy, facts, shuffled, NOW) == judge(policy, facts, done, NOW)
    assert next_look(policy, facts, shuffled, NOW) == next_look(policy, facts, done, NOW)


@settings(max_examples=50)
@given(policies(), leads(), signals, st.integers(0, 3), st.integers(1, 50))
def test_more_points_never_close_a_path(
    policy: Policy, facts: Facts, done: list[Signal], which: int, more: int
) -> None:
    written = policy.model_dump(mode="json", exclude_none=True)
    lines = written["definition"]["criteria"]
    lines[which % len(lines)]["points"] += more
    before, after = judge(policy, facts, done, NOW), judge(Policy.model_validate(written), facts, done, NOW)
    assert before.path is None or after.path is not None


@settings(max_examples=50)
@given(policies(fading=False), leads(), signals, st.floats(0, 1))
def test_until_the_next_look_nothing_changes(policy: Policy, facts: Facts, done: list[Signal], share: float) -> None:
    look = next_look(policy, facts, done, NOW)
    last = (look or NOW + timedelta(days=400)) - timedelta(microseconds=1)
    assert last >= NOW
    said = judge(policy, facts, done, NOW)
    assert judge(policy, facts, done, last) == said
    assert judge(policy, facts, done, NOW + (last - NOW) * share) == said


@settings(max_examples=50)
@given(policies(), leads(), signals)
def test_looks_end_where_nothing_changes_any_more(policy: Policy, facts: Facts, done: list[Signal]) -> None:
    """However often points are counted anew: in the end no look is left, and then nothing ever changes."""
    at, said, looks = NOW, judge(policy, facts, done, NOW), 0
    while (look := next_look(policy, facts, done, at)) is not None:
        assert look > at
        at, looks = look, looks + 1
        assert looks < 200
        said = judge(policy, facts, done, at)
    assert judge(policy, facts, done, at + timedelta(days=400)) == said


@settings(max_examples=50)
@given(conditions, leads(), signals)
def test_not_holds_exactly_where_the_condition_does_not(written: Any, facts: Facts, done: list[Signal]) -> None:
    assert met({"not": written}, facts, done) is not met(written, facts, done)


@settings(max_examples=50)
@given(st.lists(conditions, min_size=1, max_size=3), leads(), signals)
def test_none_of_several_is_not_any_of_them(several: list[Any], facts: Facts, done: list[Signal]) -> None:
    assert met({"any": several}, facts, done) is any(met(one, facts, done) for one in several)
    assert met({"all": several}, facts, done) is all(met(one, facts, done) for one in several)


@settings(max_examples=50)
@given(policies(), leads(), signals)
def test_a_judgement_survives_storage(policy: Policy, facts: Facts, done: list[Signal]) -> None:
    judged = judge(policy, facts, done, NOW)
    assert Scoring.model_validate_json(judged.model_dump_json()) == judged
    stored = Policy.model_validate_json(policy.stored())
    assert judge(stored, facts, done, NOW) == judged
