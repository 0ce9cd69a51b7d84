"""Many stories under many plans, shared out among processes."""

import asyncio
import multiprocessing
import queue
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.chaos.faults import Counting, CrashAt, Plan, Storm
from tests.chaos.killing import killed
from tests.chaos.playing import play
from tests.chaos.stores import PostgresDatabases, SqliteFiles, Store
from tests.chaos.stories import STORIES
from tests.chaos.world import opened
from tests.support.postgres import served

MEMORY = Path("/dev/shm")
"""Where files cost no disk; nothing here has to survive the machine."""
Points = Mapping[str, Sequence[int]]
"""How many points each step of each story has."""
A_STORM = 30
"""About as many faults as a storm brings."""


@dataclass(frozen=True, slots=True)
class Run:
    """One story under one plan: a crash at that point of every step, that storm, or nothing."""

    story: str
    point: int = 0
    steps: int = 0
    storm: int = 0

    def plan(self, seed: int) -> Plan:
        if self.storm:
            return Storm(Random(f"{seed} {self.story} {self.storm}"))
        return CrashAt(self.point, self.steps) if self.point else Counting()

    def flags(self) -> str:
        """What tells the command line to repeat just this."""
        if not (self.point or self.storm):
            return ""
        which = f"--storm {self.storm}" if self.storm else f"--point {self.point}"
        return f" --story {self.story!r} {which}"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one run; where harm was done, all that had gone wrong until then."""

    run: Run
    faults: Counter[str]
    harm: list[tuple[str, str]]
    trail: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)


WHOLE = 10_000
"""From so many faults on, every point of every step is a crash once; of fewer, a part of the points."""


def runs(points: Points, faults: int, seed: int) -> list[Run]:
    """Crashes and storms, in the order of a seeded die, that bring about so many faults or more."""
    crashes = [
        Run(story, point, steps=max(n for n, most in enumerate(of_step, 1) if most >= point))
        for story, of_step in points.items()
        for point in range(1, max(of_step) + 1)
    ]
    die, names = Random(seed), list(points)
    share = min(1.0, faults / WHOLE)
    storms = round((faults - share * min(6_000, faults)) / A_STORM)
    chosen = die.sample(crashes, round(share * len(crashes)))
    chosen += [Run(names[n % len(names)], storm=n // len(names) + 1) for n in range(storms)]
    die.shuffle(chosen)
    return chosen


def campaign(database: str, seed: int, jobs: int, choose: Callable[[Points], Sequence[Run]]) -> Iterator[Report | int]:
    """First how many runs there will be, then a report of each.

    `choose` is told the points of each step of each story, and says what to run.
    """
    context = multiprocessing.get_context("spawn")
    tasks: multiprocessing.Queue[Run | None] = context.Queue()
    reports: multiprocessing.Queue[Report] = context.Queue()
    with PLACES[database]() as place:
        workers = [
            context.Process(target=_work, args=(database, place, number, seed, tasks, reports), daemon=True)
            for number in range(jobs)
        ]
        for worker in workers:
            worker.start()
        for story in STORIES:
            tasks.put(Run(story))
        counted = [_next(reports, workers) for _ in STORIES]
        chosen = choose({report.run.story: report.points for report in counted})
        yield len(chosen)
        yield from (report for report in counted if report.harm)
        for run in chosen:
            tasks.put(run)
        for _ in chosen:
            yield _next(reports, workers)
        for _ in workers:
            tasks.put(None)
        for worker in workers:
            worker.join()


def kill_some(database: str, seed: int, kills: int) -> Report:
    """A real process, killed so many times."""

    async def kill(place: str, folder: Path) -> Report:
        store = _store(database, place, 0)
        await store.open()
        await store.close()
        findings, _ = await killed(store.template, folder, kills, Random(seed))
        told = [(str(finding.harm), finding.words) for finding in findings]
        return Report(Run("killed"), Counter({"SIGKILL": kills}), told)

    with PLACES[database]() as place, TemporaryDirectory(prefix="baton-killed-") as folder:
        return asyncio.run(kill(place, Path(folder)))


def _next(reports: "multiprocessing.Queue[Report]", workers: Sequence[BaseProcess]) -> Report:
    while True:
        try:
            return reports.get(timeout=1)
        except queue.Empty:
            if not all(worker.is_alive() for worker in workers):
                raise RuntimeError("a worker of the harness has ended before its work was done") from None


@contextmanager
def _folder() -> Iterator[str]:
    with TemporaryDirectory(prefix="baton-chaos-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield folder


@contextmanager
def _server() -> Iterator[str]:
    with served() as server:
        yield server.get_uri("postgres")


PLACES: Mapping[str, Callable[[], AbstractContextManager[str]]] = {"sqlite": _folder, "postgres": _server}


def _store(database: str, place: str, number: int) -> Store:
    if database == "postgres":
        return PostgresDatabases(place, f"chaos_{number}")
    folder = Path(place) / str(number)
    folder.mkdir()
    return SqliteFiles(folder)


def _work(
    database: str,
    place: str,
    number: int,
    seed: int,
    tasks: "multiprocessing.Queue[Run | None]",
    reports: "multiprocessing.Queue[Report]",
) -> None:
    """Plays what it is given until it is given nothing more."""

    async def work() -> None:
        async with opened(_store(database, place, number)) as world:
            await world.prepare()
            while run := tasks.get():
                plan = run.plan(seed)
                played = await play(world, STORIES[run.story], plan)
                reports.put(
                    Report(
                        run,
                        Counter(str(met.fault) for met in played.met),
                        [(str(finding.harm), finding.words) for finding in played.findings],
                        [str(met) for met in played.met] if played.findings else [],
                        plan.points if isinstance(plan, Counting) else [],
                    )
                )

    warnings.simplefilter("ignore")
    asyncio.run(work())
