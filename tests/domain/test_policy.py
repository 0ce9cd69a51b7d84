from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.definition import Criterion, FieldCondition, SignalCondition
from bot.domain.durations import Duration
from bot.domain.policy import DEFAULT_REASONS, Policy
from bot.domain.promises import Clock, Rung
from bot.domain.teams import Rep

DEFINITION = {
    "criteria": [{"id": "a", "label": "A", "reading": "fit", "points": 1, "when": {"field": "title", "known": True}}],
    "paths": [{"id": "p", "label": "P"}],
}
EMEA = {"id": "emea", "manager": "marta@acme.example", "reps": [{"email": "rita@acme.example"}]}
APAC = {
    "id": "apac",
    "manager": "mia@acme.example",
    "director": "dana@acme.example",
    "channel": "#apac-leads",
    "reps": [{"email": "ravi@acme.example"}, {"email": "rita@acme.example"}],
}


def policy(**sections: Any) -> Policy:
    return Policy.model_validate({"company": "Acme", "definition": DEFINITION, "teams": [EMEA, APAC], **sections})


def clock(within: str, *rungs: tuple[int, str]) -> dict[str, Any]:
    return {"within": within, "ladder": [{"at": f"{at}%", "do": do} for at, do in rungs]}


def test_company_teams_and_definition_are_enough() -> None:
    least = policy()
    assert least.reasons == DEFAULT_REASONS
    assert least.clock("default", "acceptance").within == Duration.parse("4 business hours")
    assert [rung.at for rung in least.clock("default", "follow_up").ladder] == [100, 150, 300]
    assert least.marketing_handoff("default") == Duration.parse("12 hours")
    assert least.calendar("emea").zone == "UTC"


def test_what_an_sla_leaves_out_comes_from_default_then_from_baton() -> None:
    sla = {
        "default": {"acceptance": clock("2 hours", (100, "reassign"))},
        "fast": {"marketing_handoff": "5 minutes", "follow_up": clock("1 hour", (100, "remind"))},
    }
    promised = policy(sla=sla)
    assert str(promised.clock("fast", "follow_up").within) == "1 hour"
    assert str(promised.clock("fast", "acceptance").within) == "2 hours"
    assert str(promised.clock("default", "follow_up").within) == "same business day"
    assert str(promised.marketing_handoff("fast")) == "5 minutes"
    assert str(promised.marketing_handoff("default")) == "12 hours"
    assert str(promised.clock("unheard", "acceptance").within) == "2 hours"


@pytest.mark.parametrize(
    ("sla", "waits"),
    [
        ({}, {"default": "30 minutes", "fast": "at once", "slow": "30 minutes"}),
        ({"fast": {"marketing_handoff": "1 hour"}}, {"fast": "at once"}),
        ({"default": {"email_after": "2 business hours"}}, {"fast": "at once", "slow": "2 business hours"}),
        (
            {"fast": {"email_after": "5 minutes"}, "slow": {"email_after": "at once"}},
            {"fast": "5 minutes", "slow": "at once"},
        ),
    ],
)
def test_an_e_mail_comes_at_once_for_fast_leads_and_later_for_others(sla: Any, waits: dict[str, str]) -> None:
    promised = policy(sla=sla)
    assert {name: str(promised.email_after(name)) for name in waits} == waits


def test_a_team_has_the_calendar_it_names_else_the_default_one() -> None:
    teams = [{**EMEA, "calendar": "berlin"}, APAC]
    zones = {"berlin": {"zone": "Europe/Berlin"}, "default": {"zone": "Asia/Singapore"}}
    kept = policy(teams=teams, calendars=zones)
    assert [kept.calendar(team).zone for team in ("emea", "apac")] == ["Europe/Berlin", "Asia/Singapore"]


def test_teams_reasons_and_paths_are_found_by_id() -> None:
    kept = policy()
    assert (kept.team("apac"), kept.team("emea")) == (kept.teams[1], kept.teams[0])
    assert kept.reason("customer") == DEFAULT_REASONS[4]
    assert kept.path("p") == kept.definition.paths[0]
    assert (kept.team("x"), kept.reason("x"), kept.path("x"), kept.path(None)) == (None,) * 4
    assert kept.teams[1].has("rita@acme.example")
    assert not kept.teams[0].has("ravi@acme.example")


NAMED = {
    "roles": {"marketing": ["maya@acme.example"], "admins": ["ola@acme.example"]},
    "sign_off": {"sales": ["marta@acme.example"], "marketing": ["maya@acme.example"]},
    "channels": {"leads": "#new-leads", "escalations": "#escalations"},
}


def test_everybody_and_every_channel_is_named_once() -> None:
    kept = policy(**NAMED)
    assert sorted(kept.people()) == [
        "dana@acme.example",
        "marta@acme.example",
        "maya@acme.example",
        "mia@acme.example",
        "ola@acme.example",
        "ravi@acme.example",
        "rita@acme.example",
    ]
    assert sorted(kept.channel_names()) == ["#apac-leads", "#escalations", "#new-leads"]
    assert kept.sign_off.people == ("marta@acme.example", "maya@acme.example")


