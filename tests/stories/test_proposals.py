"""Somebody proposes a change of the rules in Slack; it counts once everyone has signed, from its day on."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.policy_file import read
from bot.usecases.governing import policies as deciding
from bot.usecases.governing.policies import put_up
from storage.database import Database
from storage.deciding import handoffs
from storage.governing import policies
from storage.operating import erasure
from storage.tables import HistoryRow, PolicyRow
from tests.access import hands
from tests.stories.conftest import ALEX, EMEA, MARTA, MAYA, OLA, RITA, ROOT, Story
from tests.support.workspace import Done

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GENERAL = "C0GENERAL1"
WHY = "Good leads stop at 35."


async def in_force(story: Story) -> PolicyRow:
    async with story.database.read() as session:
        found = await policies.in_force(session)
        assert found
        row = await policies.get(session, found[0])
        assert row
        return row


async def choose(story: Story, person: str, block: str, value: str) -> None:
    """Chooses in a field to which the form adapts."""
    modal = await story.slack.modal(person)
    assert modal
    action = next(b["element"]["action_id"] for b in modal.blocks if b.get("block_id") == block)
    done = await story.slack.click_view(person, modal.id, action, value, block_id=block)
    assert done.status == 200, done


async def propose(story: Story, person: str, **values: str) -> Done:
    """Opens the form and sends it, by default for a lower threshold."""
    opened = await story.slack.command(person, GENERAL, "/lead", "propose")
    assert opened.status == 200
    filled = {"threshold": "scored:fit", "least": "35"} if "points" not in values else {}
    return await story.submit(person, **{**filled, "proposal_why": WHY, **values})


async def test_a_threshold_proposed_in_slack_counts_once_both_have_signed_and_open_leads_keep_theirs(
    story: Story,
) -> None:
    handoff = (await story.lead())["handoff_id"]

    done = await propose(story, MAYA)

    assert done.view
    assert f"<@{MARTA}> and <@{MAYA}> have version 2 to sign" in done.view.plain()
    card = await story.card(MARTA)
    assert card.buttons() == ["Sign", "Object", "Backtest"]
    told = card.plain().split("\n")
    assert told[1:3] == [f"Proposed by <@{MAYA}>: “{WHY}”", "In force as soon as everyone has signed."]
    assert "Fit and engaged: fit 40 → 35" in told
    assert "+     - {id: scored, label: Fit and engaged, fit: 35, engagement: 30}" in card.plain()
    assert (await story.card(MAYA)).buttons() == ["Sign", "Object", "Withdraw", "Backtest"]

    await story.press_in_dm(MAYA, "Sign")
    assert (await in_force(story)).version == 1
    await story.press_in_dm(MARTA, "Sign")

    now = await in_force(story)
    assert (now.version, now.applied_by, now.why) == (2, MAYA, WHY)
    assert now.source == TEXT.replace("fit: 40,", "fit: 35,")
    assert "In force." in (await story.card(MARTA)).plain()
    assert "Version 2, which you proposed, is in force." in (await story.card(MAYA)).plain()
    async with story.database.read() as session:
        assert (await handoffs.get_one(session, handoff)).policy_version == 1
    again = await story.lead(external_id="A-2", email="bo@acme.example", phone=None, signals=[])
    assert again["path"] is None
    async with story.database.read() as session:
        found = await policies.in_force(session)
        assert found
        path = found[1].path("scored")
        assert path
        assert path.fit == 35


async def test_a_threshold_is_proposed_tried_on_the_past_signed_and_brings_a_rep_the_lead_it_was_for(
    story: Story,
) -> None:
    small = await story.lead(company={"name": "Nordwind", "employees": 20, "industry": "Logistics", "country": "DE"})
    assert (small["stage"], small["fit"]) == ("prospect", 35)
    assert await story.dm(RITA) == []

    await propose(story, MAYA)
    await story.press_in_dm(MARTA, "Backtest")
    window = await story.slack.modal(MARTA)
    assert window
    assert "Ana Silva at Nordwind, 20 Nov: Fit and engaged, fit 35" in window.plain()
    for signer in (MARTA, MAYA):
        assert await story.dm(RITA) == []
        await story.press_in_dm(signer, "Sign")

    assert (await in_force(story)).version == 2
    assert "Nordwind" in (await story.card(RITA)).plain()
    await story.press_in_dm(RITA, "Accept")
    assert "accepted" in (await story.card(RITA)).plain().lower()


async def test_who_objected_may_sign_later_and_the_proposer_hears_of_both(story: Story) -> None:
    await propose(story, OLA)
    assert (await story.card(OLA)).buttons() == ["Withdraw", "Backtest"]
    await story.press_in_dm(MARTA, "Sign")
    await story.press_in_dm(MAYA, "Object")
    assert (await story.submit(MAYA, detail="35 lets in too many")).closed

    assert (await in_force(story)).version == 1
    assert "objects to version 2: “35 lets in too many”" in (await story.card(OLA)).plain()

    await story.press_in_dm(MAYA, "Sign")

    assert (await in_force(story)).version == 2
    said = [message.plain() for message in await story.dm(OLA)]
    assert any(f"<@{MAYA}> objected to version 2, and has signed it since." in one for one in said)
    assert "Version 2, which you proposed, is in force." in said[-1]


async def test_a_proposal_is_withdrawn_by_its_proposer_or_an_admin_only(story: Story) -> None:
    await propose(story, MAYA)

    assert "Only whoever proposed this" in await story.forge(MARTA, "withdraw_policy", "2")
    await story.press_in_dm(MAYA, "Withdraw")

    assert "Withdrawn." in (await story.card(MARTA)).plain()
    assert (await story.card(MARTA)).buttons() == []
    assert "not waiting" in await story.forge(MARTA, "sign_policy", "2")
    assert "not waiting" in await story.forge(OLA, "withdraw_policy", "2")
    await story.pass_time(minutes=1)
    await propose(story, MARTA)
    assert await story.forge(OLA, "withdraw_policy", "3") == ""
    assert f"<@{OLA}> withdrew version 3, which you proposed." in (await story.card(MARTA)).plain()


async def test_a_policy_waits_for_its_day_and_a_later_proposal_takes_its_place(story: Story) -> None:
    await propose(story, MAYA, proposal_from="2026-12-01")
    told = (await story.card(MARTA)).plain()
    assert "In force on 1 December 2026 once everyone has signed." in told
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")
    assert "Signed by everyone. In force on 1 December 2026." in (await story.card(MARTA)).plain()
    assert (await in_force(story)).version == 1

    opened = await story.slack.command(OLA, GENERAL, "/lead", "propose")
    assert opened.view
    assert "Version 2 waits for signatures. What you send now takes its place." in opened.view.plain()
    await story.submit(OLA, threshold="scored:fit", least="38", proposal_why=WHY, proposal_from="2026-12-01")
    first, second = (await story.dm(MARTA))[-2:]
    assert "Version 3 took its place." in first.plain()
    assert "put up another policy in place of version 2" in (await story.card(MAYA)).plain()

    await story.until(datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert second.buttons() == ["Sign", "Object", "Backtest"]
    await story.press_in_dm(MARTA, "Sign")
    await story.press_in_dm(MAYA, "Sign")
    assert (await in_force(story)).version == 1
    await story.pass_time(minutes=1)

    assert (await in_force(story)).version == 3, "December begins in Berlin at 23:00 UTC"
    assert "In force." in (await story.card(OLA)).plain() or "is in force" in (await story.card(OLA)).plain()


async def test_a_criterion_is_added_by_a_form_that_asks_for_what_it_needs(story: Story) -> None:
    await story.slack.command(MAYA, GENERAL, "/lead", "propose")
    await choose(story, MAYA, "what", "criterion")
    await choose(story, MAYA, "about", "signal")
    values = {"label": "Came to the fair", "reading": "engagement", "points": "10", "proposal_why": WHY}

    wrong = await story.submit(MAYA, **values, asked_signal="event_visit", asked_within="a fortnight")
    assert wrong.errors == {"asked_within": "Write a length of time such as 14 days."}
    done = await story.submit(MAYA, **values, asked_signal="event_visit", asked_count="2", asked_within="14 days")

    assert done.view, done
    assert "New criterion: Came to the fair, 10 engagement points" in (await story.card(MARTA)).plain()
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")
    assert (await in_force(story)).source.count("id: came-to-the-fair") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is pressed here no database decides
async def test_from_the_definition_behind_a_card_a_change_is_one_click_away(story: Story) -> None:
    await story.lead()
    (card,) = await story.slack.messages(MARTA, EMEA)
    await story.press(MARTA, EMEA, card, "Definition")
    window = await story.slack.modal(MARTA)
    assert window
    assert window.buttons() == ["Propose a change"]

    done = await story.slack.click_view(MARTA, window.id, "propose", "1")

    assert done.status == 200
    form = await story.slack.modal(MARTA)
    assert form
    assert (form.id, form.title) == (window.id, "Propose a change")
    assert (await story.submit(MARTA, threshold="scored:fit", least="35", proposal_why=WHY)).view
    await story.press(RITA, EMEA, card, "Definition")
    hers = await story.slack.modal(RITA)
    assert hers
    assert hers.buttons() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is read here no database decides
async def test_a_form_that_says_too_little_or_nonsense_is_told_at_each_field(story: Story) -> None:
    same = await propose(story, MAYA, least="40")
    assert same.errors == {"least": "That is what it is now."}
    past = await story.submit(MAYA, threshold="scored:fit", least="35", proposal_why=WHY, proposal_from="2026-11-19")
    assert past.errors == {"proposal_from": "Choose a day from today on, within a year."}
    await choose(story, MAYA, "what", "criterion")
    values = {"label": "Large", "reading": "fit", "points": "10", "asked_field": "company.employees"}
    much = await story.submit(MAYA, **values, asked_how="at_least", asked_value="many", proposal_from="")
    assert much.errors == {"asked_value": "Write a whole number."}
    modal = await story.slack.modal(MAYA)
    assert modal
    done = await story.submit(MAYA, **values, asked_how="at_least", asked_value="1,000", proposal_why=WHY)
    assert done.view
    assert "at_least: 1000}" in (await story.card(MARTA)).plain()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_reps_and_strangers_propose_nothing_and_without_signers_only_admins_do(story: Story) -> None:
    for person in (RITA, ALEX):
        refused = await story.slack.command(person, GENERAL, "/lead", "propose")
        assert refused.reply
        assert "Only managers, marketing, admins and signers" in refused.reply.text
    unsigned = TEXT.replace("sign_off: {sales: [marta@acme.example], marketing: [maya@acme.example]}\n", "")
    assert (await story.apply_policy(unsigned)).state == "in_force"
    refused = await story.slack.command(MAYA, GENERAL, "/lead", "propose")
    assert refused.reply
    assert "Only admins do that" in refused.reply.text

    done = await propose(story, OLA)

    assert done.view
    assert "Version 3 is in force." in done.view.plain()


async def test_a_form_opened_under_an_older_policy_is_not_taken(story: Story) -> None:
    await story.slack.command(MAYA, GENERAL, "/lead", "propose")
    await story.apply_policy(TEXT.replace("engagement: 30", "engagement: 25"))
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")

    done = await story.submit(MAYA, threshold="scored:fit", least="35", proposal_why=WHY)

    assert done.view
    assert "Another policy came into force while you were writing" in done.view.plain()
    assert (await in_force(story)).version == 2


async def test_what_slack_sends_twice_is_done_once(story: Story) -> None:
    form = {"what": "threshold", "threshold": "scored:fit", "least": "35", "proposal_why": WHY}
    sent = hands.submission(hands.Somebody(MAYA), "propose_form", "1", form)
    answers = await asyncio.gather(*(hands.send(story, sent) for _ in range(2)))
    assert [answer.status for answer in answers] == [200, 200]
    async with story.database.read() as session:
        assert [row.version for row in await policies.every(session)] == [2, 1]

    withdraw = hands.press(hands.Somebody(MAYA), "withdraw_policy", "2")
    await hands.send(story, withdraw)
    await hands.send(story, withdraw)

    async with story.database.read() as session:
        found = await session.exec(select(HistoryRow).where(HistoryRow.what == "policy withdrawn"))
        assert len(found.all()) == 1


async def test_of_two_policies_put_up_at_once_one_waits_and_one_is_withdrawn(database: Database) -> None:
    policy = read(TEXT)
    await put_up(database, TEXT, policy, "test", NOW)
    texts = [f"{TEXT}# {number}\n" for number in range(4)]

    await asyncio.gather(*(put_up(database, text, policy, "test", NOW) for text in texts))

    async with database.read() as session:
        states = sorted(row.state for row in await policies.every(session))
    assert states == ["in_force", "pending", "withdrawn", "withdrawn", "withdrawn"]


async def test_of_two_first_policies_at_once_one_is_in_force(database: Database) -> None:
    policy = read(TEXT)

    applied = await asyncio.gather(*(put_up(database, f"{TEXT}# {n}\n", policy, "test", NOW) for n in range(3)))

    assert sorted(one.state for one in applied) == ["in_force", "pending", "pending"]


async def test_the_last_signature_and_a_new_proposal_at_once_leave_one_policy_in_force(database: Database) -> None:
    policy = read(TEXT)
    for change in ("", "# second\n"):
        await put_up(database, TEXT + change, policy, "test", NOW)
    await deciding.sign(database, 2, "marta@acme.example", NOW)

    signed, applied = await asyncio.gather(
        deciding.sign(database, 2, "maya@acme.example", NOW),
        put_up(database, TEXT + "# third\n", policy, "test", NOW),
    )

    assert applied.state == "pending"
    async with database.read() as session:
        rows = {row.version: row.state for row in await policies.every(session)}
    won: dict[Any, tuple[str, str]] = {True: ("replaced", "in_force"), False: ("in_force", "withdrawn")}
    assert (rows[1], rows[2], rows[3]) == (*won[signed == "in force"], "pending")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_policy_whose_day_has_come_but_that_not_all_have_signed_keeps_nobody_awake(database: Database) -> None:
    policy, woken = read(TEXT), list[str]()
    for change in ("", "# second\n"):
        await put_up(database, TEXT + change, policy, "test", NOW, starts_at=NOW if change else None)
    database.after_commit = lambda: woken.append("woken")

    assert not await deciding.start_due(database, NOW)
    assert woken == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_is_named_in_a_reason_or_an_objection_is_found_when_they_are_to_be_forgotten(
    database: Database,
) -> None:
    policy, address = read(TEXT), "drew@acme.example"
    for number, why in enumerate((None, "Drew (Drew@acme.example) asked", None)):
        await put_up(database, f"{TEXT}# {number}\n", policy, "test", NOW, why=why)
    await deciding.sign(database, 3, "maya@acme.example", NOW, objection=f"Ask {address} first")

    async with database.read() as session:
        assert [row.version for row in await erasure.policies_naming(session, address)] == [3, 2]
