"""Small notices to open pages: something changed, read it again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from sandbox.json_types import Json


class Notices:
    """Hands each notice to every listening page whose person may know of it."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Json], str] = {}

    def tell(self, notice: Json, audience: Collection[str] | None = None) -> None:
        """Queues the notice for the people named, or for everybody."""
        for queue, user in self._listeners.items():
            if audience is None or user in audience:
                queue.put_nowait(notice)

    def listen(self, user: str) -> asyncio.Queue[Json]:
        """A queue that gets that person's notices until it leaves."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners[queue] = user
        return queue

    def leave(self, queue: asyncio.Queue[Json]) -> None:
        self._listeners.pop(queue, None)
