"""Which messages are taken in hand, by whom, and whether it still counts how they ended; on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage.assigning import people
from storage.database import Database
from storage.delivery import cards, sending
from storage.delivery.sending import Closed, Ended

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
OPEN = Closed()


async def want(database: Database, recipient: str, *keys: str, kind: str = "dm", after: int = 0) -> None:
    async with database.write() as session:
        for number, key in enumerate(keys):
            await cards.want(session, key, kind, recipient, NOW + timedelta(milliseconds=after + number))


async def ready(database: Database, closed: Closed = OPEN, *, after: float = 1) -> list[str]:
    async with database.read() as session:
        found = await sending.ready(session, NOW + timedelta(seconds=after), closed, 100)
    return [one.key for one in found]


async def claim(database: Database, *keys: str, after: float = 1) -> list[str]:
    async with database.write() as session:
        rows = await sending.claim(session, keys, NOW + timedelta(seconds=after), LEASE, OPEN)
    return [row.key for row in rows]


async def end(database: Database, *attempts: tuple[str, int], **columns: Any) -> set[str]:
    async with database.write() as session:
        return await sending.settle(session, [Ended(key, attempt, columns) for key, attempt in attempts])


async def test_of_each_recipient_the_oldest_is_ready_and_of_a_moment_the_reps_own_card(database: Database) -> None:
    await want(database, "C1", "channel-1", "channel-2", kind="channel")
    await want(database, "U2", "dm-2", after=5)
    await want(database, "U1", "dm-1")

    assert await ready(database) == ["dm-1", "channel-1", "dm-2"]
    assert await ready(database, Closed(recipients={"U1"})) == ["channel-1", "dm-2"]
    assert await ready(database, Closed(new=True)) == []


async def test_of_new_ones_only_those_wait_whose_calls_are_closed(database: Database) -> None:
    await want(database, "C1", "channel", kind="channel")
    await want(database, "U1", "first ever", after=1)
    await want(database, "U2", "one more", after=2)
    await want(database, "U3", "unsure", after=3)
    async with database.write() as session:
        await people.remember_dms(session, {"U2": "D2", "U3": "D3"}, NOW)
    assert await claim(database, "unsure") == ["unsure"]
    later = 40.0  # its lease is over, and nobody knows what came of it

    assert await ready(database, after=later) == ["channel", "first ever", "one more", "unsure"]
    assert await ready(database, Closed(unopened=True), after=later) == ["channel", "one more", "unsure"]
    assert await ready(database, Closed(unsure=True), after=later) == ["channel", "first ever", "one more"]


async def test_of_one_recipient_a_new_message_and_a_changed_one_hold_up_each_other_in_no_way(
    database: Database,
) -> None:
    await want(database, "U1", "shown")
    await want(database, "U1", "new", after=1)
    await want(database, "U1", "home", kind="home", after=2)
    assert await claim(database, "shown") == ["shown"]
    assert await end(database, ("shown", 1), ts="1.0", channel="D1") == {"shown"}

    assert await ready(database, Closed(new=True)) == ["shown", "home"]
    assert await ready(database, Closed(shown=True)) == ["new", "home"]
    assert await ready(database, Closed(homes=True)) == ["shown", "new"]
    assert await ready(database, Closed(new=True, shown=True, homes=True)) == []


async def test_what_somebody_else_has_in_hand_or_has_just_written_to_is_not_taken(database: Database) -> None:
    await want(database, "C1", "first", "second", kind="channel")
    assert await claim(database, "first") == ["first"]
    assert await ready(database) == []
    assert await claim(database, "second") == []

    shown = {"shown": 1, "ts": "1.0", "channel": "C1", "posted_at": NOW + timedelta(seconds=1)}
    assert await end(database, ("first", 1), **shown) == {"first"}

    assert await ready(database, after=1.9) == []
    assert await claim(database, "second", after=1.9) == []
    assert await claim(database, "second", after=2.1) == ["second"]


async def test_of_several_attempts_only_those_count_that_nobody_took_over(database: Database) -> None:
    await want(database, "U1", "mine")
    await want(database, "U2", "lost")
    assert await claim(database, "mine", "lost") == ["mine", "lost"]
    assert await claim(database, "lost", after=40) == ["lost"]

    assert await end(database, ("mine", 1), ("lost", 1), shown=1, digest="d") == {"mine"}

    async with database.read() as session:
        mine, lost = await cards.get(session, "mine"), await cards.get(session, "lost")
    assert mine
    assert lost
    assert (mine.stale, mine.digest, mine.lease_until) == (False, "d", None)
    assert (lost.stale, lost.digest, lost.lease_until) == (True, None, NOW + timedelta(seconds=70))


async def test_an_attempt_counts_for_nothing_once_somebody_took_over(database: Database) -> None:
    await want(database, "U1", "lost")
    assert await claim(database, "lost") == ["lost"]
    assert await claim(database, "lost", after=40) == ["lost"]

    assert await end(database, ("lost", 1), shown=1) == set()
    assert await end(database, ("lost", 2), shown=1) == {"lost"}


async def test_what_was_wanted_again_meanwhile_is_still_behind(database: Database) -> None:
    await want(database, "U1", "again")
    assert await claim(database, "again") == ["again"]
    async with database.write() as session:
        await cards.want(session, "again", "dm", "U1", NOW)

    assert await end(database, ("again", 1), shown=1) == {"again"}

    assert await ready(database) == ["again"]


@pytest.mark.parametrize("waiting", [10, 1_000])
async def test_many_that_wait_cost_no_more_statements(database: Database, waiting: int) -> None:
    await want(database, "C1", *(f"card-{number}" for number in range(waiting)), kind="channel")
    asked: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.extend([statement] if "card" in statement else [])

    assert await ready(database, after=5) == ["card-0"]
    assert await claim(database, "card-0", after=5) == ["card-0"]
    assert await end(database, ("card-0", 1), shown=1) == {"card-0"}

    assert len([one for one in asked if "advisory" not in one]) == 3


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_of_several_that_end_what_somebody_else_writes_to_is_not_waited_for(database: Database) -> None:
    await want(database, "U1", "a")
    await want(database, "U2", "b")
    assert await claim(database, "a", "b") == ["a", "b"]
    async with database.write() as decides:
        await cards.refresh_these(decides, ["b"], NOW)

        assert await asyncio.wait_for(end(database, ("a", 1), ("b", 1), shown=1), 10) == {"a"}

        await cards.refresh_these(decides, ["a"], NOW)  # would wait for an end that waits for it
    assert await end(database, ("b", 1), shown=1) == {"b"}
