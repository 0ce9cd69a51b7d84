"""The one address Slack calls; what no Slack sends is refused before Bolt reads it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

LARGEST = 1024 * 1024
"""Bytes; Slack's own payloads stay far below."""


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
    if not request.headers.get("x-slack-request-timestamp", "").isdigit():
        return JSONResponse({"error": "invalid request"}, 401)
    try:
        (await request.body()).decode()
    except UnicodeDecodeError:
        return JSONResponse({"error": "invalid request"}, 401)
    return None
