"""What the numbers say of recorded handoffs; every expectation is counted by hand."""

from dataclasses import replace

import pytest

from bot.domain.handoff import State
from bot.domain.numbers.cases import Received, RecordedHandoff, Records
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import (
    Figures,
    Median,
    Question,
    Report,
    Scope,
    Share,
    Span,
    last_days,
    report,
    this_quarter,
)
from tests.numbers.recorded import accepted, at, handoff, ignored, offer, offered, rejected, waiting, withdrawn

NOW = 20.0
"""Hours after the Monday everything began."""


def ask(
    *handoffs: RecordedHandoff,
    received: tuple[Received, ...] = (),
    by: By | None = None,
    team: str | None = None,
    rep: str | None = None,
    now: float = NOW,
) -> Report:
    span = Span(at(0), at(now), "the last 30 days")
    return report(Records(received, handoffs), Question(span, Scope(team, rep), by), {(By.REP, "U0RITA01"): "Rita"})


def total(*handoffs: RecordedHandoff, now: float = NOW) -> Figures:
    return ask(*handoffs, now=now).total


def test_every_handoff_is_counted_once_for_what_came_of_it() -> None:
    figures = total(
        accepted(), accepted(), accepted(followed_up_at=at(5)), rejected(), rejected(), ignored(), offered(), waiting(),
        withdrawn(),
    )  # fmt: skip

    assert figures.mqls == 9
    assert (figures.accepted, figures.rejected, figures.ignored) == (3, 2, 1)
    assert (figures.unanswered, figures.withdrawn, figures.waiting) == (2, 1, 1)
    assert figures.offered == 8
    assert figures.open == 4
    assert figures.acceptance == Share(3, 6)
    assert figures.acceptance.rate == 0.5


def test_what_a_rep_claimed_is_accepted_and_says_nothing_of_how_willingly_sales_takes_leads() -> None:
    held = {"owner": "U0RITA01", "decided_by": "U0RITA01", "accepted_at": at(1), "deadline_at": at(9)}
    claimed = handoff(State.ACCEPTED, origin="claim", followed_up_at=at(2), **held)
    figures = total(claimed, accepted(), rejected())

    assert (figures.mqls, figures.accepted, figures.rejected, figures.offered) == (3, 2, 1, 2)
    assert figures.acceptance == Share(1, 2)
    assert figures.followed_up_in_time == Share(1, 2)
    assert [(group.key, group.figures.accepted) for group in ask(claimed, accepted(), by=By.REP).groups] == [
        ("U0RITA01", 1)
    ]


def test_a_claim_that_went_on_to_somebody_else_counts_as_any_other() -> None:
    assert total(accepted("U0RAVI01", origin="claim"), rejected()).acceptance == Share(1, 2)


@pytest.mark.parametrize(("part", "of", "rate"), [(0, 0, None), (4, 4, None), (0, 5, 0.0), (4, 5, 0.8), (5, 5, 1.0)])
def test_a_rate_needs_five_cases(part: int, of: int, rate: float | None) -> None:
    assert Share(part, of).rate == rate


NOT_YET, KEPT, BROKEN = Share(0, 0), Share(1, 1), Share(0, 1)


@pytest.mark.parametrize(
    ("recorded", "now", "kept"),
    [
        pytest.param(accepted(over=5), NOW, KEPT, id="answered at the deadline"),
        pytest.param(accepted(over=5.001), NOW, BROKEN, id="answered after the deadline"),
        pytest.param(rejected(over=2), NOW, KEPT, id="a rejection is an answer"),
        pytest.param(offered(), 5, NOT_YET, id="open, and due just now"),
        pytest.param(offered(), 5.001, BROKEN, id="open and overdue"),
        pytest.param(ignored(), NOW, BROKEN, id="ignored"),
        pytest.param(waiting(), NOW, NOT_YET, id="offered to nobody"),
        pytest.param(withdrawn(), NOW, NOT_YET, id="withdrawn in time"),
        pytest.param(withdrawn(over=6), NOW, BROKEN, id="withdrawn when it was overdue"),
        pytest.param(
            handoff(State.ACCEPTED, offer(ended="missed", over=7), offer("U0RAVI01", 7, "accepted", over=8),
                    accepted_at=at(8)),
            NOW, BROKEN, id="the second rep was in time, the first was not",
        ),
        pytest.param(
            handoff(State.ACCEPTED, offer(ended="reassigned", over=2), offer("U0RAVI01", 2, "accepted", over=5),
                    accepted_at=at(5)),
            NOW, KEPT, id="reassigned before the deadline",
        ),
        pytest.param(
            handoff(State.OFFERED, offer(ended="rejected", over=2, reason="not-mine"), offer("U0RAVI01", 2)),
            4, NOT_YET, id="sent on to another team, which still has time",
        ),
        pytest.param(
            handoff(State.ACCEPTED, offer(ended="taken over", over=2), accepted_at=at(2)),
            NOW, KEPT, id="the manager took it over in time",
        ),
        pytest.param(handoff(State.ACCEPTED, accepted_at=at(2)), NOW, NOT_YET, id="taken over before any offer"),
    ],
)  # fmt: skip
def test_the_sla_is_met_when_no_offer_ran_past_its_deadline(recorded: RecordedHandoff, now: float, kept: Share) -> None:
    assert total(recorded, now=now).answered_in_time == kept


