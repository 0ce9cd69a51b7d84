"""A Baton with nothing to do asks its database almost nothing, and what comes is done all the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot import ticker
from bot.app import Baton, begin
from bot.chores import Chore
from bot.delivery.webhooks import Messenger
from storage.database import Database
from storage.delivery import cards, webhooks
from storage.tables import CardRow, WebhookRow
from tests.stories.conftest import RITA, Story

MOST = 4
"""Statements a second of a Baton that has nothing to do, BEGIN counted."""
TICKS = 5


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement meanwhile, and every beginning of a transaction."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    def begun(_connection: object) -> None:
        said.append("BEGIN")

    listeners: tuple[tuple[str, Callable[..., None]], ...] = (("before_cursor_execute", note), ("begin", begun))
    for name, hears in listeners:
        event.listen(database.engine.sync_engine, name, hears)
    yield said
    for name, hears in listeners:
        event.remove(database.engine.sync_engine, name, hears)


@asynccontextmanager
async def running(baton: Baton) -> AsyncIterator[asyncio.Event]:
    """Everything that goes on beside HTTP; yields what makes the clock tick."""
    ticked, stopping = asyncio.Event(), asyncio.Event()
    loops = begin(baton, ticked, stopping).values()
    yield ticked
    stopping.set()
    ticked.set()
    baton.wake()
    async with asyncio.timeout(10):
        await asyncio.gather(*loops)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits for it, some seconds at most."""
    for _ in range(1000):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


async def turned(baton: Baton, ticked: asyncio.Event) -> None:
    """A tick, and all that it brought."""

    def turns() -> float:
        return baton.watch.registry.get_sample_value("baton_ticks_total", {"ended": "done"}) or 0

    async def more() -> bool:
        return turns() > was

    was = turns()
    ticked.set()
    await until(more)


async def test_a_tick_with_nothing_to_do_is_one_look(story: Story) -> None:
    await story.lead()
    async with running(story.baton) as ticked:
        await turned(story.baton, ticked)
        await asyncio.sleep(0.2)  # whoever was just started has looked
        with counted(story.database) as said:
            for _ in range(TICKS):
                await turned(story.baton, ticked)

    assert len(said) * ticker.EVERY <= MOST * TICKS, said
    assert len([one for one in said if "EXISTS" in one]) == TICKS


async def test_what_nobody_was_woken_for_is_found_at_the_next_tick(story: Story) -> None:
    async with running(story.baton) as ticked:
        await turned(story.baton, ticked)
        async with story.database.write(wakes=False) as session:  # as another process would
            await cards.want_home(session, RITA, story.clock.now())
        await turned(story.baton, ticked)
        await until(lambda: is_all_shown(story))


async def is_all_shown(story: Story) -> bool:
    async with story.database.read() as session:
        return not (await session.exec(select(CardRow.key).where(CardRow.wanted > CardRow.shown))).all()


async def test_a_process_that_tells_nobody_leaves_events_to_one_that_does(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    deaf = Messenger(story.database, None, story.clock.now)

    assert not await deaf.send_one()
    await story.pass_time(minutes=59)
    assert not await deaf.send_one()
    assert await told(story) == 0

    async with story.database.write() as session:  # the other one tells the first, and the second has to wait
        first = await webhooks.claim(session, story.clock.now(), timedelta(seconds=30))
        assert first
        await webhooks.settle(session, first.key, first.attempt, done_at=story.clock.now(), sent=True)
    await story.pass_time(minutes=30)
    assert not await deaf.send_one()
    assert await told(story) == 1

    await story.pass_time(minutes=40)  # and then it is gone
    while await deaf.send_one():
        pass
    assert await told(story) == 2


async def test_what_another_process_tries_again_and_again_is_not_needless(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    async with story.database.write() as session:
        tried = await webhooks.claim(session, story.clock.now(), timedelta(seconds=30))
        assert tried
        again = story.clock.now() + timedelta(hours=4)
        await webhooks.settle(session, tried.key, tried.attempt, retry_at=again, failures=1)
    await story.pass_time(hours=4, minutes=30)

    assert not await Messenger(story.database, None, story.clock.now).send_one()
    assert await told(story) == 0


async def test_what_nobody_is_told_is_cleared_in_portions(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await story.pass_time(hours=2)
    waiting = await untold(story)
    assert waiting > 1
    monkeypatch.setattr("bot.delivery.webhooks.CLEARED_AT_ONCE", 1)
    commits = list[None]()
    event.listen(story.database.engine.sync_engine, "commit", lambda _: commits.append(None))

    assert await Messenger(story.database, None, story.clock.now).send_one()

    assert await untold(story) == 0
    assert len(commits) > waiting


async def untold(story: Story) -> int:
    async with story.database.read() as session:
        return len((await session.exec(select(WebhookRow.key).where(WebhookRow.done_at.is_(None)))).all())  # type: ignore[union-attr]


async def told(story: Story) -> int:
    async with story.database.read() as session:
        return len((await session.exec(select(WebhookRow.key).where(WebhookRow.done_at.is_not(None)))).all())  # type: ignore[union-attr]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chore_that_fails_keeps_neither_the_clock_nor_the_next_chore_from_being_done(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def fails(*_: object) -> None:
        done.append("failed")
        raise RuntimeError("a chore")

    async def does(*_: object) -> None:
        done.append("done")

    async def twice() -> bool:
        return done.count("done") >= 2

    at_once = timedelta(0)
    monkeypatch.setattr("bot.chores.chores", lambda: (Chore(at_once, fails), Chore(at_once, does)))
    monkeypatch.setattr("bot.chores.BETWEEN_LOOKS", 0.01)
    async with running(story.baton) as ticked:
        await turned(story.baton, ticked)
        await until(twice)
    assert done[:4] == ["failed", "done"] * 2
