"""Two at the same instant, on a database where the second really waits for the first."""

import asyncio
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select, text, update

from bot.domain.lead import Company, Facts
from bot.policy_file import read
from bot.usecases.deciding import forms, handoffs
from bot.usecases.deciding.changes import apply
from bot.usecases.deciding.escalations import escalate_one
from bot.usecases.governing.policies import put_up, sign
from bot.usecases.qualifying.intake import take_lead
from bot.usecases.qualifying.qualification import score_again
from bot.usecases.qualifying.telling import Incoming
from bot.usecases.stepping import StepFailed
from storage.assigning import absences
from storage.database import Database, Session
from storage.delivery import cards
from storage.governing import policies
from storage.identifying import leads
from storage.tables import HandoffRow, HistoryRow, LeadRow
from tests.stories.conftest import ANA, MARTA, RAVI, RITA, ROOT, Story

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SOURCE = Path(ROOT / "tests/stories/policy.yml").read_text()
CAPPED = SOURCE.replace("weight: 2, daily_cap: 10}, {email: ravi@acme.example}", "daily_cap: 1}")

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


async def somebody_waits(database: Database) -> None:
    async with asyncio.timeout(10):
        while True:
            async with database.read() as session:
                connection = await session.connection()
                if (await connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted"))).first():
                    return


async def handoff(story: Story, handoff_id: str) -> HandoffRow:
    async with story.database.read() as session:
        return await session.get_one(HandoffRow, handoff_id)


@on_postgres
async def test_a_policy_signed_while_the_next_is_put_up_stays_in_force(database: Database) -> None:
    policy = read(SOURCE)
    for change in ("", "# second\n"):
        await put_up(database, SOURCE + change, policy, "test", NOW)
    await sign(database, 2, "marta@acme.example", NOW)
    async with database.write() as session:
        second = await policies.lock(session, 2)
        assert second
        third = asyncio.create_task(put_up(database, SOURCE + "# third\n", policy, "test", NOW))
        await somebody_waits(database)
        await policies.leave(session, "in_force", "replaced", NOW)
        second.state = "in_force"
        session.add(second)

    await third

    async with database.read() as session:
        in_force = await policies.in_force(session)
        assert in_force
        assert in_force[0] == 2


@on_postgres
async def test_two_leads_at_once_do_not_pass_a_reps_daily_cap(lawless: Story) -> None:
    await lawless.apply_policy(CAPPED)
    company = Company(name="Acme", industry="Manufacturing", employees=450, country="DE")
    first = Facts(source="fair", email="first@acme.example", company=company, contact_requested=True)
    async with lawless.database.write() as session:
        await take_lead(session, Incoming(first), lawless.clock.now())
        second = asyncio.create_task(lawless.send("leads", ANA))
        await somebody_waits(lawless.database)

    taken = (await second).json()

    assert (await handoff(lawless, taken["handoff_id"])).state == "waiting"


async def test_a_lead_reassigned_before_its_owner_was_found_gone_stays_with_the_new_owner(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await rita_leaves(story)

    await handoffs.assign(story.database, handoff_id, RAVI, MARTA, story.clock.now())
    await story.settle()
    await story.until(story.clock.at + timedelta(hours=2, minutes=1))

    assert (await handoff(story, handoff_id)).owner == RAVI


@on_postgres
async def test_two_who_miss_a_lead_at_once_wait_for_each_other_before_they_hold_a_card(lawless: Story) -> None:
    switching = "assignment: {off_duty_after: 1}\n"
    ladder = "fast: {acceptance: {within: 15 minutes, ladder: [{at: 100%, do: recycle}]}}"
    lines = [f"  {ladder}" if line.startswith("  fast:") else line for line in SOURCE.splitlines()]
    await lawless.apply_policy("\n".join([*lines, switching]))
    await lawless.lead(contact_requested=True, signals=[], company={"name": "Acme"})
    await forms.open_home(lawless.database, RITA, lawless.clock.now())
    late = lawless.clock.now() + timedelta(minutes=16)
    async with lawless.database.write() as session:
        await absences.alone_switching(session)
        missed = asyncio.create_task(escalate_one(lawless.database, late))
        await somebody_waits(lawless.database)
        await cards.refresh_homes(session, {RITA}, late)

    assert await missed
    async with lawless.database.read() as session:
        (absence,) = await absences.of(session, [RITA], late)
    assert absence.source == "baton"


@on_postgres
async def test_news_of_a_lead_at_the_moment_its_owner_leaves_does_not_keep_it_with_them(story: Story) -> None:
    taken = await story.lead()
    async with story.database.write() as session:
        lead = await leads.lock(session, taken["lead_id"])
        leaving = asyncio.create_task(rita_leaves(story))
        await somebody_waits(story.database)
        await score_again(session, lead, story.clock.now())
    await leaving

    await story.settle()

    assert (await handoff(story, taken["handoff_id"])).owner == RAVI


async def test_whoever_has_left_cannot_accept_in_the_last_second(story: Story) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await rita_leaves(story)

    told = await story.forge(RITA, "accept", handoff_id)

    assert "left the team" in told
    assert (await handoff(story, handoff_id)).owner == RAVI


@on_postgres
async def test_a_press_that_makes_way_for_another_is_decided_all_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = await story.lead()
    made_way: list[str] = []

    async def making_way(session: Session, lead: LeadRow, *decided: Any) -> None:
        await apply(session, lead, *decided)
        if not made_way:
            made_way.append(lead.id)
            ended = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
            await (await session.connection()).execute(text(ended))

    monkeypatch.setattr(handoffs, "apply", making_way)
    await story.press_in_dm(RITA, "Accept")

    assert made_way == [taken["lead_id"]]
    assert (await handoff(story, taken["handoff_id"])).state == "accepted"
    async with story.database.read() as session:
        accepted = select(HistoryRow).where(HistoryRow.what == "accepted")
        assert len((await session.exec(accepted)).all()) == 1


async def rita_leaves(story: Story) -> None:
    """A policy without her is in force, and nothing has followed from it yet."""
    async with story.database.read() as session:
        found = await policies.in_force(session)
    assert found
    policy = found[1]
    (team,) = policy.teams
    left = team.model_copy(update={"reps": tuple(rep for rep in team.reps if rep.email != RITA)})
    without = policy.model_copy(update={"teams": (left,), "sign_off": type(policy.sign_off)()})
    applied = await put_up(story.database, "without Rita", without, "test", story.clock.now())
    assert applied.state == "in_force"


async def test_a_handoff_nobody_can_read_waits_alone(story: Story) -> None:
    broken = (await story.lead())["handoff_id"]
    sound = (await story.lead(external_id="A-2", email="bo@acme.example", phone=None))["handoff_id"]
    async with story.database.write() as session:
        await session.exec(update(HandoffRow).where(HandoffRow.id == broken).values(scoring={"fit": "much"}))

    await story.pass_time(hours=2, minutes=1)

    async with story.database.read() as session:
        rows = {row.id: row for row in await session.exec(select(HandoffRow))}
    assert (rows[broken].step, rows[broken].backoff) == (0, 1)
    assert (rows[sound].step, rows[sound].backoff) == (1, 0)


async def test_what_is_said_of_a_handoff_nobody_can_read_repeats_nothing_of_it(story: Story) -> None:
    broken = (await story.lead())["handoff_id"]
    async with story.database.write() as session:
        await session.exec(update(HandoffRow).where(HandoffRow.id == broken).values(scoring={"fit": "much"}))

    with pytest.raises(StepFailed) as failed:
        await escalate_one(story.database, story.clock.now() + timedelta(hours=3))

    said = "".join(traceback.format_exception(failed.value))
    assert broken in said
    assert "much" not in said
