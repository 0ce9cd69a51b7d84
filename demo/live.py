"""`baton demo`: a workspace to click in, the example leads on their way, and a line for each thing that happens."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.text import Text

from demo import dates
from demo.feed import Feed, feed_of
from demo.lines import line
from demo.reading import Names
from demo.stage import EXAMPLES, Stage, staged
from demo.together import together
from demo.workspace import Workspace

PORT = 8910
SPREADSHEETS = ("leads", "signals")
NEWEST = timedelta(minutes=1)
"""How long ago the newest thing in the spreadsheets happened."""
BAD_ROWS_SHOWN = 3
SHORTEST, LONGEST = 60, 120
"""Characters of a line, however wide the window is."""


async def live(out: Console, port: int | None = PORT) -> None:
    """Shows Baton at work until it is stopped; without a port, on one that is free."""
    out.print("Starting a workspace and Baton; this takes a few seconds.")
    async with staged(EXAMPLES / "policy.yml", port) as stage:
        await stage.while_all_run(_shown(stage, out))


async def _shown(stage: Stage, out: Console) -> None:
    workspace = Workspace(stage.workspace_url, stage.http)
    names = {one["id"]: one["real_name"] for one in (await workspace.facts())["people"]}
    feed = await feed_of(workspace)
    out.print(f"\n  Open [bold cyan]{stage.workspace_url}[/] in your browser. Ctrl-C ends the demo.\n")
    await together(feed.hear(), _told(feed, names, out), _imported(stage, out))


async def _told(feed: Feed, names: Names, out: Console) -> None:
    async for happening in feed.happenings():
        if told := line(happening, names):
            name, colour, words = told
            at = datetime.now(UTC).astimezone()
            _say(out, Text.assemble((f"{at:%H:%M:%S}  ", "dim"), (f"{name:<13}", colour), words))


def _say(out: Console, line: Text) -> None:
    """One line, and never more: what does not fit is on the page."""
    line.truncate(min(max(out.width, SHORTEST), LONGEST) if out.is_terminal else LONGEST, overflow="ellipsis")
    out.print(line, soft_wrap=True)


async def _imported(stage: Stage, out: Console) -> None:
    """Imports copies of the spreadsheets in which everything happened lately; bad rows are part of the show."""
    tables = dates.moved_to(datetime.now(UTC) - NEWEST, (dates.read(EXAMPLES / f"{name}.csv") for name in SPREADSHEETS))
    for name, rows in zip(SPREADSHEETS, tables, strict=True):
        copy = stage.directory / f"{name}.csv"
        dates.write(copy, rows)
        _, said = await stage.baton("import", name, str(copy))
        for report in shortened(said.splitlines()):
            _say(out, Text(report, "dim"))


def shortened(report: Sequence[str]) -> list[str]:
    """An import's first lines, and how many more there are."""
    more = len(report) - 1 - BAD_ROWS_SHOWN
    return [*report[: 1 + BAD_ROWS_SHOWN], *([f"and {more} more like these"] if more > 0 else [])]
