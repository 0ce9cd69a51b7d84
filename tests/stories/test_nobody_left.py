"""A lead that no rep can take: it waits for one, and does not wait unseen."""

from datetime import UTC, datetime, timedelta

from bot.usecases.governing.policies import put_up
from storage import policies
from tests.stories.conftest import ANSWERS, MARTA, RAVI, RITA, Story


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
