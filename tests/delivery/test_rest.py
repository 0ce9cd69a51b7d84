"""A courier with nothing to send leaves the machine alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event

from bot.delivery.courier import Courier
from bot.delivery.pace import Lane, Pace
from bot.delivery.slack import Slack
from storage.assigning import people
from storage.database import Database
from storage.delivery import cards, sending

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_only_new_work_wakes_a_courier_and_looking_for_it_does_not(database: Database) -> None:
    woken: list[str] = []
    database.after_commit = lambda: woken.append("woken")
    courier = Courier(database, Slack(AsyncWebClient(token="xoxb-nobody")), lambda: NOW)

    assert not await courier.deliver_one()
    assert woken == []

    async with database.write() as session:
        await cards.want(session, "a:dm:U1", "dm", "U1", NOW)
    assert woken == ["woken"]


async def test_of_all_that_could_send_only_one_looks_for_something_to_send(database: Database) -> None:
    courier = Courier(database, Slack(AsyncWebClient(token="xoxb-nobody")), lambda: NOW)
    looks, stopping = list[str](), asyncio.Event()

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        looks.extend([statement] if "FROM card" in statement else [])

    running = asyncio.create_task(courier.run(stopping))
    for expected in (1, 2):
        for _ in range(20):
            async with database.read() as session:
                await people.get(session, "U1")
        assert len(looks) == expected
        courier.wake()
    stopping.set()
    courier.wake()
    await asyncio.wait_for(running, 10)


async def test_what_opens_while_somebody_looks_is_looked_for_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, looks, twice = [NOW], list[datetime](), asyncio.Event()
    courier = Courier(database, Slack(AsyncWebClient(token="xoxb-nobody")), lambda: moment[0])
    courier.pace.posted("C1", NOW - sending.BETWEEN_POSTS + timedelta(milliseconds=2))

    async def ready(*_: object) -> list[sending.Ready]:
        moment[0] += timedelta(milliseconds=3)
        looks.append(moment[0])
        if len(looks) == 2:
            twice.set()
        return []

    monkeypatch.setattr(sending, "ready", ready)
    stopping = asyncio.Event()
    running = asyncio.create_task(courier.run(stopping))
    await asyncio.wait_for(twice.wait(), 10)
    stopping.set()
    courier.wake()
    await asyncio.wait_for(running, 10)


def test_nothing_opens_later_while_everything_is_open_although_the_clock_runs_on() -> None:
    readings = count()
    pace = Pace(lambda: NOW + timedelta(microseconds=next(readings)))
    assert pace.opens_at() is None

    pace.hold(Lane.POST, 30)
    opens = pace.opens_at()
    assert opens is not None
    assert timedelta(seconds=29) < opens - NOW < timedelta(seconds=31)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_looking_for_work_passes_over_no_card_that_needs_none(database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    async with database.read() as session:
        await sending.ready(session, NOW, sending.Closed(), 10)
        connection = await session.connection()
        statement, values = asked[-1]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(row._mapping["detail"]) for row in plan]

    for index in ("card_to_post", "card_to_change", "card_homes"):
        assert any(index in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN card")]
