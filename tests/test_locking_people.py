"""Who needs a person whole takes all their leads in one order, whatever becomes of them meanwhile (PostgreSQL)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import text

from bot.usecases.identifying.merging import Merged, merge, unmerge
from bot.usecases.operating.erasure import erase
from storage.database import Database
from storage.identifying import leads, merges
from storage.operating import erasure
from storage.tables import LeadRow
from tests.stories.test_races import on_postgres

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=365)


@pytest.fixture
async def filled(database: Database) -> Database:
    """Ann is older than Bob, and Bob than Cid: the older one speaks for both."""
    async with database.write() as session:
        for age, name in enumerate(("cid", "bob", "ann")):
            facts = {"source": "web", "email": f"{name}@{name}.example"}
            at = BEFORE - timedelta(days=age)
            session.add(LeadRow(id=name, facts=facts, search=name, created_at=at, evidence_at=at))
            await session.flush()
            await leads.name(session, name, [("email", facts["email"])])
    return database


async def somebody_waits(database: Database, number: int = 1) -> None:
    waiting = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10):
        while True:
            async with database.read() as session:
                if (await (await session.connection()).execute(waiting)).scalar_one() >= number:
                    return


async def become_one(database: Database, one: str, other: str) -> int:
    async with database.write() as session:
        merged = await merge(session, one, other, "test", {}, NOW)
    assert isinstance(merged, Merged)
    return merged.id


async def forgotten(database: Database) -> str | None:
    async with database.write() as session:
        return await erasure.lock_due(session, NOW, BEFORE)


async def both(database: Database) -> None:
    async with database.write() as session:
        await merges.lock_all(session, ["ann", "bob"])


async def lead(database: Database, lead_id: str) -> LeadRow:
    async with database.read() as session:
        return await session.get_one(LeadRow, lead_id)


@on_postgres
async def test_who_is_forgotten_and_who_is_merged_wait_for_each_other_in_one_order(filled: Database) -> None:
    async with filled.write() as session:
        await leads.lock(session, "bob")  # so that Bob, who speaks for Ann, comes second
        (await leads.lock(session, "ann")).created_at = NOW
    await become_one(filled, "ann", "bob")
    assert (await lead(filled, "ann")).merged_into == "bob"

    async with filled.write() as session:
        await leads.lock(session, "ann")
        found = asyncio.create_task(forgotten(filled))
        await somebody_waits(filled)
        await merges.lock_all(session, ["ann", "bob"])

    assert await found == "bob"


@on_postgres
async def test_who_is_merged_while_they_are_to_be_erased_is_erased_whole(filled: Database) -> None:
    async with filled.write() as session:
        assert isinstance(await merge(session, "ann", "bob", "test", {}, NOW), Merged)
        erased = asyncio.create_task(erase(filled, "bob@bob.example", "test", NOW))
        await somebody_waits(filled)
        other = asyncio.create_task(both(filled))
        await somebody_waits(filled, 2)

    await asyncio.gather(erased, other)
    assert all([(await lead(filled, name)).erased_at for name in ("ann", "bob")])


@on_postgres
async def test_who_is_merged_in_while_others_are_parted_stays_a_part(filled: Database) -> None:
    first = await become_one(filled, "ann", "bob")
    async with filled.write() as session:
        assert isinstance(await merge(session, "ann", "cid", "test", {}, NOW), Merged)

        async def part() -> object:
            async with filled.write() as own:
                return await unmerge(own, first, "test", NOW)

        parted = asyncio.create_task(part())
        await somebody_waits(filled)

    assert isinstance(await parted, Merged)
    assert (await lead(filled, "ann")).absorbed == ["cid"]
    assert ((await lead(filled, "bob")).merged_into, (await lead(filled, "cid")).merged_into) == (None, "ann")
