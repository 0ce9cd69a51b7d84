"""What `/leadstats` understands, and what it says when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handoff import Refusal
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats_request import USAGE, Period, Request, no_team, parse
from tests.numbers.recorded import at


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Request()),
        ("all 30d", Request()),
        ("me", Request(mine=True)),
        ("7d ME", Request(mine=True, period=Period.WEEK)),
        ("by rep quarter team emea", Request(team="emea", period=Period.QUARTER, by=By.REP)),
        ("team me 90d", Request(team="me", period=Period.THREE_MONTHS)),
        ("  share   by CAMPAIGN ", Request(by=By.CAMPAIGN, share=True)),
        ("me 7d 7d me", Request(mine=True, period=Period.WEEK)),
        ("help", Request(help=True)),
        *((f"by {by}", Request(by=by)) for by in By),
    ],
)
def test_words_in_any_order(text: str, request_: Request) -> None:
    assert parse(text) == request_


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tema emea", "I do not know `tema`. Did you mean `team`?"),
        ("30days", "I do not know `30days`. Did you mean `30d`?"),
        ("by champaign", "I do not know `champaign`. Did you mean `campaign`?"),
        ("xyzzy", "I do not know `xyzzy`."),
        ("<!channel>", "I did not understand that."),
        ("me all", "Choose one of `me`, `team NAME` and `all`."),
        ("team emea team us", "Choose one of `me`, `team NAME` and `all`."),
        ("7d quarter", "Choose one period."),
        ("by rep by team", "Choose one thing to divide the numbers by."),
        ("by", "By what? Write one of the words after `by`."),
        ("team", "Which team? Write its short name after `team`."),
        ("team <@U1>", "Which team? Write its short name after `team`."),
    ],
)
def test_what_is_not_understood_shows_what_is(text: str, says: str) -> None:
    assert parse(text) == Refusal(f"{says}\n{USAGE}")


def test_usage_names_every_word() -> None:
    assert USAGE == (
        "`/leadstats [me|team NAME|all] [7d|30d|90d|quarter] "
        "[by rep|team|campaign|source|reason|path|criterion|policy|grade|origin|promise|side] [share] [help]`"
    )


@given(st.text(max_size=80))
def test_nothing_that_is_typed_becomes_markup(text: str) -> None:
    answer = parse(text)

    assert isinstance(answer, Request) or not set("<>&") & set(answer.words)


@pytest.mark.parametrize(
    ("teams", "says"),
    [
        (("emea", "us"), "There is no team `eme`. Did you mean `emea`?"),
        (("north", "us"), "There is no team `eme`. Teams: `north`, `us`."),
        ((), "There are no teams yet. They come with the policy; see `/lead help`."),
    ],
)
def test_an_unknown_team_is_told_which_there_are(teams: tuple[str, ...], says: str) -> None:
    assert no_team("eme", teams) == Refusal(says)


@pytest.mark.parametrize(
    ("period", "days", "words"),
    [
        (Period.WEEK, 7, "the last 7 days"),
        (Period.MONTH, 30, "the last 30 days"),
        (Period.THREE_MONTHS, 90, "the last 90 days"),
        (Period.QUARTER, 32.375, "this quarter"),
    ],
)
def test_periods_end_now(period: Period, days: float, words: str) -> None:
    span = period.span(at(0))

    assert (span.since, span.until, span.words) == (at(-24 * days), at(0), words)
