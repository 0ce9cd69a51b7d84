"""`/v1/leads`, `/v1/signals`, `/v1/outcomes`: what outside systems tell, stored before it is answered."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic_core import from_json
from structlog.contextvars import bound_contextvars

from bot.usecases.qualifying.telling import Taken
from handlers.intake import openapi
from handlers.intake.answers import ANSWERS, FieldFault, ItemRefused
from handlers.intake.counter import Counter
from handlers.intake.faults import Fault
from handlers.intake.fields import Reading
from handlers.intake.guard import Guard, webhook_id
from handlers.intake.incoming import MODELS, MOST_ITEMS, Faults, Item, Kind, read
from handlers.intake.problems import Problem, answer_with_problems, not_taken, unavailable
from handlers.outages import POSSIBLE, is_outage
from storage.database import Database

log = structlog.get_logger()

SMALL = 16 * 1024
"""Bytes of a body that is read at once: to hand it to a thread and back would take longer."""
AWAY = "The database is busy or out of reach. Nothing was stored; send this again."


def install(
    app: FastAPI, database: Database, clock: Callable[[], datetime], secret: str | None, token: str | None
) -> None:
    """Adds the three routes, their description at `/openapi.json` and `/docs`, and problem documents for all else."""
    app.include_router(build_router(database, clock, Guard(secret, token)))
    openapi.publish(app)
    answer_with_problems(app)


def build_router(database: Database, clock: Callable[[], datetime], guard: Guard) -> APIRouter:
    """The three routes, behind one guard."""
    router = APIRouter(prefix="/v1", tags=["intake"])
    counter = Counter(database, clock)
    for kind in MODELS:
        endpoint = _endpoint(Desk(kind, counter, clock), guard)
        router.add_api_route(f"/{kind}", endpoint, methods=["POST"], status_code=202, **openapi.described(kind))
    return router


def _endpoint(desk: "Desk", guard: Guard) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        try:
            async with guard.admitted(request) as body:
                message = webhook_id(request)
                with bound_contextvars(**({"webhook": opaque(message)} if message else {})):
                    return JSONResponse(await desk.answer(body, message), 202)
        except Problem as problem:
            log.info("a sender was refused", path=request.url.path, status=problem.status)
            return problem.response()
        except POSSIBLE as error:
            if is_outage(error):
                return unavailable(AWAY, retry_after=2).response()
            raise

    return receive


def opaque(message: str) -> str:
    """How the log calls a webhook: its id is the sender's own text, and may name somebody."""
    return hashlib.sha256(message.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Parcel:
    """The items of one request."""

    items: list[object]
    is_batch: bool


class Desk:
    """Reads parcels of one kind, has them stored, and answers."""

    def __init__(self, kind: Kind, counter: Counter, clock: Callable[[], datetime]) -> None:
        self._kind = kind
        self._counter = counter
        self._clock = clock
        self._told = ANSWERS[kind]

    async def answer(self, body: bytes, message: str | None) -> dict[str, Any]:
        """The answer to a message, once it is stored; a message that was answered before gets that answer again.

        Raises:
            Problem: 422, when nothing of it was stored.
        """
        try:
            items, is_batch = await self._parcel(body)
        except Problem:
            if message and (first := await self._counter.answer_to(message)):
                return first
            raise
        told = partial(self._answered, is_batch=is_batch)
        answer, stored = await self._counter.stored(items, message, told)
        self._log(stored)
        return answer

    async def _parcel(self, body: bytes) -> tuple[list[Item | Faults], bool]:
        if len(body) <= SMALL:
            return self._read(body, self._clock())
        return await asyncio.to_thread(self._read, body, self._clock())  # 500 bad items would hold up everybody else

    def _read(self, body: bytes, now: datetime) -> tuple[list[Item | Faults], bool]:
        parcel = opened(body)
        items = [read(self._kind, raw, Reading(now)) for raw in parcel.items]
        if not parcel.is_batch and isinstance(items[0], tuple):
            raise not_taken(items[0])
        return items, parcel.is_batch

    def _log(self, outcomes: Sequence[Taken | Faults]) -> None:
        stored = [one for one in outcomes if isinstance(one, Taken)]
        for one in stored:
            if not one.duplicate:
                log.info(f"{self._kind} taken in", lead=one.lead_id, stage=one.stage, handoff=one.handoff_id)
        if len(outcomes) > 1:
            counts = {"items": len(outcomes), "refused": len(outcomes) - len(stored)}
            log.info(f"{self._kind} answered", **counts, duplicates=sum(one.duplicate for one in stored))

    def _answered(self, outcomes: Sequence[Taken | Faults], *, is_batch: bool) -> dict[str, Any]:
        if is_batch:
            return {"items": [self._item(outcome) for outcome in outcomes]}
        (outcome,) = outcomes
        if isinstance(outcome, tuple):
            raise not_taken(outcome)
        return self._told.alone.model_validate(outcome).model_dump(mode="json")

    def _item(self, outcome: Taken | Faults) -> dict[str, Any]:
        if isinstance(outcome, tuple):
            refused = ItemRefused(errors=tuple(FieldFault.model_validate(fault) for fault in outcome))
            return refused.model_dump(mode="json")
        return self._told.one_of_many.model_validate(outcome).model_dump(mode="json")


def opened(body: bytes) -> Parcel:
    """The items of a body: one object, or `{"items": [...]}`.

    Raises:
        Problem: 422, saying where reading came to a halt.
    """
    raw = _json(body)
    if not isinstance(raw, dict) or "items" not in raw:
        return Parcel([raw], is_batch=False)
    items = raw["items"]
    if len(raw) > 1:
        raise not_taken([Fault("items", "Send `items` alone: whatever else belongs to one item goes inside it.")])
    if not isinstance(items, list):
        raise not_taken([Fault("items", "Send a list, in square brackets.")])
    if len(items) > MOST_ITEMS:
        raise not_taken([Fault("items", f"{len(items)} items: at most {MOST_ITEMS} go in one request. Send several.")])
    return Parcel(items, is_batch=True)


def _json(body: bytes) -> object:
    try:
        body.decode()
        return from_json(body, allow_inf_nan=False)
    except UnicodeDecodeError as error:
        raise not_taken([Fault("", f"The body is not UTF-8: byte {error.start + 1} cannot be read.")]) from error
    except ValueError as error:
        raise not_taken([Fault("", f"The body is not JSON: {error}.")]) from error
