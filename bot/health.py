"""What an operator's machine asks: alive, ready, and how much is waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import said
from storage import cards
from storage.database import Database

BEHIND = timedelta(minutes=5)
"""A card that waits longer than this makes Baton not ready."""


def build_router(database: Database, client: AsyncWebClient, clock: Callable[[], datetime]) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Alive")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz", summary="Ready: database reachable, token valid, courier not behind")
    async def readyz() -> JSONResponse:
        problems = {
            "database": await _database(database),
            "slack": await _slack(client),
        }
        if problems["database"] is None:
            problems["courier"] = await _courier(database, clock())
        said = {name: problem or "ok" for name, problem in problems.items()}
        return JSONResponse(said, 503 if any(problems.values()) else 200)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> PlainTextResponse:
        async with database.read() as session:
            waiting = await cards.waiting(session)
        oldest = (clock() - waiting.oldest).total_seconds() if waiting.oldest else 0.0
        figures = CollectorRegistry()
        Gauge("baton_cards_behind", "Cards Slack does not show as wanted", registry=figures).set(waiting.behind)
        Gauge("baton_cards_behind_seconds", "Age of the oldest of them", registry=figures).set(oldest)
        return PlainTextResponse(generate_latest(figures).decode())

    return router


async def _database(database: Database) -> str | None:
    try:
        async with database.read() as session:
            await cards.waiting(session)
    except Exception as error:
        return f"not reachable ({type(error).__name__})"
    return None


async def _slack(client: AsyncWebClient) -> str | None:
    try:
        await client.auth_test()
    except SlackApiError as error:
        return f"Slack answers {said(error)}"
    except Exception as error:
        return f"Slack cannot be reached ({type(error).__name__})"
    return None


async def _courier(database: Database, now: datetime) -> str | None:
    async with database.read() as session:
        waiting = await cards.waiting(session)
    late = waiting.oldest is not None and now - waiting.oldest > BEHIND
    return f"{waiting.behind} cards wait, the oldest since {waiting.oldest:%H:%M} UTC" if late else None
