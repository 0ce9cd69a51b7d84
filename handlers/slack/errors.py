"""When a listener fails: the person is told, the log knows more, and Slack repeats what it can repeat."""

import secrets

import structlog
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import said
from bot.views.blocks import Message
from bot.views.deciding.without_modal import again
from bot.views.ids import Action
from handlers.slack.clicks import Payload, answered, show, value

log = structlog.get_logger()

TOO_LATE = frozenset({
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "trigger_expired",
    "trigger_exchanged",
})  # fmt: skip
OVERTAKEN = frozenset({"hash_conflict", "not_found"})
"""The form has been changed or closed since by the person themselves: there is nothing to tell them."""


def register(app: AsyncApp) -> None:
    @app.error
    async def failed(error: Exception, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> BoltResponse:
        if "event" in body:
            log.error("an event failed; Slack will repeat it", exc_info=error)
            return BoltResponse(status=500)
        if isinstance(error, SlackApiError) and said(error) in OVERTAKEN and "view" in body:
            return BoltResponse(status=200)
        if is_too_late(error) and (once_more := pressed_again(body)):
            await show(respond, once_more)
            return BoltResponse(status=200)
        return await answered(body, client, respond, explained(error))


def is_too_late(error: Exception) -> bool:
    """Whether a window did not open because the press was too long ago."""
    return isinstance(error, SlackApiError) and said(error) in TOO_LATE


def pressed_again(body: Payload) -> Message | None:
    """The button of a message that did nothing, once more: a new press has a new trigger."""
    pressed = (body.get("actions") or [{}])[0]
    known = pressed.get("action_id") in set(Action) and pressed.get("type") == "button"
    if not known or not body.get("response_url"):
        return None
    label = (pressed.get("text") or {}).get("text") or "Open the form"
    return again(str(label), pressed["action_id"], value(body))


def explained(error: Exception) -> str:
    """Words for the person; what is not their doing carries a reference that the log has too."""
    if is_too_late(error):
        return "Slack gave up waiting for us. Please press again."
    reference = secrets.token_hex(4)
    log.error("a listener failed", reference=reference, exc_info=error)
    return f"Something went wrong here, and nothing was changed. Please try again; if it stays, quote `{reference}`."
