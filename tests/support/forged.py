"""Clicks that no client would send any more, signed as Slack signs them, and what the app answers to them."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    """Slack's signature headers; signatures use real time."""
    timestamp = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={mac}",
        "content-type": "application/x-www-form-urlencoded",
    }


@dataclass
class ResponseUrl:
    """Where the app answers a forged click; `said` is what it said, oldest first, and by the query of the address."""

    said: list[dict[str, Any]] = field(default_factory=list)
    said_to: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def app(self) -> Starlette:
        async def receive(request: Request) -> Response:
            self.said.append(await request.json())
            self.said_to.setdefault(request.url.query, []).append(self.said[-1])
            return Response("ok")

        return Starlette(routes=[Route("/answer", receive, methods=["POST"])])


async def press(http: httpx.AsyncClient, secret: str, answer_to: str, person: str, action: str, value: str) -> int:
    """Sends a `block_actions` payload for a button that need not be there; the app's HTTP status."""
    payload = {
        "type": "block_actions",
        "user": {"id": person, "username": "x", "name": "x", "team_id": "T0ACME0001"},
        "team": {"id": "T0ACME0001", "domain": "acme"},
        "api_app_id": "A0SANDBOX",
        "trigger_id": f"1.2.{uuid4().hex}",
        "response_url": answer_to,
        "channel": {"id": "C0EMEALEAD", "name": "emea-leads"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0EMEALEAD"},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.1"}],
    }
    body = urlencode({"payload": json.dumps(payload)})
    return (await http.post("/slack/events", content=body, headers=signed(secret, body))).status_code
