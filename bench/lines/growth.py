"""What is done all day, with much stored and with little: it should take as long."""

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from bench.filling import fill
from bench.line import Bench, CannotMeasure, Figure, Line, Of, Round, Sample, Scale, Side, Target, Unit
from bench.lives import COUNTRIES, arrive, owner, show
from bench.stores import sqlite
from bot.delivery.rendering import home_of
from bot.domain.handoff import Refusal
from bot.policy_file import read
from bot.usecases.deciding import handoffs, working
from bot.usecases.operating.chaining import chain_some
from storage.database import Database
from storage.delivery import sending
from storage.tables import PolicyRow

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
POLICY = Path(__file__).parents[2] / "examples/policy.yml"
LITTLE, MUCH, VERY_MUCH = 1_000, 100_000, 1_000_000
AS_LONG = Target(1.3, Of.RATIO)
DONE = {
    "offer": "a lead comes in, qualifies and is offered",
    "accept": "a rep accepts it",
    "claim": "a courier looks for messages and claims them",
    "home": "an App Home is put together",
}
T = TypeVar("T")
BY_THE_WALL = (
    "These are times by the wall: what else the machine does is in them, and a commit that writes to more pages, for "
    "no two leads share any where much is stored. Processor time is beside it, and tests/plans holds the statements, "
    "and the steps that SQLite takes for them, to the same number however much is stored."
)
WORK = (
    "tests/plans holds the statements, and the steps that SQLite takes for them, to the same number however much is "
    "stored: what is more here is reading and writing pages that are in nobody's cache."
)
LEASE, MINUTE = timedelta(seconds=30), timedelta(minutes=1)


class Took(NamedTuple):
    """Seconds by the wall, and of a processor: those that another program has are in the first only."""

    seconds: float
    cpu: float


@dataclass
class Business:
    """A company at work on a full database: what comes in during a round is done with at its end."""

    database: Database
    goes: int
    now: datetime = NOW
    number: int = 0

    async def begin(self, stored: int) -> None:
        """Fills it; nobody has a cap, so that a round can be as long as it likes."""
        policy = read(POLICY.read_text(encoding="utf-8"))
        reps = {"daily_cap": None, "weekly_cap": None, "open_cap": None}
        teams = [
            team.model_copy(update={"reps": tuple(rep.model_copy(update=reps) for rep in team.reps)})
            for team in policy.teams
        ]
        body = policy.model_copy(update={"teams": tuple(teams)}).stored()
        row = PolicyRow(source="", body=body, state="in_force", applied_at=NOW, applied_by="bench", in_force_at=NOW)
        async with self.database.write() as session:
            session.add(row)
        await fill(self.database, stored, NOW)

    async def round(self) -> Sample:
        """The median of so many goes of each, in seconds, commits and all."""
        taken: dict[str, list[Took]] = {name: [] for name in DONE}
        for _ in range(self.goes):
            self.now += timedelta(seconds=2)
            self.number += 1
            for name, one in (await self._one(f"go{self.number:07d}")).items():
                taken[name].append(one)
            while await chain_some(self.database):
                pass
        wall = {name: statistics.median(one.seconds for one in every) for name, every in taken.items()}
        cpu = {f"{name} cpu": statistics.median(one.cpu for one in every) for name, every in taken.items()}
        return {**wall, **cpu, "room": self._room()}

    def _room(self) -> float:
        return float(Path(str(self.database.engine.url.database)).stat().st_size)

    async def _one(self, mark: str) -> dict[str, Took]:
        country, now = COUNTRIES[self.number % len(COUNTRIES)], self.now
        offer, taken = await timed(arrive(self.database, mark, country, now))
        claim, claimed = await timed(self._claim())
        rep, handoff_id = await owner(self.database, taken.handoff_id or ""), taken.handoff_id or ""
        home, _ = await timed(self._home(rep))
        accept, said = await timed(handoffs.accept(self.database, handoff_id, rep, now, request=mark))
        if not claimed or isinstance(said, Refusal):
            raise CannotMeasure(f"{mark}: {claimed or 'no message to send'}; {said}")
        await working.reached(self.database, handoff_id, rep, now)
        await show(self.database)
        return {"offer": offer, "accept": accept, "claim": claim, "home": home}

    async def _claim(self) -> int:
        """What a courier does before it sends: looks, counts, and takes what it may."""
        closed = sending.Closed()
        async with self.database.read() as session:
            found = await sending.ready(session, self.now, closed, 100)
        first = list({one.recipient: one.key for one in reversed(found)}.values())
        async with self.database.write(wakes=False) as session:
            await sending.count_posts(session, self.now - MINUTE, self.now)
            return len(await sending.claim(session, first, self.now, LEASE, closed))

    async def _home(self, rep: str) -> None:
        async with self.database.read() as session:
            await home_of(session, rep, self.now)


async def timed(doing: Awaitable[T]) -> tuple[Took, T]:
    """How long it took, and what came of it."""
    began, worked = time.perf_counter(), time.process_time()
    done = await doing
    return Took(time.perf_counter() - began, time.process_time() - worked), done


def holding(stored: Callable[[Bench], int]) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """Opens a side with so many handoffs stored."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        async with sqlite(bench.folder) as database:
            business = Business(database, bench.many(tiny=2, quick=15, usual=40))
            await business.begin(stored(bench))
            yield business.round

    return opened


def little(bench: Bench) -> int:
    return bench.many(tiny=20, quick=LITTLE, usual=LITTLE)


FIGURES = (
    *(Figure(name, f"{what}, median", Unit.SECONDS, AS_LONG, if_missed=BY_THE_WALL) for name, what in DONE.items()),
    *(Figure(f"{name} cpu", f"{what}: work", Unit.SECONDS, AS_LONG, if_missed=WORK) for name, what in DONE.items()),
)
ROOM = Figure("room", "room on the disk", Unit.BYTES)
LINES = (
    Line(
        "growth",
        f"{MUCH:,} handoffs stored (10,000 when quick)",
        (*FIGURES, ROOM),
        Side("much stored", holding(lambda bench: bench.many(tiny=40, quick=10_000, usual=MUCH))),
        (Side(f"{LITTLE:,} stored", holding(little)),),
    ),
    Line(
        "growth-million",
        f"{VERY_MUCH:,} handoffs stored",
        (*FIGURES, ROOM),
        Side("very much stored", holding(lambda _: VERY_MUCH)),
        (Side(f"{LITTLE:,} stored", holding(little)),),
        at=(Scale.FULL,),
    ),
)
