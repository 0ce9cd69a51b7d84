"""What is undone leaves nothing behind in the process that undid it."""

from datetime import UTC, datetime

import pytest

from bot.domain.availability import Absence
from bot.domain.policy import Policy
from bot.policy_file import read
from bot.usecases.assigning.availability import standings
from storage.accounting import history
from storage.assigning import absences, turns
from storage.database import Database
from storage.governing import policies
from storage.identifying import leads
from storage.tables import HistoryRow, LeadRow, PolicyRow
from tests.stories.conftest import ROOT

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def version(company: str) -> PolicyRow:
    policy = read((ROOT / "tests/stories/policy.yml").read_text()).model_copy(update={"company": company})
    return PolicyRow(source="", body=policy.model_dump_json(), state="in_force", applied_at=NOW, applied_by="test")


async def test_what_is_undone_with_its_savepoint_did_not_happen(database: Database) -> None:
    told: list[HistoryRow] = []
    database.happened = told.append
    async with database.write() as session:
        await history.append(session, NOW, "first", "test")
        outer = await session.begin_nested()
        async with session.begin_nested():
            await history.append(session, NOW, "undone with what is around it", "test")
        await outer.rollback()
        async with session.begin_nested():
            await history.append(session, NOW, "second", "test")
        assert told == []
    assert [row.what for row in told] == ["first", "second"]


async def test_a_turn_and_an_absence_that_are_undone_count_for_nobody(database: Database) -> None:
    policy = Policy.model_validate_json(version("Acme").body)
    team = policy.teams[0]
    rep = team.reps[0].email
    async with database.write() as session:
        before = (await turns.lock(session, [team]))[team.id]
        there = await standings(session, policy, team, NOW)
        savepoint = await session.begin_nested()
        await turns.save(session, {team.id: before.booked({rep: 7})})
        assert (await turns.lock(session, [team]))[team.id].of(rep) == before.of(rep) + 7
        await absences.add(session, Absence(person=rep, starts_at=NOW, source="self", by=rep), NOW)
        assert there[rep].on_shift
        assert not (await standings(session, policy, team, NOW))[rep].on_shift
        await savepoint.rollback()
        assert (await turns.lock(session, [team]))[team.id] == before
        assert await standings(session, policy, team, NOW) == there


async def test_what_a_lead_was_changed_to_is_undone_with_it(database: Database) -> None:
    async with database.write() as session:
        session.add(LeadRow(id="L1", facts={}, search="", stage="mql", evidence_at=NOW, created_at=NOW))
        lead = await leads.lock(session, "L1")
        savepoint = await session.begin_nested()
        await leads.change(session, lead, {"stage": "sql"})
        assert (await leads.get(session, "L1")).stage == "sql"
        within = await session.begin_nested()
        await within.rollback()
        assert (await leads.get(session, "L1")).stage == "sql"
        await savepoint.rollback()
        assert (await leads.get(session, "L1")).stage == "mql"


async def put_up_and_undo(database: Database) -> None:
    async with database.write() as session:
        await policies.add(session, version("Undone"))
        found = await policies.in_force(session)
        assert found
        assert found[1].company == "Undone"
        raise ZeroDivisionError


async def test_a_policy_that_was_never_committed_is_known_to_nobody(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await put_up_and_undo(database)
    async with database.write() as session:
        number = await policies.add(session, version("Acme"))
    async with database.read() as session:
        assert await policies.of_version(session, number) == (await policies.in_force(session) or (0, None))[1]
        assert (await policies.of_version(session, number)).company == "Acme"
