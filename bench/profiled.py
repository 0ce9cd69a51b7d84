"""`baton run` without Slack's pace, that from SIGUSR1 on notes a thousand times a second what it does.

When it is stopped it writes that as a page to look at: `python -m bench.profiled PAGE`.
"""

import asyncio
import signal
import sys
from pathlib import Path

from pyinstrument import Profiler
from pyinstrument.renderers import HTMLRenderer

from bench import serving, unpaced

EVERY = 0.001
"""Seconds between two looks."""


async def noted(profiler: Profiler) -> None:
    """Serves until it is stopped."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, profiler.start)
    await unpaced.served()
    if profiler.is_running:
        profiler.stop()


def main() -> None:
    profiler = Profiler(interval=EVERY, async_mode="disabled")  # all that the loop does, whoever waits for it
    serving.run(noted(profiler))
    if profiler.last_session:
        Path(sys.argv[1]).write_text(profiler.output(HTMLRenderer()), encoding="utf-8")


if __name__ == "__main__":
    main()
