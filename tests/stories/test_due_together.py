"""Many steps that are due at once: written together where nobody waits, and each by itself where one fails."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, func, select, text

from bot.usecases import stepping
from bot.usecases.stepping import StepFailed, Take, Taken, take_some
from storage.database import Database, DatabaseError, Session
from storage.operating.steps import put_off
from storage.retrying import once_more
from storage.tables import HandoffRow, PersonRow
from storage.write_queue import pressing
from tests.stories.conftest import ANA, Story

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


async def three_due(story: Story) -> tuple[list[str], datetime]:
    """The ids of three handoffs, the longest due first, and a moment at which all are due."""
    for number in range(3):
        company = {**ANA["company"], "name": f"Firm {number}", "domain": f"firm{number}.example"}
        named = {"email": f"a@firm{number}.example", "external_id": f"A-{number}", "phone": None}
        await story.lead(**named, company=company)
        story.clock.at += timedelta(seconds=1)
    async with story.database.read() as session:
        rows = await session.exec(select(HandoffRow.id).order_by(col(HandoffRow.due_at)))
        return list(rows.all()), story.clock.now() + timedelta(hours=4)


def taking(taken: list[str], first: Callable[[str], Awaitable[None]] | None = None) -> Take:
    """A step that lets the next one wait for a day; `first`, something else happens."""

    async def take(session: Session, row_id: str, now: datetime) -> None:
        if first:
            await first(row_id)
        await put_off(session, HandoffRow, row_id, now, now + timedelta(days=1), 0)
        taken.append(row_id)

    return take


async def still_due(database: Database, now: datetime) -> int:
    async with database.read() as session:
        due = select(func.count()).select_from(HandoffRow).where(col(HandoffRow.due_at) <= now)
        return (await session.exec(due)).one()


@on_sqlite
async def test_what_is_due_at_once_is_written_at_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    handoffs, now = await three_due(story)
    monkeypatch.setattr(stepping, "STRETCH", 60.0)
    taken: list[str] = []
    commits = 0

    def committed() -> None:
        nonlocal commits
        commits += 1

    story.database.after_commit = committed

    assert await take_some(story.database, HandoffRow, "handoff", taking(taken), now) == Taken(3)
    assert (taken, commits) == (handoffs, 1)
    assert await take_some(story.database, HandoffRow, "handoff", taking(taken), now) == Taken(0)


@on_sqlite
async def test_a_long_portion_ends_where_its_time_is_over(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    handoffs, now = await three_due(story)
    monkeypatch.setattr(stepping, "STRETCH", 0.0)
    taken: list[str] = []

    for number in range(3):
        assert await take_some(story.database, HandoffRow, "handoff", taking(taken), now) == Taken(1)
        assert taken == handoffs[: number + 1]


@on_sqlite
async def test_a_person_who_presses_waits_for_the_step_in_hand_and_not_for_the_next(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoffs, now = await three_due(story)
    monkeypatch.setattr(stepping, "STRETCH", 60.0)
    taken: list[str] = []
    seen: list[int] = []
    clicks: list[asyncio.Task[None]] = []

    async def click() -> None:
        pressing.set(True)
        async with story.database.write() as session:
            seen.append(len(taken))
            session.add(PersonRow(slack_id="U1", name="One", active=True, checked_at=now))

    async def somebody_presses(_row: str) -> None:
        if not clicks:
            clicks.append(asyncio.create_task(click()))
            await asyncio.sleep(0)

    step = taking(taken, somebody_presses)
    assert await take_some(story.database, HandoffRow, "handoff", step, now) == Taken(1)
    assert await take_some(story.database, HandoffRow, "handoff", step, now) == Taken(2)
    assert (seen, taken) == ([1], handoffs)


async def test_where_one_cannot_be_decided_the_others_are_taken_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoffs, now = await three_due(story)
    monkeypatch.setattr(stepping, "STRETCH", 60.0)
    taken: list[str] = []

    async def not_the_second(row_id: str) -> None:
        if row_id == handoffs[1]:
            raise ValueError("unreadable")

    step = taking(taken, not_the_second)
    well = 0
    failed: list[StepFailed] = []
    while any(some := await take_some(story.database, HandoffRow, "handoff", step, now)):
        well += some.well
        failed += some.failed

    assert well == 2
    assert [str(one) for one in failed] == [f"handoff {handoffs[1]} could not be decided and was put off"]
    assert await still_due(story.database, now) == 0
    assert await still_due(story.database, now + timedelta(seconds=3)) == 1  # the one that was put off, alone
    assert await still_due(story.database, now + timedelta(days=1)) == 3


@on_postgres
async def test_of_a_wave_two_steps_are_taken_at_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    handoffs, now = await three_due(story)
    monkeypatch.setattr(stepping, "PORTION", 1)
    taken: list[str] = []
    met = asyncio.Barrier(2)

    async def beside_another(row_id: str) -> None:
        if row_id != handoffs[0]:
            await asyncio.wait_for(met.wait(), 10)

    step = taking(taken, beside_another)
    assert await take_some(story.database, HandoffRow, "handoff", step, now) == Taken(3)
    assert (taken[0], sorted(taken)) == (handoffs[0], sorted(handoffs))
    assert await still_due(story.database, now) == 0


@on_postgres
async def test_what_makes_way_for_others_is_begun_once_more_and_no_third_time(database: Database) -> None:
    begun = 0

    async def making_way(times: int) -> str:
        nonlocal begun
        begun += 1
        async with database.write() as session:
            session.add(PersonRow(slack_id=f"U{begun}", name="One", active=True, checked_at=NOW))
            await session.flush()
            if begun <= times:
                ended = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
                await (await session.connection()).execute(text(ended))
        return "done"

    assert await once_more(lambda: making_way(1)) == "done"
    assert begun == 2
    async with database.read() as session:
        assert (await session.exec(select(PersonRow.slack_id))).all() == ["U2"]

    begun = 10
    with pytest.raises(DatabaseError, match="deadlock"):
        await once_more(lambda: making_way(20))
    assert begun == 12


@on_postgres
async def test_a_step_that_makes_way_for_a_click_is_taken_and_not_put_off(story: Story) -> None:
    handoffs, now = await three_due(story)
    taken: list[str] = []
    made_way: list[str] = []

    async def take(session: Session, row_id: str, when: datetime) -> None:
        if row_id not in made_way:
            made_way.append(row_id)
            ended = "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$"
            await (await session.connection()).execute(text(ended))
        await taking(taken)(session, row_id, when)

    while any(some := await take_some(story.database, HandoffRow, "handoff", take, now)):
        assert not some.failed
    assert taken == handoffs