def test_a_resolved_policy_has_slack_ids_and_nothing_else_is_changed() -> None:
    people = {name: f"U0{number}" for number, name in enumerate(policy(**NAMED).people())}
    channels = {"#new-leads": "C01", "#escalations": "C02", "#apac-leads": "C03"}
    kept = policy(**NAMED, sla={"default": {"acceptance": clock("2 hours", (50, "remind"))}})
    resolved = kept.resolved(people.__getitem__, channels.__getitem__)
    assert set(resolved.people()) == set(people.values())
    assert resolved.channels.leads == "C01"
    assert resolved.channels.marketing is None
    assert resolved.teams[1].channel == "C03"
    back = {value: name for name, value in (people | channels).items()}
    assert resolved.resolved(back.__getitem__, back.__getitem__) == kept


def test_a_policy_survives_storage() -> None:
    kept = policy(**NAMED, sla={"fast": {"follow_up": clock("same business day", (150, "escalate"))}})
    assert Policy.model_validate_json(kept.model_dump_json()) == kept


@pytest.mark.parametrize("operators", [{}, {"equals": "a", "known": True}, {"at_least": 1, "at_most": 2}])
def test_a_question_to_a_fact_has_exactly_one_operator(operators: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give exactly one of equals, one_of, at_least, at_most, matches, known"):
        FieldCondition.model_validate({"field": "title", **operators})


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"field": "title", "equals": False}, FieldCondition(field="title", equals=False)),
        ({"signal": "page_view", "at_least": 3}, SignalCondition(signal="page_view", at_least=3)),
        (SignalCondition(signal="page_view"), SignalCondition(signal="page_view")),
        (FieldCondition(field="title", known=True), FieldCondition(field="title", known=True)),
    ],
)
def test_a_condition_is_about_a_signal_when_it_names_one(when: object, expected: object) -> None:
    criterion = Criterion.model_validate({"id": "a", "label": "A", "reading": "fit", "points": 1, "when": when})
    assert criterion.when == expected


@pytest.mark.parametrize(("written", "percent"), [("50%", 50), ("50 %", 50), ("300%", 300), (150, 150)])
def test_shares(written: object, percent: int) -> None:
    assert Rung.model_validate({"at": written, "do": "remind"}).at == percent


@pytest.mark.parametrize("written", ["0%", "10001%", "half", "0.5", 0.5, True, "-5%", "50", None, "٥%"])
def test_what_is_no_share_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Rung.model_validate({"at": written, "do": "remind"})


@pytest.mark.parametrize("person", ["rita@acme.example", "U012ABCDEF", "W012ABCDEF"])
def test_people_are_addresses_or_slack_ids(person: str) -> None:
    assert Rep(email=person).email == person


@pytest.mark.parametrize(
    "person", ["", "rita", "@acme.example", "rita@", "a b@c.example", "u012abcdef", "U1", "C012ABCDEF"]
)
def test_what_is_neither_is_refused(person: str) -> None:
    with pytest.raises(ValidationError, match="write an e-mail address"):
        Rep(email=person)


@pytest.mark.parametrize("channel", ["", "#", "new-leads", "#new leads", "U012ABCDEF", "##x"])
def test_what_is_no_channel_is_refused(channel: str) -> None:
    with pytest.raises(ValidationError, match="write a channel such as"):
        policy(channels={"leads": channel})


@pytest.mark.parametrize("pattern", ["(", "(?i", "[a", "a{2,1}", "x(?i)", "[[a]", "a{99999999999}"])
def test_a_pattern_must_be_a_regular_expression(pattern: str) -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        FieldCondition(field="title", matches=pattern)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(\w*\s?)*x", "((a|b+)c){2,}", "(?:x{1,9})*?y", "((a+)b)+", "([)]+)+"])
def test_a_pattern_that_can_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="can take for ever"):
        FieldCondition(field="title", matches=pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?i)\b(vp|head|chief|director)\b",
        r"a+(b|c)+d*",
        r"\(a+\)+",
        "[(a+)]+",
        "(a{3})+",
        "(a++)+",
        "(a+)(b+)",
        "(a+)?",
    ],
)
def test_other_repetitions_are_fine(pattern: str) -> None:
    assert FieldCondition(field="title", matches=pattern).matches == pattern


@pytest.mark.parametrize("length", ["2 business days", "4 business hours", "same business day"])
def test_windows_and_half_lives_are_plain_durations(length: str) -> None:
    with pytest.raises(ValidationError, match="write a plain duration such as `14 days`"):
        SignalCondition.model_validate({"signal": "page_view", "within": length})


def test_a_ladder_has_a_rung() -> None:
    with pytest.raises(ValidationError):
        Clock.model_validate({"within": "1 hour", "ladder": []})
