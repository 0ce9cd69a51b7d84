"""A proposal is tried on the past before anybody signs it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.usecases.governing import backtests, policies
from bot.usecases.stepping import StepFailed
from bot.views.governing.backtest import Names, effect_of, window
from storage.governing import policies as stored
from storage.tables import PolicyRow
from tests.stories.conftest import ALEX, MARTA, MAYA, RITA, ROOT, Story
from tests.support.workspace import plain

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
LOWER = TEXT.replace("fit: 40, engagement: 30", "fit: 30, engagement: 30")
HIGHER = TEXT.replace("fit: 40, engagement: 30", "fit: 60, engagement: 30")
SMALL: dict[str, Any] = {
    "external_id": "B-2",
    "email": "bo.berg@nordwind.example",
    "first_name": "Bo",
    "last_name": "Berg",
    "phone": None,
    "company": {"name": "Nordwind", "employees": 20, "industry": "Logistics", "country": "DE"},
}


async def of_version(story: Story, version: int) -> PolicyRow:
    async with story.database.read() as session:
        row = await stored.get(session, version)
    assert row is not None
    return row


async def test_signers_read_who_would_enter_and_why_before_they_sign(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    small = await story.lead(**SMALL)
    assert small["stage"] == "prospect"

    await story.apply_policy(LOWER)

    card = (await story.card(MARTA)).plain()
    assert "2 MQLs instead of 1 (+1)." in card
    assert "1 lead would enter." in card
    assert "being worked out" not in card
    assert "1 lead in nurture now would go to sales at once." in card

    await story.press_in_dm(MARTA, "Backtest")
    shown = await story.slack.modal(MARTA)
    assert shown is not None
    assert shown.title == "Backtest of version 2"
    told = shown.plain()
    assert "Bo Berg at Nordwind, 20 Nov: Fit and engaged, fit 35, engagement 40" in told
    assert "by the rules of then fit 35 of 40 for Fit and engaged" in told
    assert "Fit and engaged: 1 → 2" not in told  # one path alone needs no comparison
    assert "not enough data on how many were accepted (n = 1)" in told
    assert "Checked: the rules as they were give exactly the 1 handoff that really happened." in told
    assert told.count("how many were accepted") == 1
    assert "bo.berg@" not in told


async def test_who_would_leave_is_told_with_what_sales_made_of_them(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")

    await story.apply_policy(HIGHER)

    await story.press_in_dm(MAYA, "Backtest")
    shown = await story.slack.modal(MAYA)
    assert shown is not None
    assert "0 MQLs instead of 1 (-1)." in shown.plain()
    told = "Ana Silva at Acme Logistics, 20 Nov: sales accepted; fit 50 of 60 for Fit and engaged"
    assert told in shown.plain()


async def test_nobody_else_sees_it(story: Story) -> None:
    await story.apply_policy(LOWER)
    assert "whom the policy names" in await story.forge(ALEX, "backtest", "2")
    assert await story.slack.modal(ALEX) is None
    assert "not here" in await story.forge(MARTA, "backtest", "77")


async def test_a_crash_leaves_what_is_not_looked_at_yet_to_whoever_comes_next(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtests, "PAGE", 1)
    monkeypatch.setattr(backtests, "MOMENT", 0.0)
    for number in range(3):
        await story.lead(**{**SMALL, "external_id": f"N-{number}", "email": f"n{number}@nordwind.example"})
    proposal = stored.parsed(await of_version(story, 1))
    await policies.put_up(story.database, "a comment more", proposal, MAYA, story.clock.at)

    async def work(after: timedelta = timedelta()) -> bool:
        return await backtests.work_out(story.database, story.clock.at + after)

    async def dies(*_: object) -> None:
        raise RuntimeError("the process ends here")

    assert await work()
    with monkeypatch.context() as crashing:
        crashing.setattr(backtests, "_portion", dies)
        with pytest.raises(StepFailed):
            await work()
    assert not await work()
    seen = await backtests.seen(story.database, 2, MARTA)
    assert isinstance(seen, backtests.Seen)
    assert "being worked out" in plain(window(2, effect_of(seen.stored), Names())["blocks"])
    assert [await work(backtests.LEASE) for _ in range(4)] == [True, True, True, False]
    effect = effect_of((await of_version(story, 2)).effect)
    assert effect is not None
    assert (effect.leads, effect.enters, effect.unexplained) == (3, 0, 0)
