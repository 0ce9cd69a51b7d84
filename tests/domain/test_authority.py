"""What the policy makes of a person."""

import pytest

from bot.domain.authority import LEADERS, Ask, Role, may_hold_leads, may_not, roles_of
from bot.domain.policy import Policy

POLICY = Policy.model_validate({
    "company": "Acme",
    "roles": {"marketing": ["UMAYA"], "admins": ["UOLA"]},
    "sign_off": {"sales": ["UMARTA"], "marketing": ["UMAYA"]},
    "definition": {
        "criteria": [{"id": "any", "label": "Any", "reading": "fit", "points": 1, "when": {"signal": "x"}}],
        "paths": [{"id": "p", "label": "P", "fit": 1}],
    },
    "teams": [
        {"id": "emea", "manager": "UMARTA", "director": "UDANA", "reps": [{"email": "URITA"}]},
        {"id": "apac", "manager": "UMEI", "reps": [{"email": "ULIAM"}, {"email": "UMEI"}]},
    ],
})  # fmt: skip


@pytest.mark.parametrize(
    ("person", "everywhere", "in_emea"),
    [
        ("URITA", {"rep"}, {"rep"}),
        ("ULIAM", {"rep"}, set()),
        ("UMARTA", {"manager", "signer"}, {"manager", "signer"}),
        ("UMEI", {"manager", "rep"}, set()),
        ("UDANA", {"director"}, {"director"}),
        ("UMAYA", {"marketing", "signer"}, {"marketing", "signer"}),
        ("UOLA", {"admin"}, {"admin"}),
        ("UNOBODY", set(), set()),
    ],
)
def test_somebody_is_what_the_policy_names_them(person: str, everywhere: set[str], in_emea: set[str]) -> None:
    assert roles_of(person, POLICY) == everywhere
    assert roles_of(person, POLICY, "emea") == in_emea
    assert roles_of(person, POLICY, "no such team") & {Role.MANAGER, Role.DIRECTOR, Role.REP} == set()
    assert roles_of(person, None) == set()


def test_reps_and_whoever_may_take_over_can_hold_leads() -> None:
    assert may_hold_leads(POLICY) == {"URITA", "ULIAM", "UMARTA", "UMEI", "UDANA", "UOLA"}


def test_a_leader_of_no_team_but_an_admin_leads_nothing_of_a_team_that_is_gone() -> None:
    assert roles_of("UOLA", POLICY, "gone") & LEADERS == {"admin"}


@pytest.mark.parametrize(
    ("ask", "role", "said"),
    [
        (Ask.SIGN, Role.ADMIN, "sign_off"),
        (Ask.FIND, Role.MEMBER, "<@UOLA>"),
        (Ask.QUALIFY, Role.REP, "Only marketing and admins"),
        (Ask.QUALIFY, Role.OUTSIDER, "people of the workspace"),
        (Ask.FIND, Role.GUEST, "guest"),
        (Ask.NUMBERS, Role.GUEST, "<@UOLA>"),
        (Ask.NUMBERS, Role.OUTSIDER, "people of the workspace"),
        (Ask.RULES, Role.UNKNOWN, "try again"),
    ],
)
def test_who_may_not_learns_why(ask: Ask, role: Role, said: str) -> None:
    refusal = may_not(ask, frozenset({role}), POLICY)
    assert refusal
    assert said in refusal.words


def test_without_a_policy_members_have_numbers_and_nobody_leads() -> None:
    member = frozenset({Role.MEMBER})
    assert may_not(Ask.NUMBERS, member, None) is None
    refusal = may_not(Ask.FIND, member, None)
    assert refusal
    assert refusal.words == "This is for people whom the policy names."
