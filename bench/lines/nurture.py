"""Re-scoring everyone in nurture, as after new rules: how long it takes, against only reading and writing the same."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import insert, update

from bench.line import Bench, Figure, Line, Round, Sample, Side, Target, Unit
from bench.stores import sqlite
from bot.domain.lead import Company, Facts
from bot.policy_file import read
from bot.usecases.qualifying.nurture import PORTION, score_some
from storage.database import Database
from storage.identifying import leads
from storage.qualifying import nurture
from storage.tables import LeadRow, PolicyRow, SignalRow

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SIGNALS = 8
TOGETHER = 1000
AIMED_AT = 100_000
"""Leads that the target is about; fewer are counted up to them."""
TITLES = ("VP Sales", "Designer", "Head of Sales", "Analyst", "Director of IT")
PAGES = ("blog/1", "pricing", "blog/2", "about", "pricing/teams", "careers")


def someone(number: int) -> dict[str, Any]:
    """The row of a lead in nurture: however well they fit, their company is too small for any path."""
    facts = Facts(
        source="bench",
        email=f"lead.{number}@company-{number}.example",
        first_name="Lead",
        last_name=str(number),
        title=TITLES[number % len(TITLES)],
        company=Company(name=f"Company {number}", industry="Manufacturing", employees=number % 200, country="DE"),
        campaign="spring-webinar",
    )
    return {
        "id": f"{number:016x}",
        "facts": facts.model_dump(mode="json"),
        "search": leads.searchable(facts),
        "stage": "prospect",
        "created_at": NOW - timedelta(days=60),
        "evidence_at": NOW - timedelta(days=1),
        "score_at": NOW,
    }


def done_by(number: int) -> list[dict[str, Any]]:
    """What they did: a page a day, and a webinar at the end; some of them come back to pricing."""
    return [
        {
            "lead_id": f"{number:016x}",
            "fingerprint": f"id:{number}-{one}",
            "signal_id": f"{number}-{one}",
            "kind": "page_view" if one else "webinar_attended",
            "at": NOW - timedelta(days=one + number % 5),
            "url": f"https://acme.example/{PAGES[(number + one) % len(PAGES)]}",
            "received_at": NOW,
        }
        for one in range(SIGNALS)
    ]


async def fill(database: Database, count: int) -> None:
    """A policy in force and so many leads, all to be scored."""
    source = (ROOT / "examples/policy.yml").read_text(encoding="utf-8")
    policy = read(source)
    async with database.write() as session:
        session.add(
            PolicyRow(source=source, body=policy.stored(), state="in_force", applied_at=NOW, applied_by="bench")
        )
    numbers = iter(range(count))
    while portion := list(islice(numbers, TOGETHER)):
        async with database.write() as session:
            await session.exec(insert(LeadRow).values(), params=[someone(number) for number in portion])
            await session.exec(insert(SignalRow).values(), params=[one for n in portion for one in done_by(n)])


def filled(work: Callable[[Database], Awaitable[None]]) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """Opens a side that works through a full database each round."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        count = bench.many(tiny=200, quick=2_000, usual=4_000, full=AIMED_AT)
        async with sqlite(bench.folder) as database:
            await fill(database, count)

            async def ask() -> Sample:
                async with database.write() as session:
                    await session.exec(update(LeadRow).values(score_at=NOW, backoff=1))
                began = time.perf_counter()
                await work(database)
                return {"all": (time.perf_counter() - began) * AIMED_AT / count}

            yield ask

    return opened


async def rescored(database: Database) -> None:
    """Scores until nobody is left to be scored."""
    while await score_some(database, NOW):
        pass


async def moved(database: Database) -> None:
    """Reads the same leads and signals and writes as much back, without a thought in between."""
    while await _move(database):
        pass


async def _move(database: Database) -> Sequence[str]:
    async with database.write() as session:
        due = await nurture.lock_due(session, NOW, PORTION)
        rows = await nurture.read(session, due)
        await nurture.signals_of(session, due)
        kept = [{**{name: getattr(row, name, None) for name in nurture.NOTED}, "lead_id": row.id} for row in rows]
        await nurture.note(session, kept)
    return due


LINES = (
    Line(
        "nurture",
        f"score everyone in nurture again, {SIGNALS} signals each",
        (Figure("all", f"{AIMED_AT:,} leads, counted up from as many as there are", Unit.SECONDS, Target(60)),),
        Side("Baton", filled(rescored)),
        (Side("read and write them and judge nothing", filled(moved)),),
        warms_up=False,
    ),
)
