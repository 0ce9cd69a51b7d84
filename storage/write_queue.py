"""Who writes next where one writes at a time."""

import asyncio
from collections import deque
from contextvars import ContextVar

pressing: ContextVar[bool] = ContextVar("pressing", default=False)
"""Whether somebody looks at a screen and waits for what this task does."""


class WriteQueue:
    """A lock: whoever is waited for by a person goes before the others, and else whoever came first."""

    def __init__(self) -> None:
        self._taken = False
        self._pressing: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    def is_pressed(self) -> bool:
        """Whether a person waits for the turn that is taken to end."""
        return bool(self._pressing)

    async def __aenter__(self) -> None:
        if not self._taken:
            self._taken = True
            return
        queue = self._pressing if pressing.get() else self._others
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():
                self._pass_on()
            elif mine in queue:  # unless it was left out already by whoever passed the turn on
                queue.remove(mine)
            raise

    async def __aexit__(self, *_: object) -> None:
        if self._pressing or self._others:
            asyncio.get_running_loop().call_soon(self._pass_on)  # whoever waits to hear of what is written goes first
        else:
            self._taken = False

    def _pass_on(self) -> None:
        for queue in (self._pressing, self._others):
            while queue:
                next_one = queue.popleft()
                if not next_one.done():
                    next_one.set_result(None)
                    return
        self._taken = False