@pytest.mark.parametrize(
    ("recorded", "now", "kept"),
    [
        pytest.param(accepted(over=3, followed_up_at=at(11)), NOW, KEPT, id="at the deadline"),
        pytest.param(accepted(over=3, followed_up_at=at(11.001)), NOW, BROKEN, id="after the deadline"),
        pytest.param(accepted(over=3), 11, NOT_YET, id="still in time"),
        pytest.param(accepted(over=3), 11.001, BROKEN, id="not at all"),
        pytest.param(
            handoff(State.OFFERED, offer(ended="idle", over=3), offer("U0RAVI01", 20)),
            NOW,
            BROKEN,
            id="taken back from whoever had accepted it",
        ),
        pytest.param(accepted(over=6, followed_up_at=at(6), deadline_at=at(5)), NOW, KEPT, id="an outcome says so"),
        pytest.param(replace(accepted(), state=State.WITHDRAWN), NOW, NOT_YET, id="withdrawn after it was accepted"),
        pytest.param(rejected(deadline_at=at(5)), NOW, NOT_YET, id="rejected"),
        pytest.param(offered(deadline_at=at(5)), NOW, NOT_YET, id="not answered"),
    ],
)
def test_a_follow_up_is_promised_once_a_lead_is_accepted(recorded: RecordedHandoff, now: float, kept: Share) -> None:
    assert total(recorded, now=now).followed_up_in_time == kept


@pytest.mark.parametrize(
    ("recorded", "now", "kept"),
    [
        pytest.param(offered(made=12), NOW, KEPT, id="at the promised time"),
        pytest.param(offered(made=12.001), NOW, BROKEN, id="later"),
        pytest.param(waiting(), 12, NOT_YET, id="still in time"),
        pytest.param(waiting(), 12.001, BROKEN, id="not at all"),
        pytest.param(handoff(State.WITHDRAWN), NOW, NOT_YET, id="withdrawn before anybody could be offered it"),
    ],
)
def test_marketing_promised_to_offer_it(recorded: RecordedHandoff, now: float, kept: Share) -> None:
    assert total(recorded, now=now).handed_over_in_time == kept


def test_the_median_is_of_the_offers_that_were_accepted() -> None:
    times = (accepted(over=2), accepted(over=3), accepted(over=6), rejected(over=1.5), ignored())

    assert total(*times).time_to_accept == Median(7200, 3)
    assert total(*times, accepted(over=4)).time_to_accept == Median(9000, 4)
    assert total(rejected()).time_to_accept == Median(None, 0)


def test_an_acceptance_that_was_taken_back_is_no_acceptance() -> None:
    lost = handoff(
        State.OFFERED,
        offer(ended="accepted", over=2, answered_after=3600.0),
        offer("U0RAVI01", 15),
        owner="U0RAVI01",
    )

    figures = total(lost, now=16)

    assert (figures.accepted, figures.unanswered) == (0, 1)
    assert figures.time_to_accept == Median(None, 0)


def test_reasons_are_those_given_on_the_way_too() -> None:
    sent_on = handoff(
        State.ACCEPTED,
        offer(ended="rejected", over=2, reason="not-mine"),
        offer("U0RAVI01", 2, "accepted", over=3),
        accepted_at=at(3),
    )

    assert total(rejected(), sent_on, rejected(), ignored()).reasons == (("bad-timing", 2), ("not-mine", 1))


def test_a_handoff_counts_in_the_period_in_which_it_began() -> None:
    older = accepted(created_at=at(-0.001))

    assert total(older, rejected()).mqls == 1
    assert ask(older, by=By.PATH).groups == ()


def test_rates_by_rep_count_offers() -> None:
    passed_on = handoff(
        State.ACCEPTED,
        offer("U0RITA01", 1, "missed", over=7),
        offer("U0RAVI01", 7, "accepted", over=8, answered_after=3600.0),
        owner="U0RAVI01",
        accepted_at=at(8),
        deadline_at=at(16),
        followed_up_at=at(9),
    )

    asked = ask(passed_on, accepted("U0RITA01", over=2), offered("U0RITA01", made=18), by=By.REP)

    assert (asked.total.mqls, asked.total.accepted, asked.total.ignored) == (3, 2, 0)
    rita, ravi = asked.groups
    assert (rita.key, rita.label) == ("U0RITA01", "Rita")
    assert (rita.figures.offered, rita.figures.accepted, rita.figures.ignored, rita.figures.unanswered) == (3, 1, 1, 1)
    assert rita.figures.acceptance == Share(1, 2)
    assert rita.figures.answered_in_time == Share(1, 2)
    assert rita.figures.followed_up_in_time == Share(0, 1)
    assert (rita.figures.mqls, rita.figures.waiting, rita.figures.handed_over_in_time) == (None, None, None)
    assert (ravi.key, ravi.label) == ("U0RAVI01", "U0RAVI01")
    assert ravi.figures.acceptance == Share(1, 1)
    assert ravi.figures.time_to_accept == Median(3600, 1)
    assert ravi.figures.followed_up_in_time == Share(1, 1)
    assert (rita.figures.open, ravi.figures.open) == (2, 0)


