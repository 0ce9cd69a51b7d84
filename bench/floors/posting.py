"""The barest app that shows a lead in Slack: two messages a request, nothing stored, nothing checked.

`--client shared` has one session for all calls; `--client default` is slack-sdk's own client, with a session a call.
"""

import argparse
import os
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bench import serving

Json = dict[str, Any]


def card(lead: Json) -> Json:
    """A message that names the lead, about as long as the shortest that a rep could work with."""
    company = lead["company"]
    said = f"New lead: {lead['first_name']} {lead['last_name']} at {company['name']}."
    told = [f"*{name}*\n{company[name]}" for name in ("industry", "employees", "country", "domain")]
    return {
        "text": said,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": said}},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": one} for one in told]},
            {"type": "actions", "elements": [_button("Accept", "accept"), _button("Reject", "reject")]},
        ],
    }


def _button(label: str, action: str) -> Json:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": label}, "value": "1"}


def build(client: AsyncWebClient, channel: str, rep: str) -> web.Application:
    """`POST /v1/leads`: a message to the channel and one to the rep, then 202."""

    async def take(request: web.Request) -> web.Response:
        told = card(await request.json())
        await client.chat_postMessage(channel=channel, **told)
        await client.chat_postMessage(channel=rep, **told)
        return web.json_response({"status": "accepted"}, status=202)

    app = web.Application()
    app.router.add_post("/v1/leads", take)
    return app


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=("shared", "default"), required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--rep", required=True)
    asked = parser.parse_args()
    token, url = os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]
    async with aiohttp.ClientSession() as session:
        shared = session if asked.client == "shared" else None
        client = AsyncWebClient(token, base_url=url, session=shared)
        await serving.aiohttp_app(build(client, asked.channel, asked.rep))


if __name__ == "__main__":
    serving.run(main())
