"""A backtest of a long past: how long it takes, against only reading what was recorded."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import insert

from bench.line import Bench, Figure, Line, Round, Sample, Side, Target, Unit
from bench.stores import sqlite
from bot.domain.lead import Company, Facts
from bot.domain.policy import Policy
from bot.policy_file import read
from bot.usecases.governing import backtests
from storage.database import Database
from storage.governing import pasts
from storage.identifying import leads
from storage.tables import HandoffRow, LeadRow, PolicyRow, SignalRow, TellingRow

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
BEGUN = NOW - timedelta(days=80)
ROOT = Path(__file__).parents[2]
SIGNALS = 8
TOGETHER = 1000
TITLES = ("VP Finance", "Designer", "Head of Sales", "Accountant", "Director of Operations")
DID = ("page_view", "webinar_attended", "page_view", "ebook_download", "page_view", "email_open", "page_view", "visit")
PAGES = ("pricing", "blog/1", "pricing/teams", "about", "careers")
AIMED_AT = 10_000
"""Leads that the target is about; fewer are counted up to them."""
EVERY = 20
"""One lead of so many was handed over."""


def told(number: int) -> Facts:
    """A person of a company that is mostly too small, or of another trade than is sold to."""
    return Facts(
        source="bench",
        email=f"lead.{number}@company-{number}.example",
        first_name="Lead",
        last_name=str(number),
        title=TITLES[number % len(TITLES)],
        company=Company(
            name=f"Company {number}",
            industry="Education" if number % 3 else "Manufacturing",
            employees=number * 7 % 240,
            country="DE",
        ),
        campaign="spring-webinar",
    )


def begun(number: int) -> datetime:
    return BEGUN + timedelta(hours=number % 500)


def lead(number: int) -> dict[str, Any]:
    facts, handed = told(number), number % EVERY == 0
    return {
        "id": f"{number:016x}",
        "facts": facts.model_dump(mode="json"),
        "search": leads.searchable(facts),
        "stage": "mql" if handed else "prospect",
        "created_at": begun(number),
        "evidence_at": begun(number) + timedelta(days=SIGNALS),
    }


def telling(number: int) -> dict[str, Any]:
    return {
        "lead_id": f"{number:016x}",
        "at": begun(number),
        "facts": told(number).model_dump(mode="json", exclude_none=True),
        "past": False,
    }


def done_by(number: int) -> list[dict[str, Any]]:
    """What they did, and when Baton heard of it: a thing a day."""
    days = (begun(number) + timedelta(days=one) for one in range(SIGNALS))
    return [
        {
            "lead_id": f"{number:016x}",
            "fingerprint": f"id:{number}-{one}",
            "signal_id": f"{number}-{one}",
            "kind": DID[(number + one) % len(DID)],
            "at": day,
            "url": f"https://acme.example/{PAGES[(number // 8 + one) % len(PAGES)]}",
            "received_at": day,
        }
        for one, day in enumerate(days)
    ]


def handed_over(number: int) -> dict[str, Any]:
    """A handoff to sales that ended; why it began is nothing that a backtest reads."""
    at = begun(number) + timedelta(days=SIGNALS)
    return {
        "id": f"{number:016x}",
        "lead_id": f"{number:016x}",
        "number": 1,
        "state": "recycled",
        "policy_version": 1,
        "path": "scored",
        "sla": "default",
        "team": "emea",
        "scoring": {},
        "created_at": at,
        "closed_at": at + timedelta(hours=1),
        "origin": "path",
    }


async def fill(database: Database, count: int) -> Policy:
    """So many lives under the policy of the examples; gives a proposal that asks for less."""
    source = (ROOT / "examples/policy.yml").read_text(encoding="utf-8")
    policy, began = read(source), BEGUN - timedelta(days=1)
    row = PolicyRow(source=source, body=policy.stored(), state="in_force", applied_at=began, applied_by="bench")
    row.in_force_at = began
    async with database.write() as session:
        session.add(row)
    numbers = iter(range(count))
    while portion := list(islice(numbers, TOGETHER)):
        async with database.write() as session:
            await session.exec(insert(LeadRow).values(), params=[lead(one) for one in portion])
            await session.exec(insert(TellingRow).values(), params=[telling(one) for one in portion])
            await session.exec(insert(SignalRow).values(), params=[done for one in portion for done in done_by(one)])
            session.add_all(HandoffRow(**handed_over(one)) for one in portion if one % EVERY == 0)
    return asking_less(policy)


def asking_less(policy: Policy) -> Policy:
    """The same policy with five points less on each path."""
    paths = [one.model_copy(update={"engagement": max(one.engagement - 5, 0)}) for one in policy.definition.paths]
    return policy.model_copy(update={"definition": policy.definition.model_copy(update={"paths": tuple(paths)})})


def filled(
    work: Callable[[Database, Policy], Awaitable[None]],
) -> Callable[[Bench], AbstractAsyncContextManager[Round]]:
    """Opens a side that goes through a full past each round."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        count = bench.many(tiny=100, quick=1_000, usual=2_000, full=AIMED_AT)
        async with sqlite(bench.folder) as database:
            proposal = await fill(database, count)

            async def ask() -> Sample:
                began = time.perf_counter()
                await work(database, proposal)
                return {"all": (time.perf_counter() - began) * AIMED_AT / count}

            yield ask

    return opened


async def tried(database: Database, proposal: Policy) -> None:
    """What the proposal would have done to each of them."""
    await backtests.run(database, proposal, SINCE, NOW, lambda _done, _of: None)


async def read_only(database: Database, _: Policy) -> None:
    """Reads what was recorded of them, and asks nothing."""
    after = ""
    while page := await _page(database, after):
        after = page[-1]


async def _page(database: Database, after: str) -> Sequence[str]:
    async with database.read() as session:
        return [life.lead_id for life in await pasts.page(session, after, backtests.PAGE)]


LINES = (
    Line(
        "backtest",
        f"backtest leads of the last 90 days, {SIGNALS} signals each",
        (Figure("all", f"{AIMED_AT:,} leads, counted up from as many as there are", Unit.SECONDS, Target(20)),),
        Side("Baton", filled(tried)),
        (Side("read them and ask nothing", filled(read_only)),),
        warms_up=False,
    ),
)
