"""Small notices to open pages: something changed, read it again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from sandbox.json_types import Json


class Notices:
    """Hands each notice to every listening page whose person may know of it."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Json | None], str] = {}

    def tell(self, notice: Json, audience: Collection[str] | None = None) -> None:
        """Queues the notice for the people named, or for everybody."""
        for queue, user in self._listeners.items():
            if audience is None or user in audience:
                queue.put_nowait(notice)

    def listen(self, user: str) -> asyncio.Queue[Json | None]:
        """A queue that gets that person's notices until it leaves; None says that there will be no more."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners[queue] = user
        return queue

    def leave(self, queue: asyncio.Queue[Json | None]) -> None:
        self._listeners.pop(queue, None)

    def close(self) -> None:
        """Lets every listening page go, so that a server can stop without waiting for them."""
        for queue in self._listeners:
            queue.put_nowait(None)
