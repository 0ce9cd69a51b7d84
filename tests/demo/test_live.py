"""`baton demo`: the example leads come in, and a line is told for each thing that happens."""

import asyncio
import re
from contextlib import suppress
from io import StringIO

import pytest
from rich.console import Console

from demo.live import live, shortened

SECONDS = 60


class Screen(StringIO):
    """What is shown; `complete` as soon as all these words are."""

    def __init__(self, *awaited: str) -> None:
        super().__init__()
        self.awaited = awaited
        self.complete = asyncio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if all(word in self.getvalue() for word in self.awaited):
            self.complete.set()
        return written


async def test_leads_of_the_examples_are_handed_over_and_told() -> None:
    screen = Screen("handed over", "bad rows")
    showing = asyncio.create_task(live(Console(file=screen), port=None))
    shown = asyncio.create_task(screen.complete.wait())
    await asyncio.wait([showing, shown], timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in (showing, shown):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await showing

    said = screen.getvalue()
    assert re.search(r"^leads\.csv: \d+ stored, .* 8 bad rows\.$", said, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d  handed over  to \w+ \w+: .+ at .+$", said, re.MULTILINE)
    assert max(map(len, said.splitlines())) <= 120
    workspace = re.search(r"http://127\.0\.0\.1:(\d+)", said)
    assert workspace
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(workspace[1]))


def test_of_a_long_report_the_first_lines_are_shown() -> None:
    assert shortened(["leads.csv: 3 stored."]) == ["leads.csv: 3 stored."]
    assert shortened(["leads.csv: 3 stored.", "line 4", "line 5", "line 6"])[1:] == ["line 4", "line 5", "line 6"]
    report = ["leads.csv: 3 stored.", *(f"line {number}" for number in range(4, 12))]
    assert shortened(report) == ["leads.csv: 3 stored.", "line 4", "line 5", "line 6", "and 5 more like these"]
