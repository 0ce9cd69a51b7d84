"""The barest Bolt app: it acknowledges a press and does nothing; `--before-response` lets listeners end first."""

import argparse
import os

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench import serving


def build(*, before_response: bool) -> FastAPI:
    """`POST /slack/events`: signatures are checked, `accept` is acknowledged."""
    bolt = AsyncApp(
        client=AsyncWebClient(os.environ.pop("SLACK_BOT_TOKEN"), base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=before_response,
    )

    @bolt.action("accept")
    async def accept(ack: AsyncAck) -> None:
        await ack()

    app, handler = FastAPI(), AsyncSlackRequestHandler(bolt)

    @app.post("/slack/events")
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return app


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before-response", action="store_true")
    await serving.asgi_app(build(before_response=parser.parse_args().before_response))


if __name__ == "__main__":
    serving.run(main())
