"""Things handed out to be used within a time: trigger ids and response URLs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.errors import SlackError
from sandbox.limits import RESPONSE_URL_SECONDS, RESPONSE_URL_USES, TRIGGER_SECONDS


@dataclass(slots=True)
class Trigger:
    user: str
    at: float
    view_id: str | None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where one answer to an interaction goes; `ts` is the message it came from, none for a command."""

    user: str
    channel: str
    at: float
    ts: str | None
    ephemeral: bool
    thread_ts: str | None
    uses: int = 0


class Tickets:
    """Hands out trigger ids and response URLs, and takes each back only while Slack would."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """A new trigger id for what that person just did, within a view when `view_id` is given."""
        now = self._clock.now()
        key = f"{int(now * 1000)}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._triggers[key] = Trigger(user, now, view_id)
        return key

    def exchange(self, key: str) -> Trigger:
        """Uses a trigger up; raises SlackError when it is unknown, used or too old."""
        trigger = self._triggers.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(
        self, user: str, channel: str, *, ts: str | None = None, ephemeral: bool = False, thread_ts: str | None = None
    ) -> str:
        """The last part of a new response URL."""
        key = secrets.token_urlsafe(18)
        self._response_urls[key] = ResponseUrl(user, channel, self._clock.now(), ts, ephemeral, thread_ts)
        return key

    def respond(self, key: str) -> ResponseUrl:
        """Counts one use of a response URL; raises SlackError when it is unknown, used up or too old."""
        ticket = self._response_urls.get(key)
        if ticket is None:
            raise SlackError("invalid_url")
        if self._clock.now() - ticket.at > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if ticket.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        ticket.uses += 1
        return ticket
