"""What time brings: openings, rungs, downtime, and leads that come back."""

from datetime import UTC, datetime

from tests.stories.conftest import ANA, ANSWERS, EMEA, ESCALATIONS, MARKETING, MARTA, MAYA, RAVI, RITA, ROOT, Story

MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def test_a_lead_that_comes_after_hours_waits_and_is_offered_at_opening(story: Story) -> None:
    await story.pass_time(hours=6)
    await story.lead()
    assert await story.dm(RITA) == []
    (waiting,) = await story.slack.messages(MARTA, EMEA)
    assert "Accept" not in waiting.buttons()

    await story.pass_time(hours=64, minutes=59)
    assert await story.dm(RITA) == []
    await story.pass_time(minutes=1)

    assert story.clock.at == MONDAY_9
    assert (await story.card(RITA)).buttons() == ANSWERS
    (offered,) = await story.slack.messages(MARTA, EMEA)
    assert offered.buttons() == ["Accept", "Reject"]


async def test_nobody_answers_so_the_lead_goes_round_and_back_to_marketing(story: Story) -> None:
    """Of 4 business hours: reminded at 2, manager at 4, the next rep at 6, with marketing 12 after the first offer."""
    await story.lead()
    thread = (await story.card(RITA)).ts

    await story.until(datetime(2026, 11, 20, 12, 59, tzinfo=UTC))
    assert len(await story.slack.dm_messages(RITA, thread)) == 2
    assert await story.dm(MARTA) == []
    await story.until(datetime(2026, 11, 20, 13, 0, tzinfo=UTC))
    assert len(await story.dm(MARTA)) == 1
    assert len(await story.slack.messages(MARTA, ESCALATIONS)) == 1

    await story.until(datetime(2026, 11, 23, 8, 59, tzinfo=UTC))  # Friday closed at 15:00, after 5 of the 6 hours
    assert await story.dm(RAVI) == []
    await story.until(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert (await story.card(RAVI)).buttons() == ANSWERS
    assert (await story.card(RITA)).buttons() == []

    await story.until(datetime(2026, 11, 23, 15, 59, tzinfo=UTC))  # an hour of lunch lies between
    assert await story.slack.messages(MAYA, MARKETING) == []
    await story.until(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    (returned,) = await story.slack.messages(MAYA, MARKETING)
    assert "Ana Silva" in returned.text
    assert (await story.card(RAVI)).buttons() == []
    posted = await story.posted()
    await story.pass_time(days=7)
    assert len(await story.slack.messages(MAYA, MARKETING, returned.ts)) == 2, "marketing is reminded of its answer"
    assert await story.posted() == posted + 1


async def test_a_returned_lead_qualifies_again_only_on_new_evidence_and_after_its_cool_off(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    again = {"lead": {"email": ANA["email"]}, "kind": "webinar_attended"}

    await story.pass_time(days=10)
    sent = await story.send("signals", {**again, "id": "w-2", "at": "2026-11-30T08:00:00Z"})
    assert sent.json()["stage"] == "recycled"

    await story.pass_time(days=81)  # the cool-off of 90 days is over; pricing has faded, the webinars have not
    fresh = [
        {"lead": {"email": ANA["email"]}, "kind": "page_view", "url": "https://acme.example/pricing", "id": f"p-{n}"}
        for n in range(3)
    ]
    answer = await story.send("signals", {"items": [{**one, "at": "2027-02-19T08:00:00Z"} for one in fresh]})
    assert [one["stage"] for one in answer.json()["items"]] == ["prospect", "prospect", "mql"]
    await story.settle()

    cards = [*await story.dm(RITA), *await story.dm(RAVI)]
    assert [card.buttons() for card in cards].count(ANSWERS) == 1


async def test_after_downtime_each_overdue_lead_takes_one_step_and_the_next_counts_from_now(story: Story) -> None:
    await story.lead()

    await story.pass_time(days=3)  # Monday 10:00: 2, 4 and 6 business hours are all over

    thread = (await story.card(RITA)).ts
    assert len(await story.slack.dm_messages(RITA, thread)) == 2
    assert await story.dm(MARTA) == []
    await story.pass_time(hours=1, minutes=59)
    assert await story.dm(MARTA) == []
    await story.pass_time(minutes=1)
    assert len(await story.dm(MARTA)) == 1


async def test_a_policy_that_drops_a_rep_sends_their_leads_back_to_routing(story: Story) -> None:
    await story.lead()
    text = (ROOT / "tests/stories/policy.yml").read_text()
    without_rita = text.replace("{email: rita@acme.example, weight: 2, daily_cap: 10}, ", "")
    await story.apply_policy(without_rita)
    assert (await story.card(RITA)).buttons() == ANSWERS

    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")

    assert (await story.card(RAVI)).buttons() == ANSWERS
    assert (await story.dm(RITA))[0].buttons() == []


async def test_reps_take_turns_by_weight(story: Story) -> None:
    for n in range(6):
        await story.lead(external_id=f"B-{n}", email=f"b{n}@acme.example", phone=None)

    assert (len(await story.dm(RITA)), len(await story.dm(RAVI))) == (4, 2)


async def test_a_rep_at_the_daily_cap_gets_no_more_today(story: Story) -> None:
    text = (ROOT / "tests/stories/policy.yml").read_text().replace("daily_cap: 10", "daily_cap: 1")
    await story.apply_policy(text)
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")

    for n in range(4):
        await story.lead(external_id=f"B-{n}", email=f"b{n}@acme.example", phone=None)

    rita = [message for message in await story.dm(RITA) if "Accept" in message.buttons()]
    ravi = [message for message in await story.dm(RAVI) if "Accept" in message.buttons()]
    assert (len(rita), len(ravi)) == (1, 3)
