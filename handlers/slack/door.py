"""The door that every payload of Slack comes through, by HTTP and by Socket Mode: its shape, and where it is from."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import OUTSIDE
from handlers.slack import payloads
from handlers.slack.clicks import Payload, answered

Next = Callable[[], Awaitable[BoltResponse]]
READ = "payload_read"


class Readable(AsyncMiddleware):
    """Lets in what has the shape of something that Slack sends and somebody here reads; comes before all else.

    Not a plain function: to call one, Bolt already reads the payload, and takes its shape for granted.
    """

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 -- Bolt names these
        next: Next,  # noqa: A002
    ) -> BoltResponse:
        payload = payloads.read(req.body)
        if payload is None:
            return BoltResponse(status=400, body='{"error": "not understood"}')
        req.context[READ] = payload
        return await next()


def install(app: AsyncApp) -> None:
    """Lets in only what comes from the workspace that installed Baton; Bolt learns once which that is, and keeps it."""

    @app.middleware
    async def of_our_workspace(
        body: Payload, context: AsyncBoltContext, client: AsyncWebClient, respond: AsyncRespond, next_: Next
    ) -> BoltResponse | None:
        known = context.authorize_result
        payload: payloads.Payload = context[READ]
        if known is None or not payload.origin().is_of(known.team_id, known.enterprise_id):
            return await answered(body, client, respond, OUTSIDE)
        await next_()
        return None
