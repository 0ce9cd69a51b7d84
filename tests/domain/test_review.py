"""When the definition is looked at again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.governing.review import Due, Quarter, due, lacked_only, quarter_of, reviewers
from bot.policy_file import read
from tests.stories.conftest import ROOT

POLICY = read((ROOT / "tests/stories/policy.yml").read_text())
"""Berlin; Monday to Thursday from 09:00, Friday too; New Year's Day is a holiday."""
LONG_AGO = datetime(2026, 5, 4, tzinfo=UTC)
FIRST_QUARTER = Due(Quarter(2027, 1), datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))
"""Quarters begin at midnight in Berlin."""


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 12, 31), "2026Q4"),
        (date(2027, 1, 1), "2027Q1"),
        (date(2027, 3, 31), "2027Q1"),
        (date(2027, 4, 1), "2027Q2"),
    ],
)
def test_a_year_has_four_quarters(day: date, told: str) -> None:
    assert str(quarter_of(day)) == told


def test_the_quarter_before_the_first_is_the_last_of_the_year_before() -> None:
    assert [str(Quarter(2027, number).before) for number in (1, 2)] == ["2026Q4", "2027Q1"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), None),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), None),  # a holiday, and a weekend after it
        (datetime(2027, 1, 4, 7, 59, tzinfo=UTC), None),
        (datetime(2027, 1, 4, 8, 0, tzinfo=UTC), FIRST_QUARTER),
        (datetime(2027, 1, 14, 22, 59, tzinfo=UTC), FIRST_QUARTER),
        (datetime(2027, 1, 14, 23, 0, tzinfo=UTC), None),
        (datetime(2027, 2, 15, 12, 0, tzinfo=UTC), None),
    ],
)
def test_a_review_is_due_from_the_first_working_hour_of_a_quarter_for_two_weeks(
    now: datetime, expected: Due | None
) -> None:
    assert due(POLICY, LONG_AGO, now) == expected


@pytest.mark.parametrize(("days", "is_due"), [(29, False), (30, True)])
def test_a_policy_younger_than_thirty_days_is_not_reviewed_in_that_quarter(days: int, is_due: bool) -> None:
    first_hour = datetime(2027, 1, 4, 8, tzinfo=UTC)
    since = first_hour - timedelta(days=days)
    for now in (first_hour, first_hour + timedelta(days=9)):
        assert (due(POLICY, since, now) is not None) == is_due


def test_whoever_signs_reviews_and_else_the_admins() -> None:
    assert reviewers(POLICY) == ("marta@acme.example", "maya@acme.example")
    unsigned = POLICY.model_copy(update={"sign_off": type(POLICY.sign_off)()})
    assert reviewers(unsigned) == ("ola@acme.example",)


def test_what_alone_was_missing_is_counted() -> None:
    assert lacked_only([["Budget"], ["Budget"], ["Need", "Budget"], [], ["Need"]]) == (("Budget", 2), ("Need", 1))
