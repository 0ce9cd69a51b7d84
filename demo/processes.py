"""Programs the demo starts: in an environment of their own, watched while they run, and ended when it ends."""

import asyncio
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""All that programs hear of the user's environment: no token, no address, no proxy."""
LAST_LINES = 8
PATIENCE = 5.0
"""Seconds a program may take to end when asked to."""


class Failed(Exception):
    """A program ended by itself or with an error; the message says which and shows its last lines."""


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """What of the user's environment a program may know."""
    return {name: environment[name] for name in PASSED_ON if name in environment}


@dataclass(frozen=True, slots=True)
class Program:
    """A running program whose words go to a file."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    async def died(self) -> Failed:
        """Waits until it ends; what to tell then."""
        code = await self.process.wait()
        return failure(self.name, code, self.log.read_text(errors="replace"))

    async def end(self) -> None:
        """Asks it to end, and makes it end when it does not."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), PATIENCE)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def failure(name: str, code: int, said: str) -> Failed:
    """What a program that ended says of itself."""
    lines = deque((line for line in said.splitlines() if line.strip()), LAST_LINES)
    words = "\n".join(f"  {line}" for line in lines) or "  It said nothing."
    return Failed(f"{name} ended (exit code {code}). Its last lines:\n{words}")


async def start(name: str, *command: str, directory: Path, environment: Mapping[str, str]) -> Program:
    """Starts a program in a session of its own, so that Ctrl-C reaches the demo alone and the demo ends it in order."""
    log = directory / f"{name}.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=directory,
            env={**clean(os.environ), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=words,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, process, log)


async def run(name: str, *command: str, directory: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Runs a program to its end; its exit code and what it said."""
    program = await start(name, *command, directory=directory, environment=environment)
    try:
        code = await program.process.wait()
    finally:
        await program.end()
    return code, program.log.read_text(errors="replace")
