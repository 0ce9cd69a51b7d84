from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lead import Facts, Signal
from bot.domain.policy import Policy
from bot.domain.routing import Turns, next_rep, route
from bot.domain.teams import Rep, Team

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
ASKED = Signal(kind="demo_requested", at=NOW)


def policy(*rules: dict[str, Any]) -> Policy:
    people = {"manager": "m@acme.example", "reps": [{"email": "r@acme.example"}]}
    return Policy.model_validate(
        {
            "company": "Acme",
            "definition": {
                "criteria": [
                    {"id": "a", "label": "A", "reading": "fit", "points": 1, "when": {"field": "title", "known": True}}
                ],
                "paths": [{"id": "p", "label": "P"}],
            },
            "teams": [{"id": team, **people} for team in ("emea", "apac", "demo")],
            "routing": rules,
        }
    )


RULES = (
    {"id": "dach", "when": {"field": "company.country", "one_of": ["DE", "AT"]}, "team": "emea"},
    {"id": "demo", "when": {"signal": "demo_requested"}, "team": "demo"},
    {"id": "rest", "team": "apac"},
)


@pytest.mark.parametrize(
    ("rules", "country", "signals", "without", "team"),
    [
        (RULES, "DE", [], (), "emea"),
        (RULES, "DE", [ASKED], (), "emea"),
        (RULES, "US", [ASKED], (), "demo"),
        (RULES, None, [], (), "apac"),
        (RULES, "DE", [ASKED], ("emea",), "demo"),
        (RULES, "DE", [], ("emea",), "apac"),
        (RULES, "DE", [], ("emea", "apac"), None),
        (RULES[:1], "US", [], (), None),
        ((), "US", [], (), "emea"),
        ((), "US", [], ("emea",), "apac"),
        ((), "US", [], ("emea", "apac", "demo"), None),
    ],
)
def test_the_first_rule_that_holds_names_the_team(
    rules: Sequence[dict[str, Any]],
    country: str | None,
    signals: list[Signal],
    without: Sequence[str],
    team: str | None,
) -> None:
    facts = Facts.model_validate({"source": "web", "company": {"country": country}})
    found = route(policy(*rules), facts, signals, NOW, without)
    assert (found and found.id) == team


def team(weights: Sequence[int]) -> Team:
    reps = tuple(Rep(email=f"rep{number}@acme.example", weight=weight) for number, weight in enumerate(weights))
    return Team(id="emea", manager="m@acme.example", reps=reps)


def everybody(of: Team) -> list[str]:
    return [rep.email for rep in of.reps]


def turns_of(of: Team, shifts: Sequence[Sequence[str]], turns: Turns | None = None) -> tuple[list[str], Turns]:
    """Who gets a lead on each of these shifts, and the turns after that."""
    turns, served = turns or Turns(), []
    for shift in shifts:
        chosen = next_rep(of, turns, shift)
        assert chosen
        served.append(chosen[0])
        turns = Turns.model_validate_json(chosen[1].model_dump_json())
    return served, turns


@pytest.mark.parametrize(
    ("weights", "order"),
    [((1, 1, 1), "012012"), ((2, 1), "010010"), ((1, 2), "101101"), ((3, 1), "00100010"), ((5,), "000")],
)
def test_turns_are_spread_by_weight(weights: tuple[int, ...], order: str) -> None:
    of = team(weights)
    served, _ = turns_of(of, [everybody(of)] * len(order))
    assert Counter(served) == Counter(f"rep{number}@acme.example" for number in order)
    assert "".join(rep[3] for rep in served) == order


def test_nobody_available_is_nobody_s_turn() -> None:
    assert next_rep(team((1, 1)), Turns(), ()) is None
    assert next_rep(team((1, 1)), Turns(), ("stranger@acme.example",)) is None


weights = st.lists(st.integers(1, 100), min_size=1, max_size=8)


