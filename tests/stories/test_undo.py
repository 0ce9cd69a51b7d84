"""An answer taken back: everything is as it was, unless the lead may not go to sales any more."""

from storage.tables import LeadRow
from tests.stories.conftest import RITA, Story


async def lead_row(story: Story, lead_id: str) -> LeadRow:
    async with story.database.read() as session:
        return await session.get_one(LeadRow, lead_id)


async def test_a_lead_that_withdrew_consent_meanwhile_does_not_come_back(story: Story) -> None:
    taken = await story.lead()
    await story.reject(RITA, "bad-timing")
    await story.lead(consent=False)

    told = await story.forge(RITA, "undo", taken["handoff_id"])

    assert "agree" in told
    assert "Accept" not in (await story.card(RITA)).buttons()


async def test_a_lead_that_sales_has_won_meanwhile_is_not_offered_again(story: Story) -> None:
    taken = await story.lead()
    await story.reject(RITA, "bad-timing")
    won = {"lead": {"email": "ana.silva@acme.example"}, "outcome": "won", "at": "2026-11-20T09:00:00Z"}
    assert (await story.send("outcomes", won)).status_code == 202

    told = await story.forge(RITA, "undo", taken["handoff_id"])

    assert "won" in told
    assert (await lead_row(story, taken["lead_id"])).stage == "won"


async def test_an_undone_rejection_does_not_count_although_the_lead_had_moved_on(story: Story) -> None:
    taken = await story.lead()
    await story.reject(RITA, "other", detail="Wrong list")
    await story.pass_time(seconds=1)
    await story.lead(title="Intern", company={"employees": 3, "industry": "Farming"})
    assert (await lead_row(story, taken["lead_id"])).stage == "prospect"

    assert await story.forge(RITA, "undo", taken["handoff_id"]) == ""

    after = await lead_row(story, taken["lead_id"])
    assert (after.stage, after.recycled_count, after.recycled_at) == ("mql", 0, None)
