"""The only code that calls another system's address: one request an event, and one verdict on how that went."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

import httpx
from standardwebhooks import Webhook

from bot.settings import Outgoing

TIMEOUT = 10.0
"""Seconds for the whole request."""
LONGEST_ASKED = timedelta(days=1)
"""However long an answer asks us to wait."""
AWAY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that say nothing of the event: whoever gives them takes nothing just now."""


class Ending(StrEnum):
    """What became of one event."""

    SENT = "sent"
    REFUSED = "refused"
    """It was answered that this is not taken."""
    AWAY = "away"
    """Nothing is taken just now, or there was no answer: it may have been taken all the same."""
    NEEDLESS = "needless"
    """Nobody is to be told of it any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended; `error` is a status or the name of what went wrong, never words of the other side."""

    ending: Ending
    error: str | None = None
    wait: timedelta = timedelta()
    """So long we were asked to wait."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Tells events to the address of these settings, signed by Standard Webhooks."""

    outgoing: Outgoing
    real_time: Callable[[], datetime]
    """Signatures are only good for minutes, by the clock on the wall."""

    async def send(self, key: str, body: str) -> Outcome:
        """Tries once; a second try with the same key has the same `webhook-id`. What is answered is not read."""
        at = self.real_time()
        headers = {
            "content-type": "application/json",
            "user-agent": "Baton",
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.outgoing.secret).sign(key, at, body),
        }
        client = httpx.AsyncClient(verify=_trusted(), timeout=TIMEOUT, follow_redirects=False)
        asked = client.stream("POST", self.outgoing.url, content=body.encode(), headers=headers)
        try:
            async with asyncio.timeout(TIMEOUT), client, asked as answer:
                return _verdict(answer)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(Ending.AWAY, "timeout")
        except (httpx.HTTPError, OSError) as error:
            return Outcome(Ending.AWAY, type(error).__name__)


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes longer than a request."""
    return ssl.create_default_context()


def _verdict(answer: httpx.Response) -> Outcome:
    if answer.is_success:
        return Outcome(Ending.SENT)
    status, said = answer.status_code, answer.headers.get("retry-after", "")
    wait = min(timedelta(seconds=int(said)), LONGEST_ASKED) if said.isascii() and said.isdigit() else timedelta()
    return Outcome(Ending.AWAY if status in AWAY else Ending.REFUSED, f"HTTP {status}", wait)
