"""How the numbers look in Slack: every message must pass the workspace's own checks."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handoff import State
from bot.domain.numbers.cases import Received, RecordedHandoff, Records
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Question, Report, Scope, last_days, report, this_quarter
from bot.views.accounting import stats
from bot.views.accounting.figures import length
from bot.views.blocks import Message
from sandbox.blocks import accept_blocks
from tests.numbers.recorded import accepted, at, handoff, ignored, offered, rejected, waiting

LABELS = {
    (By.REP, "U0RITA01"): "Rita Ray",
    (By.REASON, "bad-timing"): "Not now",
    (By.PATH, "scored"): "Fit and engaged",
}
MANY = (
    *(accepted(over=2 + minutes / 60) for minutes in (0, 20, 40, 50)),
    *(accepted("U0RAVI01", campaign="autumn", over=2) for _ in range(4)),
    *(rejected() for _ in range(2)),
    rejected("U0RAVI01", campaign="autumn"),
    ignored("U0RAVI01", campaign="autumn"),
    offered(),
    waiting(),
)
EVERYTHING = Scope()
RECEIVED = (Received("spring", "webinar", 40), Received("autumn", "form", 20))


def ask(
    *handoffs: RecordedHandoff,
    received: tuple[Received, ...] = RECEIVED,
    by: By | None = None,
    scope: Scope = EVERYTHING,
    days: int = 30,
) -> Report:
    return report(Records(received, handoffs), Question(last_days(days, at(20)), scope, by), LABELS)


def table(message: Message) -> list[list[str]]:
    return [
        [cell["text"] for cell in row] for block in message.blocks if block["type"] == "table" for row in block["rows"]
    ]


def chart(message: Message) -> Any:
    return next((block for block in message.blocks if block["type"] == "data_visualization"), None)


def test_the_sentence_says_it_all() -> None:
    message = stats.numbers(ask(*MANY))

    assert message.text == "Sales accepted 67% of 12 decided leads in the last 30 days, and answered 85% in time."
    assert message.blocks[0]["text"]["text"] == message.text


def test_every_figure_stands_in_the_table() -> None:
    assert table(stats.numbers(ask(*MANY))) == [
        ["Figure", "The last 30 days"],
        ["Leads received", "60"],
        ["MQLs", "14"],
        ["Offered", "13"],
        ["Waiting for a rep", "1"],
        ["Accepted", "8"],
        ["Rejected", "3"],
        ["Ignored", "1"],
        ["Withdrawn", "0"],
        ["No answer yet", "2"],
        ["Open", "10"],
        ["Acceptance", "67% (8 of 12)"],
        ["Answered in time", "85% (11 of 13)"],
        ["Median time to accept", "1 h (of 8)"],
        ["Followed up in time", "0% (0 of 8)"],
        ["Offered in time by marketing", "93% (13 of 14)"],
        ["Rejected because", "Not now (3)"],
    ]


def test_by_rep_names_people_in_the_table_and_mentions_them_in_plain() -> None:
    asked = ask(*MANY, by=By.REP)

    assert table(stats.numbers(asked)) == [
        ["Rep", "Offered", "Accepted", "Rejected", "Ignored", "No answer yet", "Acceptance", "In time", "Median time",
         "Followed up in time"],
        ["Rita Ray", "7", "4", "2", "0", "1", "67% of 6", "86% of 7", "1 h 30 min (of 4)", "0 of 4"],
        ["U0RAVI01", "6", "4", "1", "1", "0", "67% of 6", "83% of 6", "1 h (of 4)", "0 of 4"],
    ]  # fmt: skip
    lines = stats.plain(asked).blocks[1]["elements"][0]["elements"]
    assert [line["elements"][0] for line in lines] == [
        {"type": "user", "user_id": "U0RITA01"},
        {"type": "user", "user_id": "U0RAVI01"},
    ]
    assert "".join(leaf["text"] for leaf in lines[0]["elements"][1:]) == (
        ": Offered 7 · Accepted 4 · Rejected 2 · Ignored 0 · No answer yet 1 · Acceptance 67% of 6 · In time 86% of 7"
        " · Median time 1 h 30 min (of 4) · Followed up in time 0 of 4"
    )


def test_a_chart_compares_acceptance_where_there_is_enough_to_compare() -> None:
    drawn = chart(stats.numbers(ask(*MANY, by=By.CAMPAIGN)))

    assert drawn["title"] == "Acceptance by campaign, percent"
    assert drawn["chart"]["series"][0]["data"] == [{"label": "spring", "value": 67}, {"label": "autumn", "value": 67}]


def test_else_a_chart_shows_why_leads_were_not_accepted() -> None:
    drawn = chart(stats.numbers(ask(*(rejected() for _ in range(3)), ignored(), ignored())))

    assert drawn["chart"]["series"][0]["data"] == [
        {"label": "Not now", "value": 3},
        {"label": "Nobody answered", "value": 2},
    ]
    assert chart(stats.numbers(ask(rejected(), ignored()))) is None


def test_bars_with_names_alike_are_told_apart() -> None:
    name = "a-campaign-with-a-very-long-name-"
    handoffs = [accepted(campaign=f"{name}{number}") for number in range(3) for _ in range(5)]

    drawn = chart(stats.numbers(ask(*handoffs, received=(), by=By.CAMPAIGN)))

    assert drawn["chart"]["axis_config"]["categories"] == [
        "a-campaign-with-a-v…",
        "a-campaign-with- 2",
        "a-campaign-with- 3",
    ]


HOW_THEY_COME = "Leads come in over HTTP, or from a spreadsheet with `baton import leads`."


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            ask(accepted(), rejected()),
            "Sales got 2 leads in the last 30 days; 2 decided, not enough data for a rate.",
        ),
        (ask(), "Sales got no leads in the last 30 days; 60 leads came in."),
        (ask(*MANY, scope=Scope(team="emea"), days=7), "Team emea accepted 67% of 12 decided leads in the last 7 days, "
         "and answered 85% in time."),
        (ask(*MANY, scope=Scope(rep="U0RITA01")), "<@U0RITA01> accepted 67% of 6 decided leads in the last 30 days, "
         "and answered 86% in time."),
        (ask(received=()), f"No leads in the last 30 days. Try `/leadstats 90d`. {HOW_THEY_COME}"),
        (
            ask(scope=Scope(team="us")),
            f"No leads for team us in the last 30 days. Try `/leadstats team us 90d`. {HOW_THEY_COME}",
        ),
        (
            ask(scope=Scope(rep="U0RITA01"), days=7),
            f"No leads were offered to <@U0RITA01> in the last 7 days. Try `/leadstats me 90d`. {HOW_THEY_COME}",
        ),
        (ask(received=(), days=90), f"No leads in the last 90 days. {HOW_THEY_COME}"),
        (
            report(Records(), Question(this_quarter(at(20))), {}),
            f"No leads in this quarter. Try `/leadstats 90d`. {HOW_THEY_COME}",
        ),
    ],
)  # fmt: skip
def test_the_sentence_for_every_kind_of_report(asked: Report, says: str) -> None:
    assert stats.numbers(asked).text == says
    assert stats.plain(asked).text == says


def test_too_many_groups_are_cut_and_counted() -> None:
    asked = ask(*(accepted(campaign=f"c-{number}") for number in range(35)), received=(), by=By.CAMPAIGN)

    message = stats.numbers(asked)

    assert len(table(message)) == 31
    assert message.blocks[-1]["elements"][0]["text"] == "5 more are not shown."
    assert len(stats.plain(asked).blocks[1]["elements"][0]["elements"]) == 30


def test_help_shows_the_usage() -> None:
    said = stats.help_().blocks[0]["text"]["text"]

    assert "`/leadstats [me|team NAME|all] [7d|30d|90d|quarter]" in said
    assert accept_blocks(stats.help_().blocks, ())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "under 1 min"), (29, "under 1 min"), (31, "1 min"), (3599, "1 h"), (4800, "1 h 20 min"), (90000, "25 h")],
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert length(seconds) == said


NASTY = st.sampled_from(
    ["<!channel>", "*bold*", "<https://evil.example|Acme>", "\u202eevil", "\x1b[31m", " ", "", "x" * 10_000, "🎉"]
) | st.text(max_size=30)


@given(st.lists(NASTY, min_size=1, max_size=40, unique=True), st.sampled_from([By.CAMPAIGN, By.SOURCE]))
def test_slack_takes_every_report_and_text_from_outside_stays_literal(names: list[str], by: By) -> None:
    handoffs = [handoff(State.WAITING, campaign=name, source=name) for name in names]
    asked = ask(*handoffs, received=tuple(Received(name, name, 1) for name in names), by=by)

    for message in (stats.numbers(asked), stats.plain(asked)):
        assert accept_blocks(message.blocks, ())
        written = json.dumps([block for block in message.blocks if block["type"] == "section"]) + message.text
        assert not any(mark in written for mark in ("<!", "evil", "*bold*", "\\u202e", "\\u001b"))
        assert "\\u202e" not in json.dumps(message.blocks)
        assert "\\u001b" not in json.dumps(message.blocks)


@pytest.mark.parametrize("by", [None, *By])
@pytest.mark.parametrize("scope", [Scope(), Scope(team="emea"), Scope(rep="U0RITA01")])
def test_slack_takes_every_kind_of_report(by: By | None, scope: Scope) -> None:
    for asked in (ask(*MANY, by=by, scope=scope), ask(by=by, scope=scope), ask(received=(), by=by, scope=scope)):
        assert accept_blocks(stats.numbers(asked).blocks, ())
        assert accept_blocks(stats.plain(asked).blocks, ())
