"""Fair turns: nobody further from their share than one lead, whatever the weights, the values and the shifts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import cycle, islice
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.assigning.ledger import (
    MOST_OWED,
    TURN,
    Ledger,
    as_stored,
    by_turn,
    given_back,
    in_turn,
    out_of_turn,
)
from bot.domain.teams import Rep, Team

Weights = Mapping[str, int]


def team(weights: Weights) -> Team:
    reps = tuple(Rep(email=rep, weight=weight) for rep, weight in weights.items())
    return Team(id="emea", manager="m@acme.example", reps=reps)


def named(shares: Sequence[int]) -> dict[str, int]:
    return {f"rep{number}@acme.example": weight for number, weight in enumerate(shares)}


def empty(weights: Weights) -> Ledger:
    return as_stored({}, team(weights))


class Day:
    """Leads given out one after the other, and what everybody's share of them was, counted apart from the ledger."""

    def __init__(self, weights: Weights, greatest: int = 1) -> None:
        self.weights, self.greatest, self.ledger = dict(weights), greatest, empty(weights)
        self.had: Counter[str] = Counter()
        self.share: dict[str, Fraction] = dict.fromkeys(weights, Fraction())
        self.order: list[str] = []

    def lead(self, on_shift: Sequence[str] | None = None, value: int = 1) -> str:
        weights = {rep: self.weights[rep] for rep in (on_shift or self.weights)}
        lead = f"lead {len(self.order)}"
        rep = by_turn(self.ledger, weights, value, self.greatest, lead)[0]
        self.ledger = self.ledger.booked(in_turn(rep, weights, value, lead))
        self.order.append(rep)
        self.had[rep] += value
        for one, weight in weights.items():
            self.share[one] += Fraction(value * weight, sum(weights.values()))
        return rep

    def furthest(self) -> Fraction:
        """How far the furthest is from their share, in turns."""
        return max(abs(self.had[rep] - share) for rep, share in self.share.items())


@pytest.mark.parametrize(
    ("weights", "order"),
    [((2, 1), "010010"), ((1, 2), "101101"), ((3, 1), "00100010"), ((5,), "000"), ((3, 2), "0101001010")],
)
def test_turns_are_spread_by_weight(weights: tuple[int, ...], order: str) -> None:
    day = Day(named(weights))
    for _ in order:
        day.lead()
    assert "".join(rep[3] for rep in day.order) == order


def test_among_equals_chance_decides_and_it_can_be_repeated() -> None:
    weights, first = named((1, 1, 1, 1)), Counter[str]()
    for number in range(400):
        order = by_turn(empty(weights), weights, 1, 1, f"lead {number}")
        assert order == by_turn(empty(weights), dict(reversed(weights.items())), 1, 1, f"lead {number}")
        first[order[0]] += 1
    assert all(70 <= first[rep] <= 130 for rep in weights)  # 100 each; by place or age one would have them all


weights = st.lists(st.integers(1, 100), min_size=1, max_size=8)
SLACK = Fraction(1, 10**9)
"""Parts of a turn that do not come out even."""


@given(weights, st.integers(1, 400))
def test_everyone_is_always_less_than_one_lead_from_their_share(shares: list[int], leads: int) -> None:
    day = Day(named(shares))
    for _ in range(leads):
        day.lead()
        assert day.furthest() < 1 + SLACK


@given(weights, st.lists(st.integers(1, 20), min_size=1, max_size=150), st.integers(20, 100))
def test_leads_of_different_values_keep_everyone_within_one_of_the_greatest(
    shares: list[int], values: list[int], greatest: int
) -> None:
    day = Day(named(shares), greatest)
    for value in [*values, greatest, *reversed(values), greatest, *values]:
        day.lead(value=value)
        assert day.furthest() < greatest + SLACK


@st.composite
def rosters(draw: st.DrawFn, most: int = 100) -> tuple[dict[str, int], list[list[str]]]:
    """A team, and who of it is on shift at each of many leads."""
    everybody = named(draw(st.lists(st.integers(1, 100), min_size=1, max_size=6)))
    shift = st.lists(st.sampled_from(list(everybody)), min_size=1, unique=True)
    return everybody, draw(st.lists(shift, max_size=most))


@given(rosters(), st.lists(st.integers(1, 5), min_size=100, max_size=100))
def test_whoever_is_on_shift_when_nobody_gets_further_than_the_others_together(
    roster: tuple[dict[str, int], list[list[str]]], values: list[int]
) -> None:
    everybody, shifts = roster
    day = Day(everybody, greatest=5)
    for shift, value in zip(shifts, values, strict=False):
        day.lead(shift, value)
        assert day.furthest() <= 5 * (len(everybody) - 1) + SLACK


def test_even_shifts_made_to_be_unfair_stay_within_that_bound() -> None:
    everybody = named((1, 1, 1, 1, 1))
    day, worst = Day(everybody), Fraction()
    for _ in range(600):  # always the two who are nearest to each other: one of them must fall behind
        near = sorted(everybody, key=day.ledger.of)
        gaps = [(day.ledger.of(near[at + 1]) - day.ledger.of(near[at]), at) for at in range(4)]
        at = min(gaps)[1]
        day.lead([near[at], near[at + 1]])
        worst = max(worst, day.furthest())
    assert 1 <= worst <= 4


