"""The one address Slack calls; what no Slack sends is refused before Bolt reads it."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

LARGEST = 1024 * 1024
"""Bytes; Slack's own payloads stay far below."""
SIGNED = {"x-slack-request-timestamp": re.compile("[0-9]{1,12}"), "x-slack-signature": re.compile("v0=[0-9a-f]{64}")}


def build_router(app: AsyncApp) -> APIRouter:
    """`POST /slack/events` for events, interactivity and commands."""
    router, bolt = APIRouter(), AsyncSlackRequestHandler(app)

    @router.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        return await _refused(request) or await bolt.handle(request)

    return router


async def _refused(request: Request) -> Response | None:
    """Bolt raises on these, unauthenticated, before it checks the signature."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST:
        return JSONResponse({"error": "body too large or of unknown length"}, 413)
    if not all(form.fullmatch(request.headers.get(name, "")) for name, form in SIGNED.items()):
        return JSONResponse({"error": "invalid request"}, 401)
    try:
        body = (await request.body()).decode()
        AsyncBoltRequest(body=body, headers={"content-type": request.headers.get("content-type", "")})
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):  # Bolt takes any shape for granted
        return JSONResponse({"error": "the body cannot be read"}, 400)
    return None
