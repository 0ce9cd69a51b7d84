"""An app that notes what Slack sends it and answers as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

SECRET = "the-signing-secret"
Json = dict[str, Any]
Reply = Callable[[Json], Awaitable[Response]]


async def nod(_: Json) -> Response:
    return Response("")


def saying(body: Json | str, status: int = 200) -> Reply:
    """An answer that is always the same: JSON for a dict, plain text otherwise."""
    content = body if isinstance(body, str) else json.dumps(body)
    kind = "text/plain" if isinstance(body, str) else "application/json"

    async def reply(_: Json) -> Response:
        return Response(content, status, media_type=kind)

    return reply


async def sleep_too_long(_: Json) -> Response:
    await asyncio.sleep(30)
    return Response("")


@dataclass
class RecordingApp:
    """Remembers each request's payload and headers, and whether its signature held."""

    seen: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    reply: Reply = nod

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        verifier = SignatureVerifier(SECRET)
        self.signed.append(verifier.is_valid_request(body, dict(request.headers)))
        self.headers.append(dict(request.headers))
        payload = self._payload(request, body)
        self.seen.append(payload)
        response = await self.reply(payload)
        await response(scope, receive, send)

    @staticmethod
    def _payload(request: Request, body: bytes) -> Json:
        if request.headers["content-type"].startswith("application/json"):
            parsed: Json = json.loads(body)
            return parsed
        form = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        payload: Json = json.loads(form["payload"]) if "payload" in form else form
        return payload
