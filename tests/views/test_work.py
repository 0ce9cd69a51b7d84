"""What a card says once somebody has the lead: what is expected next, what was done, what became of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.handoff import Agreement, State
from bot.domain.lead import Stage
from bot.domain.policy import Policy
from bot.domain.story import FollowUp, Outcome, Story
from bot.views.cards import card
from bot.views.deciding import work_notices
from tests.views import samples
from tests.views.reading import buttons, read
from tests.views.samples import NOW, RAVI, RITA, RULES, story

FOUR = Policy.model_validate({
    **RULES.model_dump(mode="json"),
    "sla": {
        "default": {
            "follow_up": {"within": "4 hours", "ladder": [{"at": "100%", "do": "remind"}]},
            "attempts": {"count": 4, "within": "8 hours"},
        }
    },
})  # fmt: skip
CALLED, MAILED = (FollowUp(RITA, NOW, "call", "no_answer", "Voicemail"), FollowUp(RITA, NOW, "email", "other", None))


def trying(attempts: int, hours: float) -> Story:
    """So many attempts made, when so many of the eight hours are over."""
    began = NOW - timedelta(hours=hours)
    clock: dict[str, Any] = {
        "clock_from": began,
        "deadline_at": began + timedelta(hours=8),
        "touched_at": began,
        "attempts": attempts,
    }
    return replace(story(State.ACCEPTED, undo=None, **clock), agreement=Agreement(FOUR, FOUR))


WON = Outcome("won", NOW, 12000, "EUR")


def sold(*outcomes: Outcome) -> Story:
    return replace(story(State.ACCEPTED, followed_up_at=NOW, due_at=None, undo=None), outcomes=outcomes)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (trying(1, 1), "Attempt 2 of 4 by {20 Nov 19:10 UTC}, all by {20 Nov 23:10 UTC}."),
        (trying(1, 5), "Attempt 2 of 4 was expected {20 Nov 15:10 UTC}, all by {20 Nov 19:10 UTC}."),
        (trying(3, 1), "Attempt 4 of 4 by {20 Nov 23:10 UTC}."),
        (trying(2, 9), "Attempt 3 of 4 overdue since {20 Nov 15:10 UTC}."),
        (samples.waiting_for_the_prospect("Fair"), "Waiting for the prospect until {24 Nov 16:10 UTC}. “Fair”"),
        (sold(WON), "Won {20 Nov}, 12,000 EUR."),
        (sold(Outcome("opportunity", NOW, 99.5, "USD")), "Opportunity {20 Nov}, 99.50 USD."),
        (sold(Outcome("lost", NOW, reason="Price: too high")), "Lost {20 Nov}. “Price: too high”"),
    ],
)
def test_the_owner_reads_what_is_expected_or_what_became_of_it(shown: Story, told: str) -> None:
    assert told in read(card.dm(shown, RITA, NOW)).split("\n")


def test_the_newest_touches_stand_first_and_notes_are_for_the_owner() -> None:
    shown = replace(story(State.ACCEPTED), follow_ups=(CALLED, CALLED, CALLED, MAILED))
    own = [line for line in read(card.dm(shown, RITA, NOW)).split("\n") if "Followed up" in line]
    assert own == [
        "Followed up {20 Nov 16:10 UTC}: E-mail, something else.",
        "Followed up {20 Nov 16:10 UTC}: Call, no answer. “Voicemail”",
        "Followed up {20 Nov 16:10 UTC}: Call, no answer. “Voicemail”",
    ]
    assert "and 1 more" in read(card.dm(shown, RITA, NOW))
    assert "Voicemail" not in read(card.channel(shown, NOW))


def test_whoever_is_offered_the_lead_next_reads_what_was_tried() -> None:
    shown = replace(story(owner=RAVI), follow_ups=(CALLED,))
    assert f"Call, no answer, {{20 Nov 16:10 UTC}} by @{RITA} “Voicemail”" in read(card.dm(shown, RAVI, NOW))
    assert "Voicemail" not in read(card.channel(shown, NOW))


LOGS = ["Called, reached", "Called, no answer", "Log follow-up", "Wait for prospect"]
STATUS = ["Opportunity", "Won", "Lost"]


@pytest.mark.parametrize(
    ("shown", "offered"),
    [
        (story(State.ACCEPTED), [*LOGS, *STATUS]),
        (samples.waiting_for_the_prospect(), ["Go on", "Log follow-up", *STATUS]),
        (samples.followed_up(), ["Log follow-up", *STATUS]),
        (replace(sold(WON), stage=Stage.OPPORTUNITY), ["Log follow-up", "Won", "Lost"]),
        (replace(sold(WON), stage=Stage.WON), ["Log follow-up", "Lost"]),
        (replace(sold(WON), stage=Stage.LOST), ["Log follow-up", "Opportunity", "Won"]),
    ],
)
def test_the_buttons_are_those_that_may_be_needed(shown: Story, offered: list[str]) -> None:
    pressed = buttons(card.dm(shown, RITA, NOW))
    assert [label for label in pressed if label in {*LOGS, *STATUS, "Go on"}] == offered
    assert not {*LOGS, *STATUS, "Go on"} & set(buttons(card.channel(shown, NOW)))


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (story(owner=RAVI), f"Ana Silva at Acme was given to @{RAVI}, because no follow-up was logged in time."),
        (
            story(State.WAITING, pooled_at=NOW),
            "Ana Silva at Acme was opened to the whole team, because no follow-up was logged in time.",
        ),
        (
            story(State.RECYCLED, decided_by=None),
            "Ana Silva at Acme went back to marketing, because no follow-up was logged in time.",
        ),
        (story(owner=RITA), "Ana Silva at Acme is yours again."),
    ],
)
def test_whoever_left_a_lead_alone_reads_where_it_went(shown: Story, told: str) -> None:
    assert read(work_notices.taken_back(shown, RITA)) == told


def test_an_older_outcome_keeps_its_own_words() -> None:
    both = sold(WON, Outcome("opportunity", NOW, 9000, "EUR"))
    assert (
        read(work_notices.outcome(both, "opportunity")) == f"Opportunity: Ana Silva at Acme, 9,000 EUR, with @{RITA}."
    )
    assert read(work_notices.outcome(both, "won")) == f"Won: Ana Silva at Acme, 12,000 EUR, with @{RITA}."


def test_a_currency_as_another_system_writes_it_takes_little_room() -> None:
    wordy = sold(Outcome("won", NOW, 1.5, "x" * 80))
    assert read(work_notices.outcome(wordy, "won")) == f"Won: Ana Silva at Acme, 1.50 xxxxxxxxx…, with @{RITA}."
