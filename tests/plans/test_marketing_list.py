"""What is late with marketing is told in one message a day: one promise more costs the same however many are told."""

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import select

from bot.usecases.accounting.marketing_ladder import ring_one
from storage.tables import MarketingClockRow
from tests.plans.asked import Ear
from tests.stories.conftest import MAYA, RITA, Story

MANY = 150
FEW = 5


async def many_late(story: Story) -> None:
    """One lead came back, and as many promises about it as about many leads are all to be told of at once."""
    await story.lead()
    await story.reject(RITA, "bad-timing")
    async with story.database.write() as session:
        known = (await session.exec(select(MarketingClockRow))).one()
        known.step, known.due_at = 1, known.started_at + timedelta(days=5)
        rows = [{**known.model_dump(), "id": f"{number:016x}"} for number in range(MANY - 1)]
        await (await session.connection()).execute(insert(MarketingClockRow), rows)
    story.clock.at = known.due_at
    await story.slack.set_clock(story.clock.at)


@pytest.mark.timeout(120)
async def test_one_promise_more_is_as_many_words_to_the_database_however_many_are_late(story: Story) -> None:
    ear = Ear(story.database)
    await many_late(story)
    words: list[int] = []

    with ear.during("ring"):
        while await ring_one(story.database, story.clock.at):
            words.append(sum(len(repr(one.values)) for one in ear.heard))
            ear.heard.clear()

    assert len(words) == MANY
    assert sum(words[-FEW:]) <= sum(words[FEW : 2 * FEW]) * 1.1
    await story.settle()
    (late,) = [one for one in await story.dm(MAYA) if one.text.startswith("Late with marketing")]
    assert late.text.startswith(f"Late with marketing: {MANY} leads.")
