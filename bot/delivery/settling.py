"""Writes how attempts ended: those that end while others are being written are written together after them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.delivery.settlement import Settlement
from storage.tables import CardRow

Attempt = tuple[CardRow, Settlement]
Waiting = tuple[Attempt, "asyncio.Future[None]"]
"""An attempt, and whoever waits until it is written."""


@dataclass(slots=True)
class Settling:
    """One transaction at a time, for all that waits for it; who waits goes on once theirs is committed, or has failed.

    Where many cannot be written together each is tried alone: one that fails spoils no other.
    """

    write: Callable[[Sequence[Attempt]], Awaitable[None]]
    _waiting: list[Waiting] = field(default_factory=list)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def settle(self, row: CardRow, ended: Settlement) -> None:
        """Comes back once it is written; raises what kept it from being written."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(((row, ended), mine))
        async with self._writing:
            if not mine.done():
                await self._write_all()
        await mine

    async def _write_all(self) -> None:
        together, self._waiting = self._waiting, []
        try:
            await self._write(together)
        except BaseException:  # whoever was writing is told to stop: the next in turn writes what is left
            self._waiting = [*(one for one in together if not one[1].done()), *self._waiting]
            raise

    async def _write(self, together: Sequence[Waiting]) -> None:
        try:
            await self.write([attempt for attempt, _ in together])
        except Exception as error:
            if len(together) == 1:
                _end(together[0][1], error)
                return
            for one in together:
                await self._write([one])
        else:
            for _, done in together:
                _end(done)


def _end(done: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if done.done():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(None)
