"""The one address Slack calls: whoever did not sign, or sends what cannot be read, is refused before Bolt sees it."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from handlers.bodies import CutShort, NoBody, TooLarge, TooSlow, body_of

log = structlog.get_logger()

LARGEST = 1024 * 1024
"""Bytes; Slack's own payloads stay far below."""
LARGEST_UNSIGNED = 1024
"""Bytes; a check of our certificate is no longer."""
PATIENCE = 3.0
"""Seconds; Slack itself waits no longer for the answer."""
SIGNED = {"x-slack-request-timestamp": re.compile("[0-9]{1,12}"), "x-slack-signature": re.compile("v0=[0-9a-f]{64}")}
PASSED_ON = ("content-type", "x-slack-retry-num", "x-slack-retry-reason")
"""Headers are not signed: no other reaches Bolt, which obeys some."""
NOT_HAD: Mapping[type[NoBody], tuple[int, str]] = {
    TooLarge: (413, "body too large"),
    TooSlow: (408, "the body did not arrive in time"),
    CutShort: (400, "the body is not complete"),
}


def build_router(app: AsyncApp, signing_secret: str, patience: float = PATIENCE) -> APIRouter:
    """`POST /slack/events` for events, interactivity and commands; a body may take `patience` seconds to arrive."""
    router, verifier = APIRouter(), SignatureVerifier(signing_secret)

    @router.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        looks_signed = all(form.fullmatch(request.headers.get(name, "")) for name, form in SIGNED.items())
        try:
            body = await body_of(request, LARGEST if looks_signed else LARGEST_UNSIGNED, patience)
        except NoBody as fault:
            status, words = NOT_HAD[type(fault)] if looks_signed else (401, "invalid request")
            return _refused(status, words)
        if not looks_signed and is_certificate_check(body):
            return Response()
        if not looks_signed or not is_utf8(body) or not verifier.is_valid_request(body, dict(request.headers)):
            log.warning("a request was not signed by Slack, or long ago: is SLACK_SIGNING_SECRET right?")
            return _refused(401, "invalid request")
        payload = _parsed(body, request.headers)
        if payload is None:
            return _refused(400, "the body cannot be read")
        return to_starlette_response(await app.async_dispatch(payload))

    return router


def is_certificate_check(body: bytes) -> bool:
    """Slack asks now and then, unsigned, whether anybody answers here."""
    return parse_qs(body.decode("latin-1")).get("ssl_check") == ["1"]


def is_utf8(body: bytes) -> bool:
    """Slack's always is; whether another is signed cannot even be asked."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(body: bytes, headers: Mapping[str, str]) -> AsyncBoltRequest | None:
    """Bolt takes any shape for granted and raises on some."""
    try:
        return AsyncBoltRequest(
            body=body.decode(), headers={name: headers[name] for name in PASSED_ON if name in headers}
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


def _refused(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status)
