"""How attempts ended is written together, and what fails or stops in one spoils no other."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.delivery.settlement import Settlement
from bot.delivery.settling import Attempt, Settling
from storage.tables import CardRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ENDED = Settlement({})


def card(key: str) -> CardRow:
    return CardRow(key=key, kind="dm", recipient="U1", retry_at=NOW, created_at=NOW)


class Book:
    """Notes what was written together; refuses whatever holds a key that is to fail, and waits at the gate."""

    def __init__(self, *failing: str) -> None:
        self.pages: list[list[str]] = []
        self.gate = asyncio.Event()
        self._begun = asyncio.Event()
        self._failing = failing

    async def write(self, attempts: Sequence[Attempt]) -> None:
        keys = [row.key for row, _ in attempts]
        self._begun.set()
        await self.gate.wait()
        if set(keys) & set(self._failing):
            raise ValueError(keys)
        self.pages.append(keys)

    async def settled(self, *keys: str) -> list["asyncio.Task[None]"]:
        """The first is being written while the others end."""
        settling = Settling(self.write)
        tasks = [asyncio.create_task(settling.settle(card(key), ENDED)) for key in keys]
        await self._begun.wait()
        return tasks


async def test_what_ends_while_another_is_written_is_written_together_after_it() -> None:
    book = Book()
    tasks = await book.settled("a", "b", "c", "d")
    assert not any(task.done() for task in tasks)

    book.gate.set()
    await asyncio.gather(*tasks)

    assert book.pages == [["a"], ["b", "c", "d"]]


async def test_one_that_cannot_be_written_fails_alone() -> None:
    book = Book("c")
    tasks = await book.settled("a", "b", "c", "d")
    book.gate.set()

    ended = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(one) for one in ended] == [type(None), type(None), ValueError, type(None)]
    assert book.pages == [["a"], ["b"], ["d"]]


async def test_what_was_being_written_as_its_writer_was_told_to_stop_is_written_by_the_next() -> None:
    book = Book()
    first, second = await book.settled("a", "b")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    book.gate.set()
    await second

    assert book.pages == [["a", "b"]]


async def test_what_is_left_of_several_as_their_writer_was_told_to_stop_is_written_by_the_next() -> None:
    pages: list[list[str]] = []
    gate, alone = asyncio.Event(), asyncio.Event()

    async def write(attempts: Sequence[Attempt]) -> None:
        keys = [row.key for row, _ in attempts]
        if keys == ["a"]:
            await gate.wait()
        if len(keys) > 1:
            raise ValueError(keys)
        if keys == ["b"] and not alone.is_set():
            alone.set()
            await asyncio.Event().wait()
        pages.append(keys)

    settling = Settling(write)
    first, writer, left = (asyncio.create_task(settling.settle(card(key), ENDED)) for key in ("a", "b", "c"))
    await asyncio.sleep(0)
    gate.set()
    await alone.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer

    await asyncio.wait_for(left, 10)
    await first
    assert pages == [["a"], ["b"], ["c"]]
