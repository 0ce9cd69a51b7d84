"""Programs of the bench in processes of their own: each says where it listens, and ends with whoever started it."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.line import CannotMeasure

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds in which a program must be listening, or have ended."""
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
KEPT = ("PATH", "HOME", "LANG")
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Program:
    """A process that listens."""

    process: asyncio.subprocess.Process
    log: Path
    address: str = ""

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def cpu_seconds(self) -> float:
        """What it has used of a processor so far."""
        user, system, *_ = _ticks(self.process.pid)
        return (user + system) / TICKS

    def resident_bytes(self) -> int:
        """What it holds of memory now."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="utf-8").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    async def kill(self) -> None:
        """SIGKILL: it learns nothing of it."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not obey."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), PATIENCE)
        except TimeoutError:
            await self.kill()


def family_cpu_seconds(pid: int) -> float:
    """What a program and all its children have used of a processor so far."""
    used = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended just now: its parent has counted it
            used += sum(_ticks(int(child)))
    return (used + sum(_ticks(pid))) / TICKS


def parent(pid: int) -> int:
    """Whose child it is."""
    return int(_stat(pid)[1])


def _ticks(pid: int) -> tuple[int, ...]:
    """Of its own and of its children that ended: as a program and in the kernel."""
    return tuple(map(int, _stat(pid)[11:15]))


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


async def start(folder: Path, *command: str, settings: Mapping[str, str] | None = None) -> Program:
    """`python …` that is listening; its words are in a file in that folder, which is where it runs.

    Raises:
        CannotMeasure: when it ends first, or takes too long.
    """
    log = _log(folder)
    started = await _begin(folder, log, *command, settings=settings)
    try:
        async with asyncio.timeout(PATIENCE):
            while not (found := ADDRESS.search(started.said())):
                if started.process.returncode is not None:
                    raise CannotMeasure(f"{' '.join(command)} ended at once:\n{started.said()}")
                await asyncio.sleep(0.02)
    except TimeoutError:
        await started.kill()
        raise CannotMeasure(f"{' '.join(command)} does not listen:\n{started.said()}") from None
    return Program(started.process, log, found[0])


@asynccontextmanager
async def running(folder: Path, *command: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Program]:
    """The same, stopped at the end."""
    program = await start(folder, *command, settings=settings)
    try:
        yield program
    finally:
        await program.stop()


async def run(folder: Path, *command: str, settings: Mapping[str, str] | None = None) -> None:
    """`python …` to its end.

    Raises:
        CannotMeasure: when it found a problem.
    """
    program = await _begin(folder, folder / "commands.txt", *command, settings=settings)
    if await program.process.wait():
        raise CannotMeasure(program.said())


def _log(folder: Path) -> Path:
    return folder / f"{len(list(folder.glob('*.log')))}.log"


async def _begin(folder: Path, log: Path, *command: str, settings: Mapping[str, str] | None) -> Program:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    with log.open("ab") as words:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "ignore", *command),
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT), **(settings or {})},
            stdout=words,
            stderr=asyncio.subprocess.STDOUT,
        )
    return Program(process, log)
