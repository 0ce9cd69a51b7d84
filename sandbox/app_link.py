"""The way to the app: signed requests, as Slack sends them, and what came back in time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from sandbox.json_types import Json
from sandbox.limits import ANSWER_SECONDS

FORM = "application/x-www-form-urlencoded"
JSON_BODY = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app said; `status` is None and `failure` names why when nothing came back in time."""

    status: int | None
    body: bytes
    content_type: str
    ms: float
    failure: str | None = None
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.status == 200

    def report(self) -> Json:
        return {"ok": self.ok, "status": self.status, "ms": self.ms, "warning": None}


class AppLink:
    """Sends to the app's one address; every request is signed with real time and given three seconds."""

    def __init__(self, app_url: str, signing_secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._app_url = app_url
        self._secret = signing_secret.encode()
        self._http = httpx.AsyncClient(transport=transport, timeout=ANSWER_SECONDS, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def interact(self, payload: Json) -> Answer:
        return await self._send(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    async def command(self, fields: Mapping[str, str]) -> Answer:
        return await self._send(urlencode(fields).encode(), FORM)

    async def event(self, envelope: Json, headers: Mapping[str, str]) -> Answer:
        return await self._send(json.dumps(envelope).encode(), JSON_BODY, headers)

    async def _send(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Answer:
        sent = self._signed(body) | {"Content-Type": content_type} | dict(headers or {})
        begin = time.perf_counter()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await self._http.post(self._app_url, content=body, headers=sent)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, b"", "", _ms_since(begin), "http_timeout")
        except httpx.HTTPError:
            return Answer(None, b"", "", _ms_since(begin), "connection_failed")
        return Answer(
            response.status_code,
            response.content,
            response.headers.get("content-type", ""),
            _ms_since(begin),
            None if response.status_code == 200 else "http_error",
            response.headers.get("x-slack-no-retry") == "1",
        )

    def _signed(self, body: bytes) -> dict[str, str]:
        at = str(int(time.time()))
        digest = hmac.new(self._secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def _ms_since(begin: float) -> float:
    return round((time.perf_counter() - begin) * 1000, 1)
