"""Passing a lead on: to whom, how often, and what becomes of its clock."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import erasure
from bot.domain.deciding import answers, managing
from bot.domain.handoff import Change, Refusal, State, Target
from tests.domain.test_handoff import AGREEMENT, MARTA, NOW, OLA, RAVI, RITA, RUTH, STRANGER, changed, pooled, started

LATER = NOW + timedelta(hours=3)


def passed(to: str, by: str = RITA, **more: Any) -> Change | Refusal:
    return answers.pass_on(started(), to, by, AGREEMENT, LATER, **more)


def test_a_colleague_starts_with_a_clock_of_their_own_and_only_the_way_back_to_marketing_goes_on() -> None:
    before, after = started(), changed(passed(RAVI))
    assert (after.state, after.owner, after.team, after.step) == (State.OFFERED, RAVI, "emea", 0)
    assert (after.deadline_at, after.due_at) == (LATER + timedelta(hours=4), LATER + timedelta(hours=2))
    assert after.turn == before.turn + 1
    assert after.recycle_from == before.recycle_from


def test_what_history_keeps_holds_no_words_and_the_offer_holds_who_said_what() -> None:
    change = passed(RUTH, note="Only French")
    assert isinstance(change, Change)
    assert (change.what, change.offer_ended, change.offered_to) == ("passed on", "passed on", RUTH)
    assert change.why == {"to": RUTH}
    assert change.handoff.team == "apac"
    assert change.offer_why == {"handed_on": {"how": "passed on", "by": RITA, "note": "Only French"}}
    assert erasure.offer_why(change.offer_why) == {"handed_on": {"how": "passed on", "by": RITA}}
    assert erasure.offer_why({"choice": {"by": "turn"}}) == {"choice": {"by": "turn"}}


def test_a_team_that_did_not_want_the_lead_may_get_it_by_a_colleagues_word() -> None:
    not_apac = started().model_copy(update={"without_teams": ("apac", "emea")})
    after = changed(answers.pass_on(not_apac, RUTH, RITA, AGREEMENT, LATER))
    assert (after.team, after.without_teams) == ("apac", ("emea",))


@pytest.mark.parametrize(
    ("to", "by", "more", "said"),
    [
        (RITA, RITA, {}, "You already have this lead."),
        (RITA, MARTA, {}, f"<@{RITA}> already has this lead."),
        (STRANGER, RITA, {}, "is in no team"),
        (RAVI, RITA, {"turned_down": {RAVI}}, f"<@{RAVI}> has had this lead"),
        (RAVI, RITA, {"times": 3}, f"passed on 3 times. Accept it, reject it, or ask <@{MARTA}>"),
        (RAVI, RAVI, {}, f"<@{RITA}> has this lead"),
    ],
)
def test_whom_a_lead_is_not_passed_on_to(to: str, by: str, more: dict[str, Any], said: str) -> None:
    decided = passed(to, by, **more)
    assert isinstance(decided, Refusal)
    assert said in decided.words


@pytest.mark.parametrize("by", [RITA, MARTA, OLA])
def test_twice_is_not_too_often_for_whoever_has_the_lead_or_leads_its_team(by: str) -> None:
    assert changed(passed(RAVI, by, times=2)).owner == RAVI


def test_an_accepted_lead_is_the_managers_to_reassign() -> None:
    taken = changed(answers.accept(started(), RITA, AGREEMENT, NOW))
    assert isinstance(answers.pass_on(taken, RAVI, RITA, AGREEMENT, LATER), Refusal)
    assert changed(managing.assign(taken, RAVI, MARTA, AGREEMENT, LATER)).owner == RAVI


def test_what_is_open_to_all_is_passed_on_by_nobody_and_says_how_it_is_had() -> None:
    decided = answers.pass_on(pooled(), RAVI, MARTA, AGREEMENT, LATER)
    assert isinstance(decided, Refusal)
    assert "whoever accepts it first has it" in decided.words


def test_what_is_sent_on_as_not_mine_takes_the_words_along() -> None:
    reason = next(one for one in AGREEMENT.own.reasons if one.means == "reroute")
    elsewhere = Target("apac", RUTH)
    change = answers.reject(started(), RITA, reason, AGREEMENT, LATER, detail="Lives in Tokyo", elsewhere=elsewhere)
    assert isinstance(change, Change)
    assert (change.offered_to, change.handoff.detail) == (RUTH, None)
    assert change.offer_why == {"handed_on": {"how": "rerouted", "by": RITA, "note": "Lives in Tokyo"}}
