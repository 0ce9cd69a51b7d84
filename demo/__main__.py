"""`python -m demo [--tour]`: Baton beside a stand-in Slack workspace."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from demo.live import live
from demo.processes import Failed
from demo.stage import CannotStart
from demo.tour import tour


async def _until_stopped(work: Coroutine[Any, Any, int | None]) -> int:
    """What the work comes to; the first signal that asks to stop ends it in good order, and no other disturbs that."""
    playing = asyncio.ensure_future(work)
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            playing.cancel()

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    return await playing or 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="baton demo", description="Baton beside a stand-in Slack workspace.")
    parser.add_argument("--tour", action="store_true", help="play one scripted story and stop")
    arguments = parser.parse_args()
    out = Console(highlight=False)
    try:
        return asyncio.run(_until_stopped(tour(out) if arguments.tour else live(out)))
    except asyncio.CancelledError:
        out.print("Stopped.")
        return 1 if arguments.tour else 0
    except (CannotStart, Failed) as error:
        out.print(Text(str(error), "red"), soft_wrap=True)
    except httpx.HTTPError as error:
        out.print(Text(f"The connection was lost ({type(error).__name__}).", "red"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
