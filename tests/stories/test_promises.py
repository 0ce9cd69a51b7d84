"""Marketing's own clocks: a rep's question, a lead that came back, and a lead that waits to be handed over."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from bot.domain.marketing_clock import MarketingClock, Ringing, ring
from bot.usecases.accounting import marketing_clocks
from bot.usecases.identifying import merging
from storage.tables import HandoffRow, HistoryRow, MarketingClockRow
from tests.access import hands
from tests.access.hands import Somebody, changed, rows
from tests.stories.conftest import (
    ALEX,
    ANA,
    DANA,
    FRIDAY_10,
    MARKETING,
    MARTA,
    MAYA,
    OLA,
    RAVI,
    RITA,
    ROOT,
    Story,
)
from tests.stories.test_erasure import PERSON, STORED, erase, seen, stored, traces
from tests.support.workspace import Message

POLICY = (ROOT / "tests/stories/policy.yml").read_text()
QUESTION = "Does the budget cover two sites? Call me on +49 30 23125 001 or ana.silva@acme.example."
BO = {"external_id": "B-2", "email": "bo@bo.example", "first_name": "Bo", "last_name": "Berg", "phone": None}


async def clocks(story: Story) -> list[MarketingClockRow]:
    async with story.database.read() as session:
        return list((await session.exec(select(MarketingClockRow).order_by(col(MarketingClockRow.started_at)))).all())


async def asks(story: Story, handoff_id: str, words: str = QUESTION, request: str = "r-1") -> None:
    refusal = await marketing_clocks.ask(story.database, handoff_id, RITA, words, story.clock.at, request=request)
    assert refusal is None
    await story.settle()


async def in_marketing(story: Story, start: str) -> list[Message]:
    return [one for one in await story.slack.messages(MAYA, MARKETING) if one.text.startswith(start)]


async def thread(story: Story, person: str) -> list[str]:
    """What stands in the thread of this person's newest card."""
    card = next(one for one in await story.dm(person) if one.action("All evidence"))
    return [one.text for one in await story.slack.dm_messages(person, card.ts) if one.ts != card.ts]


async def test_a_question_is_answered_in_the_reps_thread_and_stops_nobodys_clock(story: Story) -> None:
    taken = await story.lead()
    async with story.database.read() as session:
        before = (await session.get_one(HandoffRow, taken["handoff_id"])).model_dump()
    await asks(story, taken["handoff_id"])

    (card,) = await in_marketing(story, "Question from sales: ")
    assert "Ana Silva at Acme Logistics" in card.text
    assert "Does the budget cover two sites?" in card.plain()
    assert "ana.silva@" not in card.plain() + card.text
    assert "23125" not in card.plain() + card.text
    async with story.database.read() as session:
        assert (await session.get_one(HandoffRow, taken["handoff_id"])).model_dump() == before
    assert ["You asked marketing: " in one for one in await thread(story, RITA)] == [True]

    assert "Only marketing and admins" in await story.forge(RITA, "answer_question", (await clocks(story))[0].id)
    await story.press(MAYA, MARKETING, card, "Answer")
    modal = await story.slack.modal(MAYA)
    assert modal
    assert "Does the budget cover" in modal.plain()
    assert (await story.submit(MAYA, note="Yes, <!channel> both of them.")).closed

    (card,) = await in_marketing(story, "Done: ")
    assert card.buttons() == []
    _, answer = await thread(story, RITA)
    assert answer.startswith(f"<@{MAYA}> of marketing answered your question:")
    assert "both of them" in answer
    assert "<!channel>" not in answer
    (clock,) = await clocks(story)
    assert (clock.kind, clock.ended, clock.ended_by, clock.due_at) == ("question", "answered", MAYA, None)
    assert f"<@{MAYA}> has answered this already" in await story.forge(OLA, "answer_question", clock.id)


async def test_a_lead_that_came_back_is_answered_once_and_a_rep_reads_what_marketing_disagrees_with(
    story: Story,
) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    (card,) = await in_marketing(story, "Back from sales: ")
    assert card.buttons() == ["Got it: back to nurture", "Will fix the data", "I disagree"]
    (clock,) = await clocks(story)
    assert (clock.kind, clock.asked_by, clock.deadline_at) == ("returned", RITA, story.clock.at + timedelta(days=4))

    await story.press(MAYA, MARKETING, card, "I disagree")
    assert (await story.submit(MAYA, note="They asked for an offer yesterday.")).closed
    (card,) = await in_marketing(story, "Back from sales: ")
    assert card.buttons() == []
    assert "disagrees" in card.plain()
    assert "They asked for an offer yesterday." in card.plain()
    (told,) = await thread(story, RITA)
    assert "of marketing does not agree that Ana Silva at Acme Logistics came back (“Not now”)" in told
    assert "already" in await story.forge(MAYA, "got_it", clock.id)


