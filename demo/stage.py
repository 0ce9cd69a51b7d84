"""A workspace and a Baton, started for one demo in a directory of its own, with secrets nobody else knows."""

import asyncio
import base64
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import httpx

from demo.processes import Failed, Program, failure, run, start

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
LOOPBACK = "127.0.0.1"
PATIENCE = 30.0
"""Seconds a program may take to answer for the first time."""
DEATH_SHOWS = 1.0
"""Seconds after which a program that hung up has ended, if that was why."""
T = TypeVar("T")


class CannotStart(Exception):
    """The demo cannot begin; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs, and how to reach it."""

    directory: Path
    environment: Mapping[str, str]
    intake_secret: str
    workspace_url: str
    baton_url: str
    http: httpx.AsyncClient
    programs: list[Program]

    async def start(self, name: str, *command: str) -> None:
        environment = self.environment
        self.programs.append(await start(name, *command, directory=self.directory, environment=environment))

    async def baton(self, *arguments: str) -> tuple[int, str]:
        """Runs `baton …`; its exit code and what it said."""
        name = "-".join(["baton", *(word for word in arguments if word.isalpha())])
        return await run(name, BATON, *arguments, directory=self.directory, environment=self.environment)

    async def must(self, *arguments: str) -> str:
        """Runs `baton …` and gives back what it said.

        Raises:
            Failed: when it found a problem.
        """
        code, said = await self.baton(*arguments)
        if code:
            raise failure(" ".join(["baton", *arguments]), code, said)
        return said

    async def answers(self, url: str) -> None:
        """Waits until this address answers well.

        Raises:
            Failed: when it does not in half a minute.
        """
        said = "no answer"
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        answer = await self.http.get(url)
                        if answer.is_success:
                            return
                        said = f"{answer.status_code} {answer.text}"
                    except httpx.HTTPError as error:
                        said = type(error).__name__
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Failed(f"{url} does not get ready: {said}") from None

    async def while_all_run(self, work: Coroutine[None, None, T]) -> T:
        """What the work comes to.

        Raises:
            Failed: as soon as one of the programs ends by itself.
        """
        doing = asyncio.ensure_future(work)
        deaths = [asyncio.ensure_future(program.died()) for program in self.programs]
        try:
            await asyncio.wait([doing, *deaths], return_when=asyncio.FIRST_COMPLETED)
            if doing.done() and doing.exception() is None:
                return doing.result()
            ended, _ = await asyncio.wait(deaths, timeout=DEATH_SHOWS, return_when=asyncio.FIRST_COMPLETED)
            for death in ended:
                raise death.result()
            return await doing
        finally:
            for task in (doing, *deaths):
                task.cancel()
            await asyncio.gather(doing, *deaths, return_exceptions=True)


BATON = str(Path(sys.executable).with_name("baton"))


@asynccontextmanager
async def staged(policy: Path, workspace_port: int | None = None) -> AsyncIterator[Stage]:
    """A workspace and a Baton with this policy in force, on free ports where none is given; ended at the end.

    Raises:
        CannotStart: when the port is taken, or the examples are not there.
        Failed: when one of them does not come up.
    """
    async with AsyncExitStack() as ending:
        directory = Path(ending.enter_context(TemporaryDirectory(prefix="baton-demo-")))
        http = await ending.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=10))
        stage = _planned(directory, http, workspace_port)
        try:
            await _opened(stage, policy)
            yield stage
        finally:
            await asyncio.gather(*(program.end() for program in stage.programs))


def _planned(directory: Path, http: httpx.AsyncClient, workspace_port: int | None) -> Stage:
    if not EXAMPLES.is_dir():
        raise CannotStart(f"{EXAMPLES} is missing: the demo needs the project's folder, not only the package.")
    workspace = _workspace_port(workspace_port)
    port = free_port()
    intake_secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    environment = {
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(16)}",
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "SLACK_API_URL": f"http://{LOOPBACK}:{workspace}/api/",
        "DATABASE_URL": f"sqlite:///{directory / 'baton.db'}",
        "HOST": LOOPBACK,
        "PORT": str(port),
        "BATON_INTAKE_SECRET": intake_secret,
    }
    reach = (f"http://{LOOPBACK}:{workspace}", f"http://{LOOPBACK}:{port}")
    return Stage(directory, environment, intake_secret, *reach, http, [])


async def _opened(stage: Stage, policy: Path) -> None:
    """Starts each program before it is needed: while it gets ready, a command does its work."""
    await stage.start("sandbox", *_sandbox(stage))
    await stage.while_all_run(stage.must("migrate"))
    await stage.while_all_run(stage.answers(f"{stage.workspace_url}/healthz"))
    await stage.start("baton", BATON, "run")
    await stage.while_all_run(stage.must("policy", "apply", str(policy)))
    await stage.while_all_run(stage.answers(f"{stage.baton_url}/readyz"))


def _sandbox(stage: Stage) -> list[str]:
    address = httpx.URL(stage.workspace_url)
    return [
        *(sys.executable, "-m", "sandbox", "--host", address.host, "--port", str(address.port)),
        *("--workspace", str(EXAMPLES / "workspace.yml"), "--manifest", str(ROOT / "manifest.yml")),
        *("--app-url", f"{stage.baton_url}/slack/events"),
    ]


def _workspace_port(wanted: int | None) -> int:
    if wanted is None:
        return free_port()
    try:
        return free_port(wanted)
    except OSError:
        words = f"Port {wanted} on {LOOPBACK} is taken. Is another demo running? End it, then try again."
        raise CannotStart(words) from None


def free_port(wanted: int = 0) -> int:
    """A port of this machine that nobody uses now.

    Raises:
        OSError: when the wanted one is taken.
    """
    with socket.create_server((LOOPBACK, wanted)) as one:
        port: int = one.getsockname()[1]
    return port
