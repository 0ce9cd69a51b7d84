"""A lead that sales gave back comes again for news of its own: neither for a stranger's, nor for what was history."""

from typing import Any

import pytest
from sqlmodel import select

from bot.domain.lead import Facts
from bot.usecases.identifying import merging
from bot.usecases.identifying.merging import Merged
from bot.usecases.qualifying.intake import take_about, take_lead, take_outcome
from bot.usecases.qualifying.telling import Incoming, Result, Who
from storage.identifying import leads
from storage.tables import HandoffRow, LeadRow
from tests.stories.conftest import ANA, MAYA, RITA, Story

ASKED: dict[str, Any] = {"contact_requested": True}
"""What Ana asked for does not fade: whenever she may pass, she does."""
BO = Facts(source="fair", external_id="F-1", email="bo@bolt.example", first_name="Bo")


async def given_back(story: Story) -> str:
    lead_id = str((await story.lead(**ASKED))["lead_id"])
    await story.reject(RITA, "bad-timing")
    await story.pass_time(hours=1)
    return lead_id


async def came(story: Story, facts: Facts, *, history: bool = False) -> str:
    async with story.database.write() as session:
        taken = await take_lead(session, Incoming(facts), story.clock.at, history=history)
    await story.pass_time(minutes=1)
    return str(getattr(taken, "lead_id", ""))


async def become_one(story: Story, one: str, other: str) -> Merged:
    async with story.database.write() as session:
        merged = await merging.merge(session, one, other, MAYA, {}, story.clock.at)
    await story.pass_time(minutes=1)
    assert isinstance(merged, Merged)
    return merged


async def become_two(story: Story, merged: Merged) -> None:
    async with story.database.write() as session:
        assert isinstance(await merging.unmerge(session, merged.id, MAYA, story.clock.at), Merged)
    await story.pass_time(minutes=1)


async def after_cooling_off(story: Story, lead_id: str) -> tuple[str, int]:
    """The stage of the lead, and how often sales had it."""
    await story.pass_time(days=91)
    async with story.database.read() as session:
        lead = await session.get_one(LeadRow, lead_id)
        rows = await session.exec(select(HandoffRow).where(HandoffRow.lead_id == lead_id))
        return lead.stage, len(rows.all())


@pytest.mark.parametrize(("told_again", "stands"), [(False, ("recycled", 1)), (True, ("mql", 2))])
async def test_after_an_undo_only_what_was_learned_of_the_lead_itself_is_news(
    story: Story, told_again: bool, stands: tuple[str, int]
) -> None:
    ana = await given_back(story)
    if told_again:
        async with story.database.write() as session:
            known = Facts(source=ANA["source"], external_id=ANA["external_id"], email=ANA["email"])
            await take_about(session, await leads.lock(session, ana), Incoming(known), story.clock.at)
    merged = await become_one(story, ana, await came(story, BO))
    assert merged.survivor == ana

    await become_two(story, merged)

    assert await after_cooling_off(story, ana) == stands


async def test_who_was_merged_in_as_history_is_no_news_of_the_survivor(story: Story) -> None:
    ana = await given_back(story)

    merged = await become_one(story, ana, await came(story, BO, history=True))

    assert merged.survivor == ana
    assert await after_cooling_off(story, ana) == ("recycled", 1)


async def test_a_part_that_was_taken_out_leaves_no_news_to_those_it_was_merged_with(story: Story) -> None:
    """Bo was part of Cy when Cy was merged into Ana; when both are taken out, Cy has nothing of Bo's."""
    ana = await given_back(story)
    cy = await came(story, Facts(source="fair", external_id="F-2", email="cy@cypress.example"), history=True)
    first = await become_one(story, cy, await came(story, BO))
    second = await become_one(story, ana, cy)
    assert (first.survivor, second.survivor) == (cy, ana)

    await become_two(story, first)
    await become_two(story, second)

    async with story.database.read() as session:
        lead = await session.get_one(LeadRow, cy)
        assert lead.history_only
    assert await after_cooling_off(story, ana) == ("recycled", 1)


async def test_who_does_not_agree_any_more_stands_where_sales_brought_their_other_half(story: Story) -> None:
    ana = str((await story.lead())["lead_id"])
    bo = await came(story, BO.model_copy(update={"consent": False}))
    async with story.database.write() as session:
        reached = Result("opportunity", story.clock.at)
        await take_outcome(session, Who(email=BO.email), reached, story.clock.at, history=True)

    merged = await become_one(story, ana, bo)

    assert merged.survivor == ana
    async with story.database.read() as session:
        (passage,) = (await session.exec(select(HandoffRow))).all()
        assert (passage.state, (await session.get_one(LeadRow, ana)).stage) == ("withdrawn", "opportunity")
