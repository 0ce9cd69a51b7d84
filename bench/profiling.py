"""Where the time of one path goes: `python -m bench.profiling click` leaves a page that shows it, call by call."""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bench import clicking, site, stores
from bench.company import Company
from bench.lines import clicks, posting
from bench.site import Site, prepared

COMPANY = Company(teams=3)
Load = Callable[[Site, int], Awaitable[None]]


async def intake(one: Site, count: int) -> None:
    """Leads that qualify, one a request, until Slack has their messages."""
    begin(one)
    await posting.in_a_rush(one, count)


async def click(one: Site, count: int) -> None:
    """Presses of Accept."""
    await clicks.brought(one, count)
    pressed = await clicks.presses(one, count)
    begin(one)
    for body in pressed.values():
        await clicking.waited(one, body)


async def deadlines(one: Site, count: int) -> None:
    """Reminders that are all due now, until Slack has them."""
    await clicks.brought(one, count)
    await one.forget()
    async with stores.of(one.settings) as database:
        waiting = await clicks.offered(database)
        begin(one)
        await clicks.made_due(database, waiting[:count])
        await one.posted(count)


async def courier(one: Site, count: int) -> None:
    """Messages that wait, until Slack has them; most leads were taken by a Baton that kept Slack's pace."""
    await one.posted(2 * count)


PATHS: Mapping[str, Load] = {"intake": intake, "click": click, "deadlines": deadlines, "courier": courier}


def begin(one: Site) -> None:
    """Noting begins now."""
    if one.app:
        one.app.process.send_signal(signal.SIGUSR1)


async def profiled(path: str, count: int, page: Path, folder: Path) -> None:
    """Plays that path to a Baton that notes what it does."""
    folder = folder / path / "Baton"
    folder.mkdir(parents=True)
    async with prepared(folder, COMPANY, paced=False) as one:
        if path == "courier":
            await _left_waiting(one, count)
        await one.start("-m", "bench.profiled", str(page))
        if path == "courier":
            begin(one)
        await PATHS[path](one, count)


async def _left_waiting(one: Site, count: int) -> None:
    """Leads taken by a Baton that is stopped before Slack has their messages."""
    paced = await one.start(*site.BATON, "run")
    for _ in range(0, count, 100):
        await one.send({"items": one.leads(min(count, 100), COMPANY.lead)})
    await paced.kill()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.profiling", description="Leaves a page that shows where time goes.")
    parser.add_argument("path", choices=sorted(PATHS))
    parser.add_argument("--count", type=int, default=300, help="leads, presses, deadlines or twice as many messages")
    parser.add_argument("--page", type=Path, help="where it is written; profile-PATH.html here, if nothing is said")
    asked = parser.parse_args()
    page = asked.page or Path(f"profile-{asked.path}.html")
    with tempfile.TemporaryDirectory(prefix="baton-profile-") as folder:
        asyncio.run(profiled(asked.path, asked.count, page.resolve(), Path(folder)))
    print(f"{page}: open it in a browser")  # noqa: T201 - what was asked for


if __name__ == "__main__":
    main()
