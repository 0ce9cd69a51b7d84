"""Baton with nothing to do: what it costs, how soon it is there, and how soon it helps."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import aiohttp

from bench import processes, site
from bench.company import Company
from bench.counted import TOLD
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Side, Target, Unit
from bench.processes import Program
from bench.site import BATON, Site

COMPANY = Company(teams=3)
CALM = 3.0
"""Seconds after the start in which a program may still have something to do."""
READY = 30.0
BETWEEN_LOOKS = 0.01
ACKING = ("-m", "bench.floors.acking")
NOTHING = ("-c", "import typer; typer.Typer()")


async def asked(program: Program, one: Site) -> int:
    """How many statements it has asked of its database so far."""
    told = one.folder / TOLD
    told.unlink(missing_ok=True)
    program.process.send_signal(signal.SIGUSR1)
    for _ in range(500):
        if told.exists() and (said := told.read_text(encoding="utf-8")):
            return int(said)
        await asyncio.sleep(BETWEEN_LOOKS)
    raise CannotMeasure("Baton does not say how many statements it has asked")


def seconds(bench: Bench) -> float:
    return bench.many(tiny=2, quick=5, usual=10)


@asynccontextmanager
async def idle(bench: Bench) -> AsyncIterator[Round]:
    async with site.baton(bench.folder, COMPANY, paced=True, command=("-m", "bench.counted")) as one:
        await asyncio.sleep(CALM)

        async def watch() -> Sample:
            program, statements = _app(one), await asked(_app(one), one)
            found = await _cost(program, seconds(bench))
            return {**found, "statements": (await asked(program, one) - statements) / seconds(bench)}

        yield watch


@asynccontextmanager
async def idle_bolt(bench: Bench) -> AsyncIterator[Round]:
    async with site.floor(bench.folder, COMPANY, "acking") as one:
        await asyncio.sleep(CALM)
        yield lambda: _cost(_app(one), seconds(bench))


def _app(one: Site) -> Program:
    if one.app is None:
        raise CannotMeasure("no app was started")
    return one.app


async def _cost(program: Program, length: float) -> Sample:
    used = program.cpu_seconds()
    await asyncio.sleep(length)
    return {"cpu": (program.cpu_seconds() - used) / length, "memory": float(program.resident_bytes())}


def begun(command: tuple[str, ...], way: str) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """A side that is started anew each round, until it answers."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        async with site.prepared(bench.folder, COMPANY) as one:

            async def start() -> Sample:
                began = time.perf_counter()
                program = await one.start(*command)
                await _answers(one, way)
                found = {"ready": time.perf_counter() - began, "start cpu": program.cpu_seconds()}
                await program.stop()
                return found

            yield start

    return opened


async def _answers(one: Site, way: str) -> None:
    async with asyncio.timeout(READY):
        while True:
            with suppress(aiohttp.ClientConnectionError):
                async with one.http.get(f"{one.address}{way}") as answer:
                    if answer.status < 500:
                        return
            await asyncio.sleep(BETWEEN_LOOKS)


def said(*command: str) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """A side that runs to its end."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        async def run() -> Sample:
            began = time.perf_counter()
            await processes.run(bench.folder, *command)
            return {"help": time.perf_counter() - began}

        yield run

    return opened


LINES = (
    Line(
        "idle",
        "nothing to do",
        (
            Figure("cpu", "of one core", Unit.SHARE, Target(0.01)),
            Figure("statements", "statements a second, BEGIN counted", Unit.COUNT, Target(4)),
            Figure("memory", "memory in use", Unit.BYTES, Target(180_000_000)),
        ),
        Side("Baton", idle),
        (Side("bare Bolt", idle_bolt),),
        warms_up=False,
    ),
    Line(
        "start",
        "`baton run` → ready",
        (
            Figure(
                "ready",
                "it answers after",
                Unit.SECONDS,
                Target(2),
                if_missed="Nearly all of it is reading modules in, a third of that what the bare app reads in too.",
            ),
            Figure("start cpu", "of which it works", Unit.SECONDS),
        ),
        Side("Baton", begun((*BATON, "run"), "/readyz")),
        (Side("bare Bolt", begun(ACKING, "/")),),
    ),
    Line(
        "help",
        "`baton --help`",
        (Figure("help", "said within", Unit.SECONDS, Target(0.4)),),
        Side("Baton", said(*BATON, "--help")),
        (Side("Python that imports typer", said(*NOTHING)),),
    ),
)
