"""Marketing's own clocks: a rep's question, a lead that came back, and a lead that waits to be handed over."""

from datetime import timedelta

from sqlmodel import col, select

from bot.usecases import marketing_clocks
from storage.tables import HandoffRow, MarketingClockRow
from tests.stories.conftest import ANA, MARKETING, MAYA, OLA, RITA, Story
from tests.support.workspace import Message

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
