"""Small work that is done again and again within a round."""

import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench.line import Bench, Round, Sample


def once_a_round(work: Callable[[], object], calls: int = 1) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """Opens a side whose rounds find the `median` of many goes, in seconds a call; a go does so many calls."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        goes = bench.many(tiny=3, quick=40, usual=200)

        async def ask() -> Sample:
            return {"median": median_seconds(work, goes) / calls}

        yield ask

    return opened


def median_seconds(work: Callable[[], object], goes: int) -> float:
    """The median of many goes: a pause of the machine in one of them says nothing."""
    taken = []
    for _ in range(goes):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
