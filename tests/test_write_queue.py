"""Who writes next: whoever is waited for at a screen, and then whoever came first."""

import asyncio
import contextvars

import pytest

from storage.write_queue import WriteQueue, pressing


class Desk:
    """Several who want to write, in the order in which they come, and what became of it."""

    def __init__(self) -> None:
        self.queue = WriteQueue()
        self.wrote: list[str] = []
        self.may_end = asyncio.Event()

    async def come(self, name: str, *, pressed: bool = False) -> "asyncio.Task[None]":
        context = contextvars.copy_context()
        context.run(pressing.set, pressed)
        task = asyncio.get_running_loop().create_task(self._write(name), context=context)
        await asyncio.sleep(0)
        return task

    async def _write(self, name: str) -> None:
        async with self.queue:
            self.wrote.append(name)
            await self.may_end.wait()


async def test_a_person_goes_before_the_machine_and_each_kind_in_the_order_it_came() -> None:
    desk = Desk()
    came = [await desk.come("first")]
    came += [await desk.come(name, pressed=name.startswith("click")) for name in ("b", "c", "click 1", "d", "click 2")]

    assert desk.queue.is_pressed()
    desk.may_end.set()
    await asyncio.gather(*came)

    assert desk.wrote == ["first", "click 1", "click 2", "b", "c", "d"]
    assert not desk.queue.is_pressed()


@pytest.mark.parametrize("pressed", [False, True])
async def test_whoever_stops_waiting_leaves_the_place_to_the_next(pressed: bool) -> None:
    desk = Desk()
    first, gone, last = [await desk.come(name, pressed=pressed) for name in ("first", "gone", "last")]

    gone.cancel()
    await asyncio.wait([gone])
    desk.may_end.set()
    await asyncio.gather(first, last)

    assert desk.wrote == ["first", "last"]


async def test_whoever_is_told_to_stop_at_the_moment_of_their_turn_passes_it_on() -> None:
    desk = Desk()
    first, gone, last = [await desk.come(name) for name in ("first", "gone", "last")]

    desk.may_end.set()
    await first
    gone.cancel()  # its turn has come, and it has not heard of that yet
    await asyncio.wait([gone, last])

    assert last.exception() is None
    assert desk.wrote[-1] == "last"


async def test_whoever_is_told_to_stop_as_the_one_before_ends_stops_and_the_next_writes() -> None:
    desk = Desk()
    async with desk.queue:
        gone, last = [await desk.come(name) for name in ("gone", "last")]
        gone.cancel()  # it hears of that only after the turn was passed on
    desk.may_end.set()
    await asyncio.wait([gone, last])

    assert gone.cancelled()
    assert desk.wrote == ["last"]


async def test_what_was_written_is_heard_of_before_the_next_writes() -> None:
    queue, happened = WriteQueue(), []
    written, may_end = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with queue:
            await may_end.wait()
        written.set()

    async def reader() -> None:
        await written.wait()
        happened.append("heard of")

    async def second() -> None:
        async with queue:
            happened.append("next")

    async with asyncio.TaskGroup() as group:
        for one in (first, reader, second):
            group.create_task(one())
        await asyncio.sleep(0)
        may_end.set()
    assert happened == ["heard of", "next"]
