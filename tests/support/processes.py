"""Real `baton` processes of any release, beside a workspace that reaches them as a load balancer would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
BATON = "from bot.cli import main; main()"
PATIENCE = 30.0
"""Seconds in which a process must be listening."""


class DidNotStart(Exception):
    """A process ended instead of listening; the message is what it said."""


@dataclass(slots=True)
class Process:
    """A running `baton run`, and what it has said so far."""

    process: asyncio.subprocess.Process
    log: Path
    address: str = ""

    async def listening(self) -> Process:
        """Waits until it serves.

        Raises:
            DidNotStart: when it ends first.
        """
        async with asyncio.timeout(PATIENCE):
            while not self.address:
                if self.process.returncode is not None:
                    raise DidNotStart(self.said())
                self.address = "".join(self.said().partition("address=")[2].split(maxsplit=1)[:1])
                await asyncio.sleep(0.02)
        return self

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    async def kill(self) -> None:
        """SIGKILL: it learns nothing of it."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self, within: float) -> int:
        """SIGTERM; its exit code.

        Raises:
            TimeoutError: when it takes longer than that.
        """
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within):
            return await self.process.wait()


@dataclass(slots=True)
class Release:
    """The code of one release in a folder of its own, and the settings its processes get."""

    settings: Mapping[str, str]
    folder: Path
    root: Path = ROOT
    program: str = BATON
    _started: list[Process] = field(default_factory=list)

    async def start(self) -> Process:
        """`baton run` on a free port; not yet listening."""
        log = self.folder / f"{self.root.name}-{len(self._started)}.log"
        with log.open("wb") as words:
            process = await self._exec("run", stdout=words, stderr=asyncio.subprocess.STDOUT)
        self._started.append(Process(process, log))
        return self._started[-1]

    async def run(self, *arguments: str) -> str:
        """A command to its end; what it said."""
        process = await self._exec(*arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        out, _ = await process.communicate()
        assert process.returncode == 0, out.decode()
        return out.decode()

    async def _exec(self, *arguments: str, **streams: Any) -> asyncio.subprocess.Process:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            self.program,
            *arguments,
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(self.root), "PORT": "0", **self.settings},
            **streams,
        )

    async def end(self) -> None:
        """Leaves nothing running."""
        for process in self._started:
            await process.kill()

    def said(self) -> str:
        """What all of them have said, for whoever looks for a failure."""
        return "\n".join(f"== {one.log.name}\n{one.said()}" for one in self._started)


class Balancer(httpx.AsyncBaseTransport):
    """Carries each request to the next process that answers, as the load balancer in front of several would.

    What has begun to be sent is not sent again: that request failed, and whoever sent it must know what to do.
    """

    def __init__(self) -> None:
        self.behind: list[Process] = []
        self._turn = 0
        self._http = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(len(self.behind)):
            self._turn += 1
            process = self.behind[self._turn % len(self.behind)]
            to = httpx.URL(process.address)
            request.url = request.url.copy_with(host=to.host, port=to.port)
            try:
                return await self._http.handle_async_request(request)
            except httpx.ConnectError:
                continue
        raise httpx.ConnectError("no process is listening", request=request)

    async def aclose(self) -> None:
        await self._http.aclose()
