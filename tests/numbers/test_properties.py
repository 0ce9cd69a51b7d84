"""What holds of the numbers whatever was recorded."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handoff import State
from bot.domain.numbers.cases import RecordedHandoff, Records
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Figures, Question, Scope, Span, report
from tests.numbers.recorded import at, handoff, offer

HOURS = st.integers(-10, 30)
ENDS = (None, "accepted", "rejected", "missed", "reassigned", "taken over", "withdrawn", "owner gone")
REPS, TEAMS = ("U0RITA01", "U0RAVI01"), ("emea", "us")


def moments() -> st.SearchStrategy[datetime | None]:
    return st.none() | HOURS.map(at)


OFFERS = st.builds(
    offer,
    rep=st.sampled_from(REPS),
    made=HOURS,
    ended=st.sampled_from(ENDS),
    over=HOURS,
    team=st.sampled_from(TEAMS),
    reason=st.sampled_from([None, "bad-timing", "customer"]),
    answered_after=st.none() | st.floats(0, 1e6),
)


@st.composite
def recorded(draw: st.DrawFn) -> RecordedHandoff:
    return handoff(
        draw(st.sampled_from(State)),
        *draw(st.lists(OFFERS, max_size=3, unique_by=lambda one: one.offered_at)),
        team=draw(st.sampled_from(TEAMS)),
        campaign=draw(st.sampled_from([None, "spring", "autumn"])),
        criteria=draw(st.sampled_from([(), ("size",), ("size", "pricing")])),
        created_at=at(draw(HOURS)),
        owner=draw(st.sampled_from(REPS)),
        decided_by=draw(st.none() | st.sampled_from(REPS)),
        accepted_at=draw(moments()),
        deadline_at=draw(moments()),
        followed_up_at=draw(moments()),
    )


HANDOFFS = st.lists(recorded(), max_size=8)
SPAN = Span(at(0), at(20), "the last day")
QUESTIONS = st.builds(
    Question,
    span=st.just(SPAN),
    scope=st.sampled_from([Scope(), Scope(team="emea"), Scope(rep="U0RITA01")]),
    by=st.none() | st.sampled_from(By),
)


def in_all(figures: Figures) -> int:
    return figures.accepted + figures.rejected + figures.ignored + (figures.withdrawn or 0) + figures.unanswered


@given(HANDOFFS, QUESTIONS)
def test_counts_add_up(handoffs: list[RecordedHandoff], question: Question) -> None:
    asked = report(Records((), handoffs), question, {})

    for figures in (asked.total, *(group.figures for group in asked.groups)):
        assert in_all(figures) == (figures.offered if figures.mqls is None else figures.mqls)
        assert figures.acceptance.of == figures.accepted + figures.rejected + figures.ignored
        for share in (figures.acceptance, figures.answered_in_time, figures.followed_up_in_time):
            assert 0 <= share.part <= share.of


@given(HANDOFFS, st.sampled_from([By.TEAM, By.CAMPAIGN, By.SOURCE, By.PATH, By.POLICY]))
def test_groups_of_handoffs_add_up_to_all(handoffs: list[RecordedHandoff], by: By) -> None:
    asked = report(Records((), handoffs), Question(SPAN, by=by), {})

    for figure in ("mqls", "offered", "accepted", "rejected", "ignored", "unanswered", "withdrawn", "open", "waiting"):
        assert sum(getattr(group.figures, figure) for group in asked.groups) == getattr(asked.total, figure)


@given(HANDOFFS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), QUESTIONS)
def test_the_order_of_rows_does_not_matter(
    rows: tuple[list[RecordedHandoff], list[RecordedHandoff]], question: Question
) -> None:
    one, other = rows
    turned = [replace(recorded, offers=recorded.offers[::-1]) for recorded in other]

    assert report(Records((), one), question, {}) == report(Records((), turned), question, {})
