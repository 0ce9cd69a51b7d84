"""A policy goes into force when everyone who must has signed."""

import json

from bot.yaml_source import read_yaml
from tests.stories.conftest import ALEX, ANSWERS, MARTA, MAYA, RITA, ROOT, Story

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
CHANGED = TEXT.replace("fit: 40, engagement: 30", "fit: 35, engagement: 30")


async def test_the_first_policy_is_in_force_at_once_and_the_next_when_all_have_signed(story: Story) -> None:
    applied = await story.apply_policy(CHANGED)
    assert (applied.version, applied.state) == (2, "pending")
    marta = await story.card(MARTA)
    assert marta.buttons() == ["Sign", "Object", "Backtest"]
    assert "fit: 35" in marta.plain()

    posted = await story.posted()
    again = await story.apply_policy(CHANGED)
    assert (again.version, again.state, await story.posted()) == (2, "pending", posted)

    await story.press_in_dm(MARTA, "Sign")
    assert (await story.card(MARTA)).buttons() == ["Backtest"]
    assert (await story.card(MAYA)).buttons() == ["Sign", "Object", "Backtest"]
    await story.press_in_dm(MAYA, "Sign")

    assert "In force" in (await story.card(MARTA)).plain()
    again = await story.apply_policy(CHANGED)
    assert (again.version, again.state) == (2, "unchanged")


async def test_leads_that_came_before_any_policy_are_handed_over_once_there_is_one(lawless: Story) -> None:
    assert (await lawless.lead())["stage"] == "suspect"
    assert await lawless.posted() == 0

    await lawless.apply_policy()

    assert (await lawless.card(RITA)).buttons() == ANSWERS


async def test_a_company_one_team_and_a_definition_are_policy_enough(lawless: Story) -> None:
    rules = read_yaml(TEXT).data
    assert isinstance(rules, dict)
    team = {"id": "all", "manager": MARTA, "reps": [{"email": RITA}]}
    least = {"company": "Acme", "teams": [team], "definition": rules["definition"]}
    await lawless.apply_policy(json.dumps(least))

    await lawless.lead()
    assert (await lawless.card(RITA)).buttons() == ANSWERS
    await lawless.reject(RITA, "customer")

    assert (await lawless.card(RITA)).buttons() == ["Undo"]
    assert {call.error for call in await lawless.slack.calls()} == {None}


async def test_an_objection_needs_a_reason_and_everyone_reads_it(story: Story) -> None:
    await story.apply_policy(CHANGED)
    await story.press_in_dm(MAYA, "Object")

    done = await story.submit(MAYA, detail="35 lets in too many")

    assert done.closed
    assert "35 lets in too many" in (await story.card(MARTA)).plain()


async def test_a_later_policy_replaces_one_that_waits(story: Story) -> None:
    await story.apply_policy(CHANGED)
    await story.apply_policy(CHANGED.replace("fit: 35", "fit: 30"))

    first, second = await story.dm(MARTA)

    assert first.buttons() == []
    assert second.buttons() == ["Sign", "Object", "Backtest"]


async def test_only_signers_sign(story: Story) -> None:
    await story.apply_policy(CHANGED)

    assert "sign_off" in await story.forge(ALEX, "sign_policy", "2")
    for nonsense in ("1", "9", "x", ""):
        assert "not waiting" in await story.forge(MARTA, "sign_policy", nonsense)


async def test_an_open_lead_keeps_the_policy_it_was_handed_over_under(story: Story) -> None:
    await story.lead()
    relabelled = TEXT.replace("label: Not now", "label: Too early for them")
    await story.apply_policy(relabelled)
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")

    await story.press_in_dm("U0RITA0001", "Reject")

    modal = await story.slack.modal("U0RITA0001")
    assert modal
    assert "Not now" in modal.plain()
    assert "Too early" not in modal.plain()
