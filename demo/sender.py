"""A marketing system that tells Baton of leads, signals and outcomes, each message signed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to one Baton, with the secret it shares with it."""

    url: str
    secret: str
    http: httpx.AsyncClient

    async def send(self, what: str, item: dict[str, Any]) -> httpx.Response:
        """Posts one lead, signal or outcome, signed as Standard Webhooks describe."""
        body, message, now = json.dumps(item), f"msg_{uuid4().hex}", datetime.now(UTC)
        signed = {
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message, now, body),
        }
        return await self._post(what, body, signed)

    async def send_unsigned(self, what: str, item: dict[str, Any]) -> httpx.Response:
        return await self._post(what, json.dumps(item), {})

    async def _post(self, what: str, body: str, headers: dict[str, str]) -> httpx.Response:
        json_body = {"content-type": "application/json", **headers}
        return await self.http.post(f"{self.url}/v1/{what}", content=body, headers=json_body)
