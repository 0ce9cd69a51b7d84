"""A lead that no rep can take: it waits for one, and does not wait unseen."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from bot.usecases.governing.policies import put_up
from storage.governing import policies
from storage.tables import HandoffRow
from tests.stories.conftest import ANSWERS, MARTA, RAVI, RITA, ROOT, Story
from tests.stories.test_routing import EMEA_REPS, owner


async def only(story: Story, rep: str) -> None:
    """From now on the team has one rep."""
    async with story.database.read() as session:
        found = await policies.in_force(session)
    assert found
    (team,) = found[1].teams
    left = team.model_copy(update={"reps": tuple(one for one in team.reps if one.email == rep)})
    without = found[1].model_copy(update={"teams": (left,), "sign_off": type(found[1].sign_off)()})
    await put_up(story.database, f"only {rep}", without, "test", story.clock.now())
    await story.settle()


async def test_the_manager_is_asked_each_working_day_when_all_who_are_left_have_passed_on_the_lead(
    story: Story,
) -> None:
    await story.lead()
    monday = datetime(2026, 11, 23, 9, 1, tzinfo=UTC)
    await story.until(monday)
    assert (await story.card(RAVI)).buttons() == ANSWERS  # Rita missed it
    before = len(await story.dm(MARTA))

    await only(story, RITA)

    assert (await story.card(MARTA)).buttons() == ["Reassign", "Take over"]
    assert "Nobody can take" in (await story.card(MARTA)).plain()
    assert len(await story.dm(MARTA)) == before + 1
    await story.until(monday + timedelta(days=2))
    assert len(await story.dm(MARTA)) == before + 3
    assert "Nobody can take" in (await story.card(MARTA)).plain()


async def test_the_manager_is_asked_once_when_everybody_has_as_many_as_they_may(lawless: Story) -> None:
    story = lawless
    text = (ROOT / "tests/stories/policy.yml").read_text()
    full = "reps: [{email: rita@acme.example, open_cap: 1}, {email: ravi@acme.example, open_cap: 1}]}"
    assert EMEA_REPS in text
    await story.apply_policy(text.replace(EMEA_REPS, full))
    assert {await owner(story, 1), await owner(story, 2)} == {RITA, RAVI}
    before = len(await story.dm(MARTA))

    assert await owner(story, 3) == MARTA

    card = await story.card(MARTA)
    assert "Nobody can take" in card.plain()
    assert "Reassign" in card.buttons()
    await story.until(story.clock.at + timedelta(minutes=25))
    assert len(await story.dm(MARTA)) == before + 1
    await story.press_in_dm(RITA, "Accept")
    await story.press_in_dm(RITA, "Called, reached")
    await story.until(story.clock.at + timedelta(minutes=10))
    async with story.database.read() as session:
        held = (await session.exec(select(HandoffRow.owner).where(HandoffRow.state == "offered"))).all()
    assert sorted(map(str, held)) == [RAVI, RITA]