@given(rosters(60))
def test_who_is_always_there_is_never_forgotten(roster: tuple[dict[str, int], list[list[str]]]) -> None:
    everybody, shifts = roster
    faithful = list(everybody)[-1]
    day = Day(everybody)
    for shift in shifts:
        day.lead(list({*shift, faithful}))
        assert abs(day.had[faithful] - day.share[faithful]) <= max(1, len(everybody) - 1) + SLACK


@given(weights, st.integers(0, 100), st.integers(1, 100))
def test_who_is_new_gets_neither_a_burst_nor_a_penalty(shares: list[int], before: int, weight: int) -> None:
    day = Day(named(shares))
    for _ in range(before):
        day.lead()
    new = "new@acme.example"
    grown = Day({**day.weights, new: weight})
    grown.ledger = as_stored(day.ledger.stored(), team(grown.weights))
    for _ in range(50):
        grown.lead()
        assert abs(grown.had[new] - grown.share[new]) <= 1 + SLACK


@given(weights, st.integers(1, 100), st.integers(0, 200))
def test_who_was_away_is_owed_on_return_what_they_were_owed_when_they_left(
    shares: list[int], before: int, away: int
) -> None:
    day = Day(named([*shares, 7]))
    back = list(day.weights)[-1]
    for _ in range(before):
        day.lead()
    owed = day.ledger.of(back)
    for _ in range(away):
        day.lead(list(day.weights)[:-1])
    assert day.ledger.of(back) == owed
    assert abs(owed) < TURN
    returned = Day(day.weights)
    returned.ledger = day.ledger
    for _ in range(60):
        returned.lead()
        assert abs(returned.had[back] - returned.share[back]) <= 2 + SLACK


@given(weights, st.lists(st.integers(1, 100), min_size=8, max_size=8), st.integers(0, 100), st.integers(1, 200))
def test_new_weights_hold_from_the_next_lead_on(shares: list[int], new: list[int], before: int, leads: int) -> None:
    old = Day(named(shares))
    for _ in range(before):
        old.lead()
    changed = Day(named(new[: len(shares)]))
    changed.ledger = as_stored(old.ledger.stored(), team(changed.weights))
    for _ in range(leads):
        changed.lead()
    assert changed.furthest() <= 2 + SLACK


@given(weights, st.integers(0, 60), st.integers(1, 5), st.integers(1, 30))
def test_leads_out_of_turn_count_and_cost_one_turn_at_most(
    shares: list[int], before: int, value: int, many: int
) -> None:
    day = Day(named([*shares, 9]), greatest=5)
    for _ in range(before):
        day.lead()
    owner = list(day.weights)[-1]
    for number in range(many):
        entry = out_of_turn(day.ledger, owner, day.weights, value, 5, f"account {number}")
        assert sum(entry.values()) == 0
        assert entry[owner] <= 0
        day.ledger = day.ledger.booked(entry)
        assert day.ledger.of(owner) >= -5 * TURN - 1
    room = 5 * TURN + day.ledger.of(owner)
    assert room <= 1 or day.ledger.of(owner) <= TURN * 5 - many * value * TURN * (1 - Fraction(9, 9 + sum(shares))) + 1


@given(weights, st.integers(0, 60), st.integers(1, 20))
def test_a_turn_given_back_is_as_if_there_had_been_no_lead_but_is_no_flood(
    shares: list[int], before: int, bad: int
) -> None:
    day = Day(named([*shares, 3]))
    for _ in range(before):
        day.lead()
    was, unlucky = day.ledger, list(day.weights)[-1]
    entry = in_turn(unlucky, day.weights, 1, "bad")
    assert was.booked(entry).booked(given_back(was.booked(entry), unlucky, entry, 1)) == was

    ledger = was
    for _ in range(bad):
        ledger = ledger.booked(given_back(ledger, unlucky, entry, 1))
    assert sum(ledger.behind.values()) == 0
    assert ledger.of(unlucky) <= MOST_OWED * TURN


def test_who_left_the_team_is_forgotten_and_leaves_no_gap() -> None:
    day = Day(named((1, 1, 1)))
    for _ in range(4):
        day.lead()
    left = as_stored(day.ledger.stored(), team(named((1, 1))))
    assert list(left.behind) == list(named((1, 1)))
    assert sum(left.behind.values()) == 0


def test_a_ledger_of_the_release_before_is_read_and_that_release_can_read_this_one() -> None:
    """It counted a lead as the weights of those on shift: here 3, so that rep1 is owed two thirds of a lead."""
    reps, old = named((2, 1)), {"owed": {"rep0@acme.example": -2, "rep1@acme.example": 2}}
    read = as_stored(old, team(reps))
    assert [round(Fraction(read.of(rep), TURN), 6) for rep in reps] == [
        Fraction(-666667, 10**6),
        Fraction(666667, 10**6),
    ]
    huge = {"owed": {"rep0@acme.example": -(10**30), "rep1@acme.example": 10**30, "gone@acme.example": 5}}
    assert as_stored(huge, team(reps)).of("rep1@acme.example") == TURN
    written = read.stored()
    assert written.keys() == {"owed"}
    assert as_stored(written, team(reps)) == read


def test_ten_thousand_leads_are_given_out_in_seconds() -> None:
    day, began = Day(named((1, 2, 3, 4, 5, 6, 7, 8)), greatest=3), process_time()
    for value in islice(cycle((1, 1, 3, 2)), 10_000):
        day.lead(value=value)
    assert day.furthest() < 3 + SLACK
    assert process_time() - began < 20
