"""What happens once a rep has a lead: attempts, waiting for the prospect, what became of it, and leads left alone."""

from datetime import UTC, datetime

import pytest

from tests.stories.conftest import ANA, EMEA, MARKETING, MARTA, MAYA, RAVI, RITA, ROOT, Story

SIGNED = "sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n"
POLICY = (ROOT / "tests/stories/policy.yml").read_text().replace(SIGNED, "")
FOLLOW_UP = (
    "follow_up: {within: same business day, ladder: [{at: 100%, do: remind}, {at: 150%, do: escalate, to: manager}]}"
)
LADDER = "ladder: [{at: 100%, do: remind}, {at: 150%, do: escalate, to: manager}, {at: 300%, do: reassign}]"
PROMISES = (
    f"follow_up: {{within: 4 business hours, {LADDER}}}\n"
    "    attempts: {count: 3, within: 12 business hours}\n"
    "    pause: 2 business days"
)
WORKING = POLICY.replace(FOLLOW_UP, PROMISES)
assert SIGNED not in POLICY
assert PROMISES in WORKING


@pytest.fixture
async def working(lawless: Story) -> Story:
    """Three attempts in twelve hours are promised; Rita has accepted Ana."""
    await lawless.apply_policy(WORKING)
    await lawless.lead()
    await lawless.press_in_dm(RITA, "Accept")
    return lawless


async def test_attempts_are_counted_until_all_are_made_and_automatic_replies_count_for_nothing(working: Story) -> None:
    story = working
    await story.press_in_dm(RITA, "Called, no answer")
    told = (await story.card(RITA)).plain()
    assert "Call, no answer" in told
    assert "Attempt 2 of 3 by " in told

    await story.press_in_dm(RITA, "Log follow-up")
    assert (await story.submit(RITA, how="email", outcome="automatic_reply", note="Back on Monday")).closed
    reply = {
        "lead": {"email": ANA["email"]},
        "id": "r-1",
        "kind": "email_automatic_reply",
        "at": "2026-11-20T09:00:00Z",
    }
    at = "2026-11-20T09:00:00Z"
    assert (await story.send("signals", {**reply, "at": at})).status_code == 202
    assert "Attempt 2 of 3" in (await story.card(RITA)).plain()
    (team_sees,) = await story.slack.messages(MARTA, EMEA)
    assert "automatic reply" in team_sees.plain()
    assert "Back on Monday" not in str(team_sees)

    await story.until(
        datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    )  # 5 hours on Friday, 7 on Monday, an hour of lunch between
    assert len(await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)) == 1
    await story.until(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert len(await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)) == 2
    assert "Attempt 2 of 3 overdue" in (await story.card(RITA)).plain()

    for _ in range(2):
        await story.press_in_dm(RITA, "Called, no answer")
    assert "Attempt" not in (await story.card(RITA)).plain()
    posted = await story.posted()
    await story.pass_time(days=7)
    assert await story.posted() == posted


async def test_whoever_reaches_the_lead_has_done_what_was_promised(working: Story) -> None:
    await working.press_in_dm(RITA, "Called, reached")

    assert "Call, reached them" in (await working.card(RITA)).plain()
    posted = await working.posted()
    await working.pass_time(days=7)
    assert await working.posted() == posted
    assert working.answers.said == []


