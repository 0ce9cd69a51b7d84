"""The clock's hands: who hears of a tick, and of what there is to do, whatever goes wrong."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from bot import ticker
from bot.usecases.stepping import Taken
from bot.watch import Watch
from storage.database import Database
from storage.operating.due import ALL, Due

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NONE = Due(*[False] * len(ALL))


async def test_it_ticks_where_the_loop_runs() -> None:
    ticked, threads = asyncio.Event(), set[int]()

    def tick() -> None:
        threads.add(threading.get_ident())
        ticked.set()

    ticking = ticker.scheduler(tick, 0.01)
    ticking.start()
    async with asyncio.timeout(10):
        await ticked.wait()
    ticking.shutdown(wait=False)

    assert threads == {threading.get_ident()}


async def test_where_nobody_could_look_each_looks_for_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Due] = []
    ticked, stopping = asyncio.Event(), asyncio.Event()

    async def fails(*_: object) -> Due:
        stopping.set()
        raise RuntimeError("a look")

    monkeypatch.setattr(ticker, "look", fails)
    ticked.set()
    await ticker.run(database, lambda: NOW, ticked, stopping, Watch("0"), found.append)

    assert found == [ALL]


async def test_in_a_long_wave_of_deadlines_others_hear_what_they_have_to_do(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, found = 3, list[Due]()

    async def take_some(*_: object) -> Taken:
        nonlocal left
        left -= 1
        return Taken(1)

    async def look(*_: object) -> Due:
        return NONE._replace(steps=left > 0)

    monkeypatch.setattr(ticker, "escalate_some", take_some)
    monkeypatch.setattr(ticker, "look", look)
    monkeypatch.setattr(ticker, "EVERY", 0.0)
    await ticker.do_due(database, lambda: NOW, found=found.append)

    assert [due.steps for due in found] == [True, True, True, False]