@pytest.mark.parametrize("ended", ["reassigned", "owner gone", "given away", "withdrawn", "taken over"])
def test_an_offer_that_was_taken_away_is_nobodys_fault(ended: str) -> None:
    taken_away = handoff(State.OFFERED, offer("U0RITA01", 1, ended, over=6), offer("U0RAVI01", 6), owner="U0RAVI01")

    assert [group.key for group in ask(taken_away, by=By.REP).groups] == ["U0RAVI01"]
    assert ask(taken_away, rep="U0RITA01").is_empty


def test_an_offer_counts_in_the_period_in_which_it_was_made() -> None:
    long_waiting = offered(made=1, created_at=at(-100))
    too_old = offered("U0RAVI01", made=-1, created_at=at(-100))

    asked = ask(long_waiting, too_old, by=By.REP)

    assert asked.total.mqls == 0
    assert [(group.key, group.figures.offered) for group in asked.groups] == [("U0RITA01", 1)]


def test_me_counts_the_offers_of_the_viewer() -> None:
    asked = ask(accepted("U0RITA01"), rejected("U0RITA01"), accepted("U0RAVI01"), rep="U0RITA01", by=By.REASON)

    assert asked.total.acceptance == Share(1, 2)
    assert asked.total.offered == 2
    assert (asked.total.mqls, asked.total.received) == (None, None)
    assert [(group.key, group.figures.rejected) for group in asked.groups] == [("bad-timing", 1)]


def test_a_team_sees_its_handoffs_and_by_rep_its_offers() -> None:
    elsewhere = replace(rejected("U0RITA01"), team="us")

    asked = ask(accepted(), elsewhere, received=(Received("spring", "webinar", 9),), team="us", by=By.REP)

    assert (asked.total.mqls, asked.total.rejected, asked.total.received) == (1, 1, None)
    assert asked.groups == ()


def test_volume_by_campaign_counts_leads_that_were_never_handed_over() -> None:
    received = (Received("spring", "webinar", 4), Received("spring", "form", 3), Received(None, "form", 2))

    asked = ask(accepted(), rejected(), accepted(campaign="autumn"), received=received, by=By.CAMPAIGN)

    assert asked.total.received == 9
    assert [(group.key, group.label, group.figures.received, group.figures.mqls) for group in asked.groups] == [
        ("spring", "spring", 7, 2),
        ("autumn", "autumn", 0, 1),
        (None, "No campaign", 2, 0),
    ]


@pytest.mark.parametrize(
    ("by", "sizes"),
    [
        (By.TEAM, {"emea": 2, "us": 1}),
        (By.CAMPAIGN, {"spring": 3}),
        (By.SOURCE, {"webinar": 3}),
        (By.REASON, {"bad-timing": 1, None: 1}),
        (By.PATH, {"scored": 3}),
        (By.CRITERION, {"size": 2, "pricing": 1}),
        (By.POLICY, {"1": 2, "2": 1}),
        (By.GRADE, {"A1": 2, None: 1}),
        (By.ORIGIN, {"path": 2, "hand": 1}),
    ],
)
def test_what_handoffs_can_be_divided_by(by: By, sizes: dict[str | None, int]) -> None:
    handoffs = (
        accepted(criteria=("size", "pricing"), grade="A1"),
        rejected(team="us", policy_version=2, origin="hand"),
        ignored(criteria=("size",), grade="A1"),
    )

    assert {group.key: group.figures.mqls for group in ask(*handoffs, by=by).groups} == sizes


def test_grades_stand_from_the_best_to_the_ungraded_each_with_how_much_of_it_is_accepted() -> None:
    best = [accepted(grade="A1"), *(accepted(grade="A1") for _ in range(3)), rejected(grade="A1")]
    worse = [accepted(grade="C4"), *(rejected(grade="C4") for _ in range(5))]

    groups = ask(*worse, *best, rejected(), by=By.GRADE).groups

    rated = [(one.label, one.figures.acceptance.part, one.figures.acceptance.of) for one in groups]
    assert rated == [("A1", 4, 5), ("C4", 1, 6), ("Ungraded", 0, 1)]


def test_nothing_recorded_is_an_empty_report() -> None:
    assert ask().is_empty
    assert not ask(received=(Received(None, "form", 1),)).is_empty
    assert not ask(waiting()).is_empty


def test_spans_end_now() -> None:
    assert last_days(30, at(0)) == Span(at(-720), at(0), "the last 30 days")
    assert this_quarter(at(0)) == Span(at(-32 * 24 - 9), at(0), "this quarter")
