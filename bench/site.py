"""A workspace, and Baton or a floor beside it, each in a process of its own, as a sender and as Slack meet them."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench import processes
from bench.company import Company
from bench.line import CannotMeasure
from bench.processes import ROOT, Program

TOKEN, BOT_TOKEN, SIGNING_SECRET = "bench-intake-token", "xoxb-bench", "bench-signing-secret"
STILL = 120.0
"""Seconds after which more should have come through than before."""
BETWEEN_LOOKS = 0.02
KEPT_ALIVE = 2.0
"""Seconds for which a connection is used again: none that uvicorn ends, after five, just when it is."""
MARKED = re.compile(r"Company [A-J]{7}")


@dataclass(slots=True)
class Site:
    """What a line sends to, and where it looks for what came of it."""

    company: Company
    folder: Path
    slack: Program
    http: aiohttp.ClientSession
    settings: Mapping[str, str]
    app: Program | None = None
    numbers: int = 0
    """So many leads were made up so far."""
    started: list[Program] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the app listens.

        Raises:
            CannotMeasure: when none was started.
        """
        if self.app is None:
            raise CannotMeasure("no app was started")
        return self.app.address

    def cpu_seconds(self) -> float:
        """What the app has used of a processor so far: it says more than time where a machine has much else to do."""
        return self.app.cpu_seconds() if self.app else 0.0

    async def start(self, *command: str) -> Program:
        """The app, listening."""
        self.app = await processes.start(self.folder, *command, settings=self.settings)
        self.started.append(self.app)
        return self.app

    def leads(self, count: int, make: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
        """So many new leads."""
        self.numbers += count
        return [make(number) for number in range(self.numbers - count, self.numbers)]

    async def send(self, body: object) -> float:
        """One request to `/v1/leads`; when it was sent.

        Raises:
            CannotMeasure: when it was not accepted.
        """
        began = time.time()
        async with self.http.post(f"{self.address}/v1/leads", json=body) as answer:
            said = await answer.read()
            if answer.status != 202:
                raise CannotMeasure(f"a lead was answered {answer.status}: {said[:500]!r}")
        return began

    async def send_all(self, bodies: Iterable[object], at_once: int) -> None:
        """All of them, so many under way at a time."""
        waiting = iter(bodies)

        async def sender() -> None:
            for body in waiting:
                await self.send(body)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(sender())

    async def look(self, what: str, **query: str) -> dict[str, Any]:
        """What the workspace shows behind the scenes."""
        async with self.http.get(f"{self.slack.address}/_sandbox/{what}", params=query) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def call(self, method: str, **parameters: str) -> dict[str, Any]:
        """What Slack answers the app's token."""
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        async with self.http.post(f"{self.slack.address}/api/{method}", data=parameters, headers=headers) as answer:
            said: dict[str, Any] = await answer.json()
            return said

    async def set_clock(self, **how: float | None) -> None:
        """Moves the workspace's time; `now=None` makes it the real one again."""
        async with self.http.post(f"{self.slack.address}/_sandbox/clock", json=how) as answer:
            await answer.read()

    async def forget(self) -> None:
        """Starts counting calls anew."""
        async with self.http.delete(f"{self.slack.address}/_sandbox/calls") as answer:
            await answer.read()

    async def tally(self, method: str) -> Mapping[str, int]:
        """How many calls of a method were answered how."""
        found: dict[str, Mapping[str, int]] = (await self.look("tally"))["tally"]
        return found.get(method, {})

    async def posted(self, count: int) -> None:
        """Waits until Slack has so many messages.

        Raises:
            CannotMeasure: when it has no more of them for a long time.
        """
        had, until = 0, time.monotonic() + STILL
        while (has := (await self.tally("chat.postMessage")).get("ok", 0)) < count:
            if has > had:
                had, until = has, time.monotonic() + STILL
            elif time.monotonic() > until:
                raise CannotMeasure(f"of {count} posts {has} came, and no more in {STILL:.0f} s")
            await asyncio.sleep(BETWEEN_LOOKS)

    async def posts(self) -> dict[str, list[float]]:
        """When each lead's messages were posted, oldest first, by the name of its company."""
        found: dict[str, list[float]] = {}
        for call in (await self.look("calls", method="chat.postMessage", params="text"))["calls"]:
            if not call["error"] and (marked := MARKED.search(call["params"]["text"])):
                found.setdefault(marked[0], []).append(call["at"])
        return found


@asynccontextmanager
async def site(folder: Path, company: Company, *options: str) -> AsyncIterator[Site]:
    """A workspace of that company, with no app yet; `options` are the workspace's."""
    company.write(folder)
    files = ("--workspace", str(folder / "workspace.yml"), "--manifest", str(ROOT / "manifest.yml"))
    settings = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    async with (
        processes.running(folder, "-m", "sandbox", "--port", "0", *files, *options, settings=settings) as slack,
        aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {TOKEN}"}, connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE)
        ) as http,
    ):
        own = {
            **settings,
            "SLACK_API_URL": f"{slack.address}/api/",
            "BATON_INTAKE_TOKEN": TOKEN,
            "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
            "PORT": "0",
        }
        one = Site(company, folder, slack, http, own)
        try:
            yield one
        finally:
            await asyncio.gather(*(program.stop() for program in one.started))


UNPACED, DATABASE = "--unpaced", "baton.db"
BATON = ("-c", "from bot.cli import main; main()")
UNPACED_BATON = ("-m", "bench.unpaced")


@asynccontextmanager
async def baton(
    folder: Path, company: Company, *, paced: bool = False, command: Sequence[str] = ()
) -> AsyncIterator[Site]:
    """Baton with that company's policy in force, running; without Slack's pace, on both sides, unless `paced`.

    `command` is how it is started where that matters.
    """
    async with prepared(folder, company, paced=paced) as one:
        await one.start(*(command or ((*BATON, "run") if paced else UNPACED_BATON)))
        yield one


@asynccontextmanager
async def prepared(folder: Path, company: Company, *, paced: bool = True) -> AsyncIterator[Site]:
    """A workspace, and a database with that company's policy in force; no app runs yet."""
    shutil.copy(await _prepared(folder.parents[1], company), folder / DATABASE)
    async with site(folder, company, *(() if paced else (UNPACED,))) as one:
        yield one


async def _prepared(root: Path, company: Company) -> Path:
    """A database with that company's policy in force, made once a run."""
    folder = root / f"company-of-{company.teams}"
    if not folder.is_dir():
        folder.mkdir()
        async with site(folder, company, UNPACED) as one:  # a policy names more people than Slack tells of in a minute
            await processes.run(folder, *BATON, "migrate", settings=one.settings)
            await processes.run(folder, *BATON, "policy", "apply", "policy.yml", settings=one.settings)
    return folder / DATABASE


@asynccontextmanager
async def floor(folder: Path, company: Company, module: str, *arguments: str) -> AsyncIterator[Site]:
    """A floor beside an unpaced workspace, running."""
    async with site(folder, company, UNPACED) as one:
        await one.start("-m", f"bench.floors.{module}", *arguments)
        yield one


def journeys(sent: Mapping[str, float], posts: Mapping[str, Sequence[float]]) -> list[float]:
    """Seconds from sending each lead until Slack had its second message.

    Raises:
        CannotMeasure: when a lead has fewer.
    """
    if missing := [mark for mark in sent if len(posts.get(mark, ())) < 2]:
        raise CannotMeasure(f"{len(missing)} leads have no two messages, such as {missing[0]}")
    return [posts[mark][1] - began for mark, began in sent.items()]
