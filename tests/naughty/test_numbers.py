"""Names of campaigns, reasons and people in the numbers, and whatever is typed after a command: words, never markup."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.handoff import Refusal
from bot.domain.numbers.cases import Received, RecordedHandoff, Records
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Question, Report, Scope, last_days, report
from bot.domain.numbers.stats_request import parse
from bot.views.accounting import stats
from bot.views.deciding.modals import said
from sandbox.blocks import accept_blocks, accept_view
from tests.numbers.recorded import accepted, at, ignored, rejected
from tests.views.test_hostile import NASTY, assert_harmless, refuse_markup, written

REPS = ("U0RITA", "U0RAVI", "U0MARTA")
GROUPS = 40
"""More than are shown."""


def recorded(texts: Iterator[str]) -> Iterator[RecordedHandoff]:
    """Every way to end, each with names of its own, often enough for rates and charts."""
    for number in range(GROUPS):
        called: dict[str, Any] = {
            "campaign": next(texts),
            "source": next(texts),
            "path": next(texts),
            "team": next(texts),
            "criteria": (next(texts), next(texts)),
        }
        rep = REPS[number % len(REPS)]
        no = rejected(rep, **called)
        reasoned = (replace(no.offers[0], reason=next(texts)),)
        yield from (*[accepted(rep, **called)] * 5, ignored(rep, **called), replace(no, offers=reasoned))


def reports(texts: Iterator[str]) -> Iterator[Report]:
    handoffs = tuple(recorded(texts))
    records = Records((Received(next(texts), next(texts), 3),), handoffs)
    labels = {(by, key): next(texts) for by in By for key in (*REPS, "bad-timing", "scored", "1")}
    for scope in (Scope(), Scope(rep="U0RITA"), Scope(team="emea")):
        for by in (None, *By):
            yield report(records, Question(last_days(30, at(20)), scope, by), labels)


@settings(max_examples=6, deadline=None)
@given(st.lists(written, min_size=5, max_size=40))
def test_no_name_in_the_numbers_ever_acts_or_is_too_long(texts: list[str]) -> None:
    for asked in reports(cycle(texts)):
        for shown in (stats.numbers(asked), stats.plain(asked)):
            accept_blocks(shown.blocks, [])
            refuse_markup(shown)
            assert_harmless(shown.text)
            assert 0 < len(shown.text) < 300


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(("me", "all", "team", "by", "7d", "share")) | written, max_size=6).map(" ".join))
def test_whatever_is_typed_after_a_command_is_not_said_back_as_markup(text: str) -> None:
    asked = parse(text)
    if isinstance(asked, Refusal):
        assert_harmless(asked.words)
        assert len(asked.words) < 1000


@pytest.mark.parametrize("text", NASTY)
def test_words_of_a_refusal_are_shown_in_a_window_slack_takes(text: str) -> None:
    view = said(text or "-", f"{text} <@U0RITA> already has this lead.")
    accept_view(view, "modal", [])
    shown = view["blocks"][0]["text"]["text"]
    assert_harmless(shown.replace("<@U0RAVI>", ""))
