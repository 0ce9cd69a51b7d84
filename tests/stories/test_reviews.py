"""On the first working day of a quarter whoever signs is asked whether the definition is still right."""

from datetime import UTC, datetime

from sqlmodel import select

from bot.usecases.governing import reviews
from storage.tables import HistoryRow
from tests.stories.conftest import MARTA, MAYA, OLA, RITA, ROOT, Story

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
MONDAY = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
"""The first working hour in Berlin of the first quarter of 2027."""

BEN = {
    "external_id": "B-1",
    "email": "ben.berg@berg.example",
    "phone": "+4930901820",
    "company": {"name": "Berg AG", "industry": "Logistics", "employees": 120, "country": "DE"},
}
"""Fit 35 of the 40 that he needs."""


async def ask(story: Story) -> bool:
    asked = await reviews.ask(story.database, story.clock.now())
    await story.settle()
    return asked


async def test_signers_are_asked_once_a_quarter_and_see_who_would_keep_it(story: Story) -> None:
    await story.lead()
    await story.reject(RITA, "bad-timing")
    near = await story.lead(**BEN)
    assert near["path"] is None
    assert await story.forge(RITA, "claim", near["lead_id"]) == ""
    await story.pass_time(seconds=(MONDAY - story.clock.at).total_seconds() - 60)
    assert not await ask(story)
    await story.pass_time(seconds=60)
    before = await story.posted()

    assert await ask(story)
    assert not await ask(story)

    assert await story.posted() == before + 2
    card = await story.card(MARTA)
    assert card.buttons() == ["Propose a change", "Keep it"]
    told = card.plain()
    assert "Last quarter: 2 qualified leads; sales accepted 0 of 1." in told
    assert "Why leads were refused: Not now (1)" in told
    assert "Accepted by grade: A2 0 of 1" in told, "a claim is no answer to an offer"
    assert "1 near miss was claimed by reps." in told
    assert (await story.card(MAYA)).plain() == told

    await story.press_in_dm(MARTA, "Keep it")
    assert "You would keep it" in (await story.card(MARTA)).plain()
    assert f"<@{MARTA}> would keep it" in (await story.card(MAYA)).plain()
    assert (await story.card(MARTA)).buttons() == ["Propose a change"]
    assert "said so already" in await story.forge(MARTA, "keep_policy", "2027Q1")
    assert "Only whoever signs" in await story.forge(RITA, "keep_policy", "2027Q1")
    for nonsense in ("2027Q2", "%", ""):
        assert "over" in await story.forge(MAYA, "keep_policy", nonsense)
    async with story.database.read() as session:
        found = await session.exec(select(HistoryRow).where(HistoryRow.what == "definition reviewed"))
        (row,) = found.all()
        assert (row.who, row.policy_version, row.why) == (MARTA, 1, {"quarter": "2027Q1"})

    await story.press_in_dm(MAYA, "Propose a change")
    done = await story.submit(MAYA, threshold="scored:fit", least="35", proposal_why="Too few")
    assert done.view
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")
    reviewed = next(m for m in await story.dm(MAYA) if "still right" in m.plain())
    assert "Version 2 is in force now." in reviewed.plain()
    assert reviewed.buttons() == []


async def test_down_on_the_first_day_it_is_asked_within_two_weeks_and_admins_answer_where_nobody_signs(
    lawless: Story,
) -> None:
    unsigned = TEXT.replace("sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n", "")
    await lawless.apply_policy(unsigned)
    await lawless.until(datetime(2027, 1, 14, 22, 0, tzinfo=UTC))

    assert await ask(lawless)

    assert (await lawless.card(OLA)).buttons() == ["Propose a change", "Keep it"]
    await lawless.press_in_dm(OLA, "Keep it")
    assert "You would keep it" in (await lawless.card(OLA)).plain()
    assert await lawless.dm(MARTA) == []
