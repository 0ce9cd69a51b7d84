"""The Events API: what happened, told to the app if its manifest asks to hear of it."""

from __future__ import annotations

import asyncio
import secrets

from sandbox import shapes
from sandbox.app_link import Answer, AppLink
from sandbox.conversations import Channel, Kind, Message
from sandbox.json_types import Json
from sandbox.slack import APP_ID, BOT_USER_ID, VERIFICATION, Slack

MESSAGE_EVENTS = {Kind.PUBLIC: "message.channels", Kind.PRIVATE: "message.groups", Kind.IM: "message.im"}
CHANNEL_TYPES = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.IM: "im"}


class Events:
    """Delivers events, with one retry at once; later retries of Slack's are left out."""

    def __init__(self, slack: Slack, link: AppLink) -> None:
        self._slack = slack
        self._link = link
        self._under_way: set[asyncio.Task[Answer | None]] = set()

    async def deliver(self, event: Json, subscription: str) -> Answer | None:
        """Sends one event and gives the app's last answer, or None when the app does not subscribe to it."""
        if not self._slack.manifest.hears(subscription):
            return None
        envelope = self._envelope(event)
        answer = await self._link.event(envelope, {})
        if not answer.ok and not answer.no_retry:
            retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": answer.failure or "unknown_error"}
            answer = await self._link.event(envelope, retry)
        return answer

    def deliver_soon(self, event: Json, subscription: str) -> None:
        """Sends one event without waiting for it."""
        if self._slack.manifest.hears(subscription):
            task = asyncio.ensure_future(self.deliver(event, subscription))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def own_post(self, channel: Channel, message: Message) -> None:
        """Tells the app of what it posted itself, as Slack does; what people write is told by whoever waits for it."""
        if message.by_app and message.visible_to is None and BOT_USER_ID in channel.members:
            self.deliver_soon(*self.message_event(channel, message))

    def message_event(self, channel: Channel, message: Message) -> tuple[Json, str]:
        """The event of a new message, and the subscription that hears it."""
        event = shapes.message(self._slack, channel, message) | {
            "channel": channel.id,
            "channel_type": CHANNEL_TYPES[channel.kind],
            "event_ts": message.ts,
        }
        return event, MESSAGE_EVENTS[channel.kind]

    def _envelope(self, event: Json) -> Json:
        team = self._slack.team.id
        return {
            "token": VERIFICATION,
            "team_id": team,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(self._slack.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": secrets.token_urlsafe(24),
        }