async def test_undoing_and_handing_over_again_end_what_marketing_owed(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    await story.press_in_dm(RITA, "Undo")
    assert [one.ended for one in await clocks(story)] == ["undone"]
    await story.reject(RITA, "other", detail="Later")
    signal = {**ANA["signals"][0], "id": "s-9", "at": (story.clock.at + timedelta(minutes=1)).isoformat()}
    await story.pass_time(minutes=2)
    await story.lead(signals=[signal])
    assert [one.ended for one in await clocks(story)] == ["undone", "handed over"]


async def late_messages(story: Story, person: str = MAYA) -> list[Message]:
    return [one for one in await story.dm(person) if one.text.startswith(("Late with marketing", "All that was late"))]


async def test_silence_is_reminded_in_the_thread_and_then_told_to_whoever_leads_marketing_in_one_message(
    lawless: Story,
) -> None:
    story = lawless
    await story.apply_policy(POLICY.replace("admins:", "marketing_lead: alex@acme.example, admins:"))
    await story.lead()
    await story.reject(RITA, "bad-timing")
    first = (await in_marketing(story, "Back from sales: "))[0]
    await story.lead(**BO, company={**ANA["company"], "name": "Bo GmbH", "domain": "bo.example"})
    await story.reject((await clocks_owner(story)), "other", detail="No budget")

    await story.until(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    replies = await story.slack.messages(MAYA, MARKETING, first.ts)
    assert "Ana Silva at Acme Logistics came back from sales and is not answered." in replies[-1].text
    assert await late_messages(story, ALEX) == []

    await story.until(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    (late,) = await late_messages(story, ALEX)
    assert late.text.startswith("Late with marketing: 2 leads.")
    assert "Ana Silva at Acme Logistics" in late.plain()
    assert "Bo Berg at Bo GmbH" in late.plain()
    assert f"They are answered in <#{MARKETING}>." in late.plain()
    assert await late_messages(story, MAYA) == []
    async with story.database.read() as session:
        rung = (await session.exec(select(HistoryRow).where(HistoryRow.what == "marketing escalated"))).all()
    assert all(is_in_hours(row.at) for row in rung)

    for card in await in_marketing(story, "Back from sales: "):
        await story.press(MAYA, MARKETING, card, "Got it: back to nurture")
    assert [one.text for one in await late_messages(story, ALEX)] == ["All that was late with marketing is done."]


def is_in_hours(at: datetime) -> bool:
    local = at.astimezone(ZoneInfo("Europe/Berlin"))
    return local.weekday() < 5 and 9 <= local.hour <= 18


async def clocks_owner(story: Story) -> str:
    """Whoever has the newest handoff."""
    async with story.database.read() as session:
        newest = (await session.exec(select(HandoffRow).order_by(col(HandoffRow.created_at).desc()))).first()
    assert newest
    assert newest.owner
    return newest.owner


async def test_the_last_rung_repeats_a_few_times_and_then_the_clock_only_counts(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    await story.until(story.clock.at + timedelta(days=21))
    assert len(await late_messages(story)) == 4  # the rung itself, and three times more
    (clock,) = await clocks(story)
    assert clock.due_at is not None
    assert clock.due_at > story.clock.at + timedelta(days=36_000)
    assert clock.step == 5  # one reminder, the escalation, and three times more


async def test_a_promise_that_cannot_be_decided_waits_alone(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    await story.lead(**BO, company={**ANA["company"], "name": "Bo GmbH", "domain": "bo.example"})
    await story.reject(await clocks_owner(story), "other", detail="No budget")
    first, second = await clocks(story)

    def broken(clock: MarketingClock, *rest: Any) -> Ringing:
        if clock.id == first.id:
            raise ValueError("unreadable")
        return ring(clock, *rest)

    monkeypatch.setattr("bot.usecases.accounting.marketing_ladder.ring", broken)
    await story.until(datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    failing, done = await clocks(story)
    assert (failing.step, failing.backoff > 1, done.step, done.backoff) == (0, True, 1, 0)
    monkeypatch.undo()
    await story.pass_time(hours=1)
    assert [(one.step, one.backoff) for one in await clocks(story)] == [(1, 0), (1, 0)]
    assert second.id == done.id


async def test_a_lead_that_only_lacks_a_fact_is_marketings_to_hand_over_in_time(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(POLICY.replace("required: [email, company.name]", "required: [phone]"))
    taken = await story.lead(phone=None)
    (clock,) = await clocks(story)
    assert (clock.kind, clock.handoff_id, clock.deadline_at) == ("handover", None, FRIDAY_10 + timedelta(hours=12))
    await story.until(FRIDAY_10 + timedelta(hours=7))
    (task,) = await in_marketing(story, "Nearly with sales: ")
    reminders = await story.slack.messages(MAYA, MARKETING, task.ts)
    assert reminders == [task]  # 50 % come at 16:00, when the team has gone home
    await story.until(datetime(2026, 11, 23, 8, 1, tzinfo=UTC))
    _, reminder = await story.slack.messages(MAYA, MARKETING, task.ts)
    assert reminder.text.startswith("Ana Silva at Acme Logistics is qualified and not with sales yet. It was due ")

    await story.lead(phone="+49 30 23125 001")
    (clock,) = await clocks(story)
    assert (clock.ended, clock.due_at) == ("handed over", None)
    assert (await story.slack.messages(MAYA, MARKETING, task.ts))[-1].text.startswith("Done ")
    async with story.database.read() as session:
        lead_id = (await session.exec(select(HandoffRow.lead_id))).one()
    assert lead_id == taken["lead_id"]


async def test_erasing_somebody_erases_what_was_asked_answered_and_listed_as_late(story: Story) -> None:
    taken = await story.lead(**PERSON)
    await asks(story, taken["handoff_id"], "Is Quokkafirst the one with Quokkacompany?")
    await story.reject(RITA, "bad-timing")
    await story.until(story.clock.at + timedelta(days=5))
    assert "quokkafirst" in (await late_messages(story))[0].plain().lower()

    assert (await erase(story))[0] == 0
    await story.settle()

    assert traces(STORED, await stored(story.database) + await seen(story)) == set()
    assert {one.ended for one in await clocks(story)} == {"moot", "erased"}
    assert {one.words for one in await clocks(story)} == {None}


async def test_only_who_has_the_lead_asks_only_marketing_answers_and_what_came_twice_is_done_once(story: Story) -> None:
    taken = await story.lead()
    handoff = taken["handoff_id"]
    for who in (RAVI, MAYA, ALEX):
        refusal = await marketing_clocks.ask(story.database, handoff, who, "Why?", story.clock.at, request=f"r-{who}")
        assert refusal
        assert f"<@{RITA}> has this lead" in refusal.words
    assert await marketing_clocks.ask(story.database, "0" * 16, RITA, "Why?", story.clock.at, request="r") is not None
    await asks(story, handoff, "Why?")
    twice = await marketing_clocks.ask(story.database, handoff, RITA, "Why?", story.clock.at, request="r-1")
    assert twice
    assert "came twice" in twice.words
    await asks(story, handoff, "And when?", request="r-2")
    first, second = await clocks(story)

    before = await rows(story.database)
    for who in (RITA, RAVI, MARTA, DANA, ALEX, "U0GUS00001", "U0MEI00001"):
        for action, form in (("answer_question", "answer_form"), ("got_it", None), ("disagree", "disagree_form")):
            assert "Only marketing and admins" in await story.forge(who, action, first.id)
            if form:
                sent = hands.submission(Somebody(who), form, first.id, {"note": "No"})
                told = await hands.send(story, sent)
                assert "Only marketing and admins" in told.told
    assert "no longer here" in await story.forge(MAYA, "answer_question", "0" * 16)
    assert "no answer to what was asked" in await story.forge(MAYA, "got_it", first.id)
    assert changed(before, await rows(story.database)) <= {"person"}

    twice_sent = hands.submission(Somebody(OLA), "answer_form", second.id, {"note": "Next quarter."})
    answers = await asyncio.gather(hands.send(story, twice_sent), hands.send(story, twice_sent))
    await story.settle()
    assert sorted(bool(one.told) for one in answers) == [False, True]
    assert [(one.words, one.ended) for one in await clocks(story)] == [("Why?", None), ("And when?", "answered")]
    assert len([one for one in await thread(story, RITA) if "Next quarter." in one]) == 1


async def test_what_is_withdrawn_or_merged_is_no_promise_any_more(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(POLICY.replace("required: [email, company.name]", "required: [phone]"))
    await story.lead(phone=None)
    company = {**ANA["company"], "name": "Bo GmbH", "domain": "bo.example"}
    taken = await story.lead(**{**BO, "phone": "+49 30 23125 001", "company": company})
    await asks(story, taken["handoff_id"])
    handover, question = await clocks(story)
    async with story.database.write() as session:
        done = await merging.merge(session, handover.lead_id, question.lead_id, MAYA, {}, story.clock.at)
    assert isinstance(done, merging.Merged)
    await story.settle()

    ended = {one.kind: one.ended for one in await clocks(story)}
    assert ended["handover"] == "merged"
    assert (await story.send("leads", {"source": "webinar", "external_id": "B-2", "consent": False})).status_code == 202
    await story.settle()
    assert {one.kind: one.ended for one in await clocks(story)} == {"handover": "merged", "question": "moot"}
    assert await in_marketing(story, "Not needed any more: ")
