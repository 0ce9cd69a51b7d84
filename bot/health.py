"""What an operator's machine asks: alive, ready, and how much is waiting."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import said
from bot.watch import Watch
from storage.database import Database
from storage.operating.backlog import Backlog, backlog
from storage.schema import SERVES, WORDS, fit

BEHIND = timedelta(minutes=5)
"""A card that waits longer than this makes Baton not ready."""
ASK_AGAIN = 20.0
"""Seconds for which Slack's word on the token is good enough: probes must not use up its rate."""
PATIENCE = 3.0
"""Seconds for each question; probes seldom wait longer."""

TROUBLE: dict[int | str, dict[str, Any]] = {
    503: {"description": "Not so, and what is wrong.", "content": {"application/json": {}}}
}


def build_router(database: Database, client: AsyncWebClient, clock: Callable[[], datetime], watch: Watch) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    router, token = APIRouter(tags=["operations"]), _Token(client)

    @router.get("/healthz", summary="Alive: the process answers and its loops turn", responses=TROUBLE)
    async def healthz() -> JSONResponse:
        trouble = watch.pulse.trouble()
        return JSONResponse({"status": trouble or "ok"}, 503 if trouble else 200)

    @router.get(
        "/readyz",
        summary="Ready: database current, token valid, clock turning, courier not behind",
        responses=TROUBLE,
    )
    async def readyz() -> JSONResponse:
        stored, slack = await asyncio.gather(_stored(database, clock), token.trouble())
        problems = {**stored, "slack": slack, "clock": watch.pulse.trouble()}
        told = {name: problem or "ok" for name, problem in problems.items()}
        return JSONResponse(told, 503 if any(problems.values()) else 200)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(watch.text() + await _of_the_database(database, clock))

    return router


async def _stored(database: Database, clock: Callable[[], datetime]) -> dict[str, str | None]:
    """What is wrong with the database, and with what it says of the courier."""
    try:
        async with asyncio.timeout(PATIENCE):
            schema = await fit(database)
            if schema not in SERVES:
                return {"database": f"{WORDS[schema]}: {schema.value}"}
            async with database.read() as session:
                waits = await backlog(session, clock())
    except Exception as error:
        return {"database": f"not reachable ({type(error).__name__})"}
    late = waits.cards.oldest is not None and clock() - waits.cards.oldest > BEHIND
    words = f"{waits.cards.waiting} cards wait, the oldest since {waits.cards.oldest:%H:%M} UTC" if late else None
    return {"database": None, "courier": words}


@dataclass(slots=True)
class _Token:
    """Whether Slack lets us in, asked at most every few seconds however many probes there are."""

    client: AsyncWebClient
    _found: str | None = None
    _asked: float | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def trouble(self) -> str | None:
        async with self._asking:
            if self._asked is None or time.monotonic() - self._asked > ASK_AGAIN:
                self._found = await _slack(self.client)
                self._asked = time.monotonic()
            return self._found


async def _slack(client: AsyncWebClient) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            await client.auth_test()
    except SlackApiError as error:
        return f"Slack answers {said(error)}"
    except Exception as error:
        return f"Slack cannot be reached ({type(error).__name__})"
    return None


class _Pool(Protocol):
    def checkedout(self) -> int: ...


GAUGES: dict[str, tuple[str, Callable[[Backlog, datetime], float]]] = {
    "baton_cards_behind": ("Cards Slack does not show as wanted", lambda b, _: b.cards.waiting),
    "baton_cards_behind_seconds": ("How late the oldest of them is", lambda b, now: b.cards.age(now)),
    "baton_cards_failing": ("Cards Slack would not take when last tried", lambda b, _: b.failing),
    "baton_deadlines_overdue": ("Handoffs whose next step is late", lambda b, _: b.overdue.waiting),
    "baton_deadlines_overdue_seconds": ("How late the oldest of them is", lambda b, now: b.overdue.age(now)),
    "baton_emails_waiting": ("E-mails that could be sent now", lambda b, _: b.emails.waiting),
    "baton_emails_waiting_seconds": ("How late the oldest of them is", lambda b, now: b.emails.age(now)),
    "baton_webhooks_waiting": ("Webhooks that could be sent now", lambda b, _: b.webhooks.waiting),
    "baton_webhooks_waiting_seconds": ("How late the oldest of them is", lambda b, now: b.webhooks.age(now)),
    "baton_alarms_open": ("What admins were told and is not mended", lambda b, _: b.alarms),
}
"""What the database says: the same from every process on it."""


async def _of_the_database(database: Database, clock: Callable[[], datetime]) -> str:
    """Made new each time: a database that is away leaves no old figures behind."""
    figures = CollectorRegistry()
    up = Gauge("baton_database_up", "1 when the database answers", registry=figures)
    pool: _Pool = database.engine.pool  # type: ignore[assignment]
    in_use = "Database connections of this process in use"
    Gauge("baton_database_connections_in_use", in_use, registry=figures).set(pool.checkedout())
    try:
        async with asyncio.timeout(PATIENCE), database.read() as session:
            now = clock()
            waits = await backlog(session, now)
    except Exception:
        return generate_latest(figures).decode()
    up.set(1)
    for name, (words, value) in GAUGES.items():
        Gauge(name, words, registry=figures).set(value(waits, now))
    return generate_latest(figures).decode()