async def test_the_clock_stands_still_while_the_rep_waits_and_goes_on_by_itself(working: Story) -> None:
    story = working
    await story.press_in_dm(RITA, "Wait for prospect")
    assert list((await story.submit(RITA, detail="At a fair")).errors) == ["until"]
    assert (await story.submit(RITA, until="2026-11-24", detail="At a fair")).closed
    told = (await story.card(RITA)).plain()
    assert "Waiting for the prospect until" in told
    assert "At a fair" in told
    (team_sees,) = await story.slack.messages(MARTA, EMEA)
    assert "Waiting for the prospect until" in team_sees.plain()
    assert "At a fair" not in str(team_sees)

    posted = await story.posted()
    await story.until(datetime(2026, 11, 24, 7, 59, tzinfo=UTC))
    assert await story.posted() == posted
    await story.until(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    (_, over) = await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)
    assert "is over: your first follow-up is due by" in over.plain()
    assert await story.dm(MARTA) == []

    await story.until(datetime(2026, 11, 24, 11, 59, tzinfo=UTC))  # lunch begins at 12:30 in Berlin
    assert len(await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)) == 2
    await story.until(datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
    assert len(await story.slack.dm_messages(RITA, (await story.card(RITA)).ts)) == 3


async def test_nobody_waits_longer_in_all_than_was_agreed_or_without_need(working: Story) -> None:
    """Two business days were agreed: one on Friday and Monday morning, so there is less left on Monday."""
    story = working
    await story.press_in_dm(RITA, "Wait for prospect")
    too_long = await story.submit(RITA, until="2026-11-25")
    assert too_long.view
    assert "the longest that was agreed" in too_long.view.plain()

    await story.press_in_dm(RITA, "Wait for prospect")
    assert (await story.submit(RITA, until="2026-11-24")).closed
    await story.until(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    await story.press_in_dm(RITA, "Go on")
    assert "First follow-up by" in (await story.card(RITA)).plain()

    await story.press_in_dm(RITA, "Wait for prospect")
    again = await story.submit(RITA, until="2026-11-25")
    assert again.view
    assert "the longest that was agreed" in again.view.plain()
    await story.press_in_dm(RITA, "Wait for prospect")
    assert (await story.submit(RITA, until="2026-11-24")).closed

    await story.press_in_dm(RITA, "Log follow-up")
    await story.submit(RITA, how="call", outcome="no_answer")
    assert "Attempt 2 of 3" in (await story.card(RITA)).plain()


async def test_what_became_of_a_lead_is_told_from_the_card_even_years_later(working: Story) -> None:
    story = working
    await story.press_in_dm(RITA, "Opportunity")
    assert list((await story.submit(RITA, amount="12000")).errors) == ["currency"]
    assert list((await story.submit(RITA, amount="12000", currency="€")).errors) == ["currency"]
    assert list((await story.submit(RITA, currency="eur", day="2026-11-21")).errors) == ["day"]
    assert (await story.submit(RITA, day="2026-11-20")).closed
    told = (await story.card(RITA)).plain()
    assert "Opportunity" in told
    assert "12,000 EUR" in told
    assert "Undo" not in (await story.card(RITA)).buttons()
    heard = [message.plain() for message in await story.slack.messages(MAYA, MARKETING)]
    assert heard[-1] == f"Opportunity: Ana Silva at Acme Logistics, 12,000 EUR, with <@{RITA}>."

    posted = await story.posted()
    await story.pass_time(days=700)
    assert await story.posted() == posted
    await story.press_in_dm(RITA, "Won")
    assert (await story.submit(RITA, amount="13500.5", currency="EUR", day="2028-10-01")).closed
    assert "13,500.50 EUR" in (await story.card(RITA)).plain()
    again = await story.send("leads", {**ANA, "title": "COO"})
    assert again.json()["stage"] == "won"


async def test_a_lost_lead_needs_a_reason_is_told_once_and_may_be_won_after_all(working: Story) -> None:
    story = working
    await story.press_in_dm(RITA, "Lost")
    assert list((await story.submit(RITA)).errors) == ["because"]
    assert (await story.submit(RITA, because="competitor", detail="Contoso, says ana.silva@acme.example")).closed
    told = (await story.card(RITA)).plain()
    assert "Chose somebody else: Contoso" in told
    assert "Lost" not in (await story.card(RITA)).buttons()
    (team_sees,) = await story.slack.messages(MARTA, EMEA)
    assert "Lost" in team_sees.plain()
    assert "Contoso" not in str(team_sees)
    heard = [message.plain() for message in await story.slack.messages(MAYA, MARKETING)]
    assert heard[-1] == f"Lost: Ana Silva at Acme Logistics, with <@{RITA}>. “Chose somebody else: Contoso, says …”"

    await story.press_in_dm(RITA, "Won")
    assert (await story.submit(RITA)).closed
    sent = await story.send("leads", {**ANA, "title": "COO"})
    assert sent.json()["stage"] == "won"


async def test_an_accepted_lead_left_alone_is_taken_back_and_the_next_rep_sees_what_was_tried(working: Story) -> None:
    story = working
    await story.press_in_dm(RITA, "Log follow-up")
    await story.submit(RITA, how="call", outcome="no_answer", note="Her assistant says Monday")
    (card,) = await story.dm(RITA)

    await story.until(datetime(2026, 11, 26, 16, 0, tzinfo=UTC))

    ravi = await story.card(RAVI)
    assert "Accept" in ravi.buttons()
    assert "Tried so far" in ravi.plain()
    assert "Her assistant says Monday" in ravi.plain()
    assert "because you had logged nothing in time" in (await story.card(RITA)).plain()
    thread = await story.slack.dm_messages(RITA, card.ts)
    assert f"was given to <@{RAVI}>, because no follow-up was logged in time." in thread[-1].plain()
    (team_sees,) = await story.slack.messages(MARTA, EMEA)
    assert "Call, no answer" in team_sees.plain()
    assert "Her assistant" not in str(team_sees)

    await story.press_in_dm(RAVI, "Reject")
    await story.submit(RAVI, reason="not-mine")
    assert "Reassign" in (await story.card(MARTA)).buttons()
    assert await story.slack.messages(MAYA, MARKETING)
