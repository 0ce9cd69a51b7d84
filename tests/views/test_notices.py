"""Reminders, escalations, and what marketing hears."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.handoff import State
from bot.domain.story import PastOffer, Story
from bot.views.deciding import escalations, notices
from tests.views import samples
from tests.views.reading import button_fields, buttons, dump, read
from tests.views.samples import EMAIL, MARTA, NOW, RAVI, RITA, story

AT = "{20 Nov 16:10 UTC}"
IGNORED = story(State.RECYCLED, decided_by=None, decided_at=None, undo=None, reason=None, detail=None)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (
            story(),
            "Your answer for Ana Silva at Acme is due in 3 hours, {20 Nov 19:10 UTC}. Accept "
            "or reject it on the card above.",
        ),
        (
            story(deadline_at=NOW),
            f"Your answer for Ana Silva at Acme was due {AT}. Accept or reject it on the card above.",
        ),
        (
            story(State.ACCEPTED),
            "Your first follow-up with Ana Silva at Acme is due in 3 hours, {20 Nov 19:10 UTC}. "
            "Log it here, or on the card above.",
        ),
        (
            story(State.ACCEPTED, touched_at=NOW, attempts=1),
            "Your next attempt to reach Ana Silva at Acme is due in 3 hours, {20 Nov 19:10 UTC}. "
            "Log it here, or on the card above.",
        ),
    ],
)
def test_a_reminder_names_what_is_due_when(shown: Story, told: str) -> None:
    reminder = notices.reminder(shown, NOW, shown.handoff.turn)
    calls = ["Called, reached", "Called, no answer"] if shown.handoff.state is State.ACCEPTED else []
    assert read(reminder).split("\n") == [told, *calls]
    assert buttons(reminder) == calls


def test_a_reminder_of_what_waits_for_the_prospect_asks_for_nothing() -> None:
    reminder = notices.reminder(samples.waiting_for_the_prospect(), NOW, 1)
    assert read(reminder) == "Ana Silva at Acme: waiting for the prospect until {24 Nov 16:10 UTC}."


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(seconds=20), "is due in 1 minute, {20 Nov 16:10 UTC}"),
        (timedelta(minutes=30), "is due in 30 minutes, {20 Nov 16:40 UTC}"),
        (timedelta(minutes=89), "is due in 89 minutes, {20 Nov 17:39 UTC}"),
        (timedelta(hours=2), "is due in 2 hours, {20 Nov 18:10 UTC}"),
        (timedelta(hours=13), "is due {21 Nov 05:10 UTC}"),
        (timedelta(0), "was due {20 Nov 16:10 UTC}"),
    ],
)
def test_a_warning_says_how_much_time_is_left_and_turns_when_it_is_over(left: timedelta, told: str) -> None:
    shown = story(deadline_at=NOW + left)
    for notice in (notices.reminder(shown, NOW, 1), notices.nudge(shown, NOW, 1)):
        assert told in read(notice)
        assert notice.refresh_at == (NOW + left if left else None)


def test_a_mention_names_whoever_has_the_lead_in_the_thread_of_the_teams_card() -> None:
    assert read(notices.nudge(story(), NOW, 1)) == (
        f"@{RITA}, your answer for Ana Silva at Acme is due in 3 hours, {{20 Nov 19:10 UTC}}."
    )
    accepted = notices.nudge(story(State.ACCEPTED), NOW, 1)
    assert read(accepted).startswith(f"@{RITA}, your first follow-up with Ana Silva at Acme is due in 3 hours, ")


def test_of_what_is_open_to_all_the_team_is_asked() -> None:
    shown = story(State.WAITING, pooled_at=NOW, deadline_at=NOW)
    assert read(notices.nudge(shown, NOW, 1)) == (
        f"Who takes Ana Silva at Acme? An answer was due {AT}. Accept it on the card above."
    )


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (
            story(step=2, deadline_at=NOW),
            f"No answer yet: Ana Silva at Acme\n@{RITA} has had it since {{20 Nov 15:10 UTC}} and has not touched the "
            f"card.\nIt was due {AT}.",
        ),
        (
            replace(story(step=2, deadline_at=NOW), opened_at=NOW),
            f"No answer yet: Ana Silva at Acme\n@{RITA} has had it since {{20 Nov 15:10 UTC}}, has opened it and has "
            f"not answered.\nIt was due {AT}.",
        ),
        (
            story(State.ACCEPTED, step=1),
            f"No follow-up yet: Ana Silva at Acme\n@{RITA} accepted it {AT} and has not followed up.\n"
            "It is due {20 Nov 19:10 UTC}.",
        ),
        (story(State.WAITING, ask_manager=True), "No rep yet: Ana Silva at Acme\nNobody can take it."),
        (story(State.WAITING), "No rep yet: Ana Silva at Acme\nNobody is on shift to take it."),
    ],
)
def test_an_escalation_says_what_is_missing_and_can_be_acted_on(shown: Story, told: str) -> None:
    escalation = escalations.escalation(shown, NOW, shown.handoff.turn)
    assert read(escalation).startswith(told + "\n")
    waits = shown.handoff.state is State.WAITING
    assert buttons(escalation) == ["Reassign", *([] if waits else ["Extend"]), "Take over"]
    assert button_fields(escalation, "action_id") == ["reassign", *([] if waits else ["extend"]), "take_over"]
    assert set(button_fields(escalation, "value")) == {"h-1"}
    more = "Reassign, extend or take over."
    assert escalation.text.endswith("Reassign it or take it over." if waits else more)


def test_an_escalation_tells_who_had_the_lead_before() -> None:
    offers = (
        PastOffer(RITA, NOW - timedelta(hours=4), "missed"),
        PastOffer(RAVI, NOW - timedelta(hours=2), "rejected"),
    )
    shown = read(escalations.escalation(replace(story(), past_offers=offers), NOW, turn=1)).split("\n")
    assert f"• @{RITA} did not answer, offered {{20 Nov 12:10 UTC}}" in shown
    assert f"• @{RAVI} turned it down, offered {{20 Nov 14:10 UTC}}" in shown


EARLIER = -1
"""The turn of somebody who had the lead before."""


def test_a_notice_is_over_once_somebody_else_has_the_lead() -> None:
    shown = story(owner=RAVI)
    for notice in (
        notices.reminder(shown, NOW, EARLIER),
        notices.nudge(shown, NOW, EARLIER),
        escalations.escalation(shown, NOW, EARLIER),
        escalations.escalation_line(shown, EARLIER),
    ):
        assert read(notice) == f"Sorted: Ana Silva at Acme is with @{RAVI} now."
        assert buttons(notice) == []


TAKEN_OVER = replace(
    story(State.ACCEPTED, owner=MARTA, decided_by=MARTA, undo=None),
    past_offers=(PastOffer(RITA, NOW - timedelta(hours=1), "taken over"),),
)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (story(State.ACCEPTED), f"@{RITA} accepted it {AT}."),
        (samples.followed_up(), f"@{RITA} accepted it {AT}."),
        (TAKEN_OVER, f"@{MARTA} took it over {AT}."),
        (story(State.RECYCLED), f"@{RITA} sent it back to marketing {AT}."),
        (IGNORED, f"Nobody answered, so it went back to marketing {AT}."),
        (story(State.DISQUALIFIED), f"@{RITA} disqualified it {AT}."),
        (story(State.WITHDRAWN), f"It was withdrawn {AT}."),
    ],
)
def test_an_escalation_that_is_sorted_says_how_and_has_no_buttons(shown: Story, told: str) -> None:
    for notice in (escalations.escalation(shown, NOW, EARLIER), escalations.escalation_line(shown, EARLIER)):
        assert read(notice) == f"Sorted: Ana Silva at Acme. {told}"
        assert buttons(notice) == []


def test_the_escalations_channel_gets_the_essence() -> None:
    notice = escalations.escalation_line(story(step=2), turn=1)
    assert read(notice) == (
        f"No answer yet: Ana Silva at Acme.\n@{RITA} has had it since {{20 Nov 15:10 UTC}} and has not touched the "
        "card."
    )
    assert buttons(notice) == []


def test_marketing_learns_why_a_lead_came_back() -> None:
    refused = story(State.RECYCLED, reason="wrong-person", disputed="authority", detail="She left in May.")
    shown = notices.returned(replace(refused, cool_off_until=NOW + timedelta(days=30)), NOW)
    assert read(shown).split("\n") == [
        "Back from sales: Ana Silva at Acme",
        f"Not a decision maker, says @{RITA} {AT}.",
        "Disputed: Has authority. “She left in May.”",
        "It may come back after {20 Dec 16:10 UTC}.",
        "Acme · Manufacturing · 450 people · CA, US",
        "Fit and engaged: fit 50 (40 needed), engagement 40 (30 needed).",
        "Handed over because",
        "• Has authority: VP Operations (disputed)",
        "• Business e-mail, {20 Nov}, verified",
        "• Phone known",
        "• Came back to pricing: 3 × page view in 7 days, last acme.example/pricing, {20 Nov}",
        "From webinar, campaign spring-webinar",
    ]
    assert shown.text.startswith(f"Back from sales: Ana Silva at Acme. Not a decision maker, says <@{RITA}> <!date^")


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (
            story(State.DISQUALIFIED),
            f"Disqualified by sales: Ana Silva at Acme\nAlready a customer, says @{RITA} {AT}.",
        ),
        (IGNORED, f"Back from sales: Ana Silva at Acme\nNobody answered in time, so it came back {AT}."),
    ],
)
def test_marketing_learns_of_disqualified_and_ignored_leads(shown: Story, told: str) -> None:
    assert read(notices.returned(shown, NOW)).startswith(told + "\n")


def test_a_rejection_that_was_undone_is_taken_back() -> None:
    shown = notices.returned(story(), NOW)
    assert read(shown) == f"Taken back: Ana Silva at Acme is with @{RITA} again."


def test_marketing_hears_of_an_acceptance_in_one_quiet_line() -> None:
    shown = notices.accepted(story(State.ACCEPTED), NOW)
    assert [block["type"] for block in shown.blocks] == ["context"]
    assert shown.text.startswith(f"<@{RITA}> accepted Ana Silva at Acme <!date^")
    assert read(shown) == shown.text


def test_an_acceptance_that_was_undone_is_taken_back() -> None:
    assert read(notices.accepted(story(), NOW)) == "The acceptance of Ana Silva at Acme was taken back."


@pytest.mark.parametrize("state", State)
def test_no_notice_holds_contact_details(state: State) -> None:
    shown = story(state, detail=f"Write to {EMAIL} or call 001 (415) 555-0100", decided_by=RITA)
    for notice in (
        notices.reminder(shown, NOW, shown.handoff.turn),
        notices.nudge(shown, NOW, shown.handoff.turn),
        escalations.escalation(shown, NOW, shown.handoff.turn),
        escalations.escalation_line(shown, shown.handoff.turn),
        notices.returned(shown, NOW),
        notices.accepted(shown, NOW),
    ):
        assert EMAIL not in dump(notice)
        assert "0100" not in dump(notice)
