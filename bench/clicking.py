"""Presses of a button in Slack, signed as Slack signs them, and how long each waits for its answer."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from bench.line import CannotMeasure
from bench.site import SIGNING_SECRET, Site

Json = dict[str, Any]


def press(person: str, channel: str, ts: str, action: str, value: str, answer_to: str) -> bytes:
    """The body of a press, with as much as Slack tells of it."""
    payload = {
        "type": "block_actions",
        "user": {"id": person, "username": person.lower(), "name": person.lower(), "team_id": "T0BENCH"},
        "team": {"id": "T0BENCH", "domain": "bench"},
        "api_app_id": "A0000000001",
        "token": "sandbox-verification",
        "trigger_id": f"1.2.{value}",
        "response_url": answer_to,
        "channel": {"id": channel, "name": "directmessage"},
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
        "message": {"type": "message", "ts": ts, "text": "New lead", "blocks": []},
        "state": {"values": {}},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": ts}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes) -> dict[str, str]:
    """Slack's headers for it."""
    at = str(int(time.time()))
    mac = hmac.new(SIGNING_SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def waited(one: Site, body: bytes) -> float:
    """Seconds until it was acknowledged.

    Raises:
        CannotMeasure: when it was not.
    """
    headers, began = signed(body), time.perf_counter()
    async with one.http.post(f"{one.address}/slack/events", data=body, headers=headers) as answer:
        said = await answer.read()
        if answer.status != 200:
            raise CannotMeasure(f"a press was answered {answer.status}: {said[:200]!r}")
    return time.perf_counter() - began


async def waits(one: Site, presses: Sequence[bytes], every: float) -> list[float]:
    """How long each press waited; one is begun in so many seconds, whether or not those before it were answered."""
    began = time.monotonic()

    async def pressed(number: int, body: bytes) -> float:
        await asyncio.sleep(max(0.0, began + number * every - time.monotonic()))
        return await waited(one, body)

    return await asyncio.gather(*(pressed(number, body) for number, body in enumerate(presses)))
