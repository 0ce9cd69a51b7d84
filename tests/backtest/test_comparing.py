"""What a proposal changes, worked by hand: one lead, a few days, rules of one criterion or two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.backtesting.backtest import Case, Found, Kind, Short, Tally
from bot.domain.backtesting.comparing import compare
from bot.domain.backtesting.past import Heard, Merge, Outcome, Passage, Record, Spell, Told, spells
from bot.domain.backtesting.rates import Rate
from bot.domain.backtesting.replay import Era, Life, Replay, always, ruling_of, turns
from bot.domain.handoff import State
from bot.domain.lead import Facts, Signal
from bot.domain.policy import Policy

FIRST = datetime(2026, 9, 1, 9, tzinfo=UTC)
TODAY = FIRST + timedelta(days=60)


def day(number: float) -> datetime:
    return FIRST + timedelta(days=number)


def rules(engagement: int = 20, **more: Any) -> Policy:
    """Ten points a page view of the last week or so, and a path at so much engagement."""
    view = {"id": "seen", "label": "Looked", "reading": "engagement", "points": 10, "when": {"signal": "page_view"},
            "repeats": {"points": 10, "most": 90}, **more.pop("seen", {})}  # fmt: skip
    definition = {
        "criteria": [view, *more.pop("criteria", ())],
        "paths": [{"id": "engaged", "label": "Engaged", "engagement": engagement}],
        "evidence": more.pop("evidence", {}),
    }
    team = {"id": "emea", "manager": "U0MARTA1", "reps": [{"email": "U0RITA01"}]}
    return Policy.model_validate({"company": "Acme", "teams": [team], "definition": definition, **more})


def told(at: float, past: bool = False, **known: Any) -> Told:
    return Told(day(at), Facts.model_validate({"source": "form", **known}), past)


def view(at: float, kind: str = "page_view", past: bool = False) -> Heard:
    return Heard(day(at), Signal(kind=kind, at=day(at)), past)


def passage(at: float, until: float | None = None, state: State = State.ACCEPTED, **changes: Any) -> Passage:
    ended = day(until) if until is not None else None
    made = Passage("h-1", 1, day(at), "engaged", "emea", 1, state)
    accepted = state is State.ACCEPTED
    made = replace(made, accepted_at=ended) if accepted else replace(made, closed_at=ended)
    return replace(made, **changes)


def life(*what: Any, hand_over_at: float | None = None) -> Life:
    record = Record(
        tuple(one for one in what if isinstance(one, Told)) or (told(0),),
        tuple(one for one in what if isinstance(one, Heard)),
        passages=tuple(one for one in what if isinstance(one, Passage)),
        outcomes=tuple(one for one in what if isinstance(one, Outcome)),
    )
    queue = day(hand_over_at) if hand_over_at is not None else None
    return Life("lead-1", {"lead-1": record}, spells("lead-1", ()), queue)


def found(lived: Life, proposal: Policy, of_then: Policy | None = None, since: float = 0) -> Found:
    return compare(proposal, [Era(day(-10), None, of_then or rules())], day(since), TODAY).of_life(lived)


def case(lived: Life, proposal: Policy, **more: Any) -> Case:
    (only,) = found(lived, proposal, **more).cases
    return only


def test_a_lower_threshold_lets_one_enter_and_another_come_earlier() -> None:
    enters = case(life(view(3)), rules(10))
    assert (enters.kind, enters.at, enters.path, enters.team, enters.number) == ("enters", day(3), "engaged", "emea", 1)
    assert enters.short == Short(path="engaged", fit=0, needs_fit=0, engagement=10, needs_engagement=20)

    earlier = case(life(view(3), view(5), passage(5, 6)), rules(10))
    assert (earlier.kind, earlier.at, earlier.really_at) == ("stays", day(3), day(5))


def test_a_higher_threshold_lets_one_leave_and_another_come_later() -> None:
    leaves = case(life(view(3), view(5), passage(5, 6)), rules(30))
    assert (leaves.kind, leaves.really_at, leaves.verdict) == ("leaves", day(5), "accepted")
    assert leaves.short == Short(path="engaged", fit=0, needs_fit=0, engagement=20, needs_engagement=30)

    later = case(life(view(3), view(5), view(7), passage(5, 8, State.RECYCLED)), rules(30))
    assert (later.kind, later.at) == ("stays", day(7))


def test_what_is_learned_once_sales_has_answered_does_not_count_for_the_handoff() -> None:
    assert case(life(view(3), view(5), passage(5, 6), view(7)), rules(30)).kind == Kind.LEAVES


def test_the_same_rules_change_nothing() -> None:
    lived = life(view(3), view(5), passage(5, 6))
    same = case(lived, rules())
    assert (same.kind, same.at, same.really_at) == ("stays", day(5), day(5))
    assert found(life(view(3)), rules()).cases == ()


def test_a_gate_keeps_out_who_lacks_what_it_asks() -> None:
    gated = case(life(view(3), view(5), passage(5, 6)), rules(evidence={"required": ["phone"]}))
    assert gated.kind == Kind.LEAVES
    assert gated.short is not None
    assert gated.short.lacking == ("phone",)
    later = life(told(0), told(5.5, phone="+14155550100"), view(3), view(5), passage(5, 6))
    assert case(later, rules(evidence={"required": ["phone"]})).at == day(5.5)


def test_a_recycled_lead_enters_again_only_with_news_and_after_its_cool_off() -> None:
    back = passage(5, 6, State.RECYCLED, cool_off_until=day(20))
    assert [one.kind for one in found(life(view(3), view(5), back), rules()).cases] == ["stays"]
    news = found(life(view(3), view(5), back, view(10)), rules()).cases
    assert [(one.kind, one.number, one.at) for one in news] == [("stays", 1, day(5)), ("enters", 2, day(20))]


def test_a_lead_recycled_three_times_never_enters_again() -> None:
    backs = [passage(5 * n, 5 * n + 1, State.RECYCLED, id=f"h-{n}", number=n) for n in (1, 2, 3)]
    views = [view(3), *(view(5 * n) for n in (1, 2, 3, 4))]
    kinds = [one.kind for one in found(life(*views, *backs), rules(10)).cases]
    assert kinds == ["stays", "stays", "stays"]


def test_points_that_fade_are_worth_what_they_were_then() -> None:
    form = {"id": "form", "label": "Form", "reading": "engagement", "points": 10, "when": {"signal": "form"}}
    fades: dict[str, Any] = {"seen": {"half_life": "5 days", "repeats": None}, "criteria": [form]}
    assert case(life(view(3), view(4, "form")), rules(19, **fades), of_then=rules(99)).at == day(4)
    assert found(life(view(3), view(9, "form")), rules(19, **fades), of_then=rules(99)).cases == ()


def test_time_alone_can_let_a_lead_enter() -> None:
    careful = rules(10, criteria=[
        {"id": "job", "label": "Looks for a job", "reading": "engagement", "points": -10,
         "when": {"signal": "careers", "recent": "10 days"}}])  # fmt: skip
    enters = case(life(view(3, "careers"), view(4)), careful, of_then=rules(99))
    assert enters.at is not None
    assert day(13) < enters.at < day(13) + timedelta(seconds=1)
    assert ruling_of(rules(10, seen={"half_life": "5 days"})).in_time is None


@pytest.mark.parametrize(("origin", "counted"), [("claim", (0, 1)), ("hand", (1, 0))])
def test_who_would_enter_and_was_claimed_or_came_by_hand_is_said(origin: Any, counted: tuple[int, int]) -> None:
    came = passage(5, 5, origin=origin)
    won = Outcome(day(9), "won", "h-1")
    result = found(life(view(3), came, won), rules(10))
    enters = result.cases[0]
    assert (enters.kind, enters.origin, enters.outcome, enters.at) == ("enters", origin, "won", day(3))
    assert (result.by_hand, result.claimed) == counted
    assert found(life(view(3), came), rules(20)).cases == ()


def test_what_was_told_as_history_and_who_does_not_agree_pass_under_no_rules() -> None:
    assert found(life(told(0, past=True), view(3, past=True)), rules(10)).cases == ()
    assert case(life(told(0, past=True), view(3, past=True), view(8)), rules(10)).at == day(8)
    assert found(life(told(0, consent=False), view(3)), rules(10)).cases == ()


def test_a_queued_lead_enters_when_its_turn_comes() -> None:
    assert case(life(view(3), hand_over_at=6), rules(10)).at == day(6)


def test_a_lead_that_would_have_come_before_the_period_does_not_enter_in_it() -> None:
    assert found(life(view(3), view(30)), rules(10), of_then=rules(99), since=20).cases == ()
    assert case(life(view(3), view(30)), rules(), of_then=rules(99), since=20).at == day(30)
    assert found(life(view(3), view(30)), rules(10), of_then=rules(99), since=20).at_once


def test_what_the_rules_of_then_do_not_give_is_found() -> None:
    assert found(life(view(3), view(5), passage(5, 6)), rules()).checked == 1
    too_soon, never = life(view(3), passage(3, 6)), life(view(3), view(5))
    too_late = life(view(3), view(5), view(8), passage(8, 9))
    for strange in (too_soon, never, too_late):
        assert (found(strange, rules()).checked, found(strange, rules()).unexplained) == (0, 1)
    other = life(view(3), view(5), passage(5, 6, path="asked"))
    assert found(other, rules()).unexplained == 1
    late = replace(life(view(3), view(5)), judged_until=day(5))
    assert found(late, rules()).unexplained == 0


def test_two_leads_that_are_one_person_count_together_while_they_are() -> None:
    merge = Merge("lead-1", "lead-2", day(4), day(10))
    one, other = Record((told(0),), (view(3),)), Record((told(1),), (view(2),))
    assert spells("lead-1", [merge]) == (
        Spell(None, ("lead-1",)), Spell(day(4), ("lead-1", "lead-2")), Spell(day(10), ("lead-1",)),
    )  # fmt: skip
    both = {"lead-1": one, "lead-2": other}
    survivor = Life("lead-1", both, spells("lead-1", [merge]))
    absorbed = Life("lead-2", both, spells("lead-2", [merge]))
    opening = Replay(survivor, next(turns(survivor, TODAY))).opening(always(rules()))
    assert opening is not None
    assert opening.at == day(4)
    assert Replay(absorbed, next(turns(absorbed, TODAY))).opening(always(rules()), until=day(10)) is None


def test_sums_and_rates() -> None:
    tally = Tally(FIRST, TODAY)
    for number in range(12):
        verdict = {"state": State.ACCEPTED} if number < 9 else {"state": State.RECYCLED, "decided_by": "U0RITA01"}
        lived = life(view(3), view(5), passage(5, 6, **verdict))
        tally.add(f"lead-{number}", found(lived, rules(30)))
    tally.add("lead-x", found(life(view(3), view(5), view(5.5), passage(5, 6)), rules(30)))
    effect = tally.effect()

    assert (effect.leads, effect.before, effect.after) == (13, 13, 1)
    assert (effect.stays, effect.later, effect.leaves, effect.enters) == (1, 1, 12, 0)
    accepted = effect.rates["leaves"].accepted
    assert (accepted, accepted.share) == (Rate(part=9, of=12), 0.75)
    assert effect.rates["stays"].accepted.share is None
    assert [(one.key, one.before, one.after) for one in effect.paths] == [("engaged", 13, 1)]
    assert effect.plus(effect).rates["leaves"].accepted == Rate(part=18, of=24)
    assert len(effect.plus(effect).leaving) == 20


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [(9, 12, 0.468, 0.911), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596)],
)
def test_intervals_are_wilsons(part: int, of: int, low: float, high: float) -> None:
    """As tables of the interval give them."""
    interval = Rate(part=part, of=of).interval
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (low, high)


def test_nine_cases_are_not_enough() -> None:
    assert Rate(part=9, of=9).interval is None
