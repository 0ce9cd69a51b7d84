"""How the postman and the messenger go on: one thing after another, and a rest where there is nothing to do."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


async def one_by_one(does: Callable[[], Awaitable[bool]], woken: asyncio.Event, stopping: asyncio.Event) -> None:
    """Does what there is until told to stop; where there is nothing, or it failed, it rests until it is woken."""
    while not stopping.is_set():
        woken.clear()  # before looking: what is committed meanwhile wakes it again
        try:
            if await does():
                continue
        except Exception:
            log.exception("a loop failed; it goes on when it is woken", loop=getattr(does, "__qualname__", ""))
        await woken.wait()