@given(weights, st.integers(1, 400))
def test_everyone_is_always_less_than_one_lead_from_their_share(shares: list[int], leads: int) -> None:
    of = team(shares)
    had: Counter[str] = Counter()
    turns = Turns()
    for count in range(1, leads + 1):
        chosen = next_rep(of, turns, everybody(of))
        assert chosen
        rep, turns = chosen
        had[rep] += 1
        assert all(abs(had[rep.email] * sum(shares) - rep.weight * count) < sum(shares) for rep in of.reps)


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Team, list[list[str]]]:
    """A team, and who of it is on shift at each of many leads."""
    of = team(draw(weights))
    shift = st.lists(st.sampled_from(everybody(of)), min_size=1, unique=True)
    return of, draw(st.lists(shift, max_size=60))


@given(rosters(), st.integers(1, 300))
def test_whatever_came_before_a_steady_shift_shares_within_two_leads(
    roster: tuple[Team, list[list[str]]], leads: int
) -> None:
    of, before = roster
    _, turns = turns_of(of, before)
    served, _ = turns_of(of, [everybody(of)] * leads, turns)
    total = sum(rep.weight for rep in of.reps)
    for rep in of.reps:
        assert abs(served.count(rep.email) - leads * rep.weight / total) <= 2


@given(rosters())
def test_who_is_always_there_is_never_forgotten(roster: tuple[Team, list[list[str]]]) -> None:
    of, shifts = roster
    faithful = of.reps[-1]
    served, _ = turns_of(of, [[*shift, faithful.email] for shift in shifts])
    total = sum(rep.weight for rep in of.reps)
    longest = -(-total // faithful.weight) + len(of.reps)
    gaps = "".join("x" if rep == faithful.email else "." for rep in served).split("x")
    assert max(map(len, gaps)) <= longest


@given(weights, st.integers(0, 200), st.integers(1, 100))
def test_who_is_new_gets_neither_a_burst_nor_a_penalty(shares: list[int], before: int, weight: int) -> None:
    old = team(shares)
    _, turns = turns_of(old, [everybody(old)] * before)
    newcomer = Rep(email="new@acme.example", weight=weight)
    grown = Team(id="emea", manager="m@acme.example", reps=(*old.reps, newcomer))
    total = sum(shares) + weight
    served, _ = turns_of(grown, [everybody(grown)] * 50, turns)
    for count in range(1, 51):
        assert abs(served[:count].count(newcomer.email) - count * weight / total) <= 1


@given(weights, st.integers(1, 200), st.integers(0, 300))
def test_who_was_away_comes_back_with_at_most_the_one_lead_they_were_owed(
    shares: list[int], before: int, away: int
) -> None:
    of = team([*shares, 7])
    back = of.reps[-1].email
    others = everybody(of)[:-1]
    served, turns = turns_of(of, [everybody(of)] * before)
    _, turns = turns_of(of, [others] * away, turns)
    served, _ = turns_of(of, [everybody(of)] * 60, turns)
    total = sum(rep.weight for rep in of.reps)
    for count in range(1, 61):
        assert abs(served[:count].count(back) - count * 7 / total) <= 2


@given(weights, st.lists(st.integers(1, 100), min_size=8, max_size=8), st.integers(0, 100), st.integers(1, 200))
def test_new_weights_hold_from_the_next_lead_on(shares: list[int], new: list[int], before: int, leads: int) -> None:
    old, changed = team(shares), team(new[: len(shares)])
    _, turns = turns_of(old, [everybody(old)] * before)
    served, _ = turns_of(changed, [everybody(changed)] * leads, turns)
    total = sum(rep.weight for rep in changed.reps)
    for rep in changed.reps:
        assert abs(served.count(rep.email) - leads * rep.weight / total) <= 2


def test_who_left_the_team_is_forgotten() -> None:
    both, one = team((1, 1)), team((1,))
    _, turns = turns_of(both, [everybody(both)] * 3)
    assert list(turns_of(one, [everybody(one)], turns)[1].owed) == ["rep0@acme.example"]
