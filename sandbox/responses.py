"""What an app answers to a command, or sends to a response URL, shown in the conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.responses import Response as HttpResponse

from sandbox.blocks import accept_blocks
from sandbox.conversations import Channel, Message
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.limits import TEXT_KEPT
from sandbox.plain_text import plain_text
from sandbox.slack import BOT_USER_ID, Slack
from sandbox.tickets import ResponseUrl

router = APIRouter()
STATUS_OF = {"expired_url": 404, "used_url": 404, "invalid_url": 404, "no_text": 500}


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, read."""

    kind: Literal["ephemeral", "in_channel"]
    text: str
    blocks: object
    replace_original: bool
    delete_original: bool
    thread_ts: str | None


def parse_response(body: bytes, content_type: str) -> Response | None:
    """Reads JSON or plain text; None when there is nothing to show; raises SlackError when it is neither."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return None
    if not content_type.startswith("application/json"):
        return Response("ephemeral", text, None, False, False, None)
    try:
        sent = json.loads(text)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(sent, dict):
        raise SlackError("invalid_payload")
    return _read(sent) if sent else None


def _read(sent: Json) -> Response:
    return Response(
        kind="in_channel" if sent.get("response_type") == "in_channel" else "ephemeral",
        text=str(sent.get("text") or ""),
        blocks=sent.get("blocks"),
        replace_original=bool(sent.get("replace_original")),
        delete_original=bool(sent.get("delete_original")),
        thread_ts=sent.get("thread_ts"),
    )


def show(slack: Slack, channel: Channel, user: str, response: Response) -> Message:
    """Puts the answer in the conversation, for all or for that person alone; raises SlackError when it is no good."""
    text, blocks = _content(slack, response)
    message = Message(
        ts=slack.clock.stamp(),
        user=BOT_USER_ID,
        text=text,
        blocks=blocks,
        by_app=True,
        thread_ts=response.thread_ts,
        visible_to=user if response.kind == "ephemeral" else None,
    )
    slack.keep(channel, message)
    return message


def _content(slack: Slack, response: Response) -> tuple[str, list[Json]]:
    blocks = accept_blocks(response.blocks, slack.manifest.scopes)
    text = response.text or plain_text(blocks)
    if not text and not blocks:
        raise SlackError("no_text")
    return text[:TEXT_KEPT], blocks


@router.post("/response/{key}", include_in_schema=False)
async def respond(key: str, request: Request) -> HttpResponse:
    """One use of a response URL."""
    slack: Slack = request.app.state.slack
    try:
        ticket = slack.tickets.respond(key)
        response = parse_response(await request.body(), "application/json")
        if response is None:
            raise SlackError("no_text")
        _use(slack, ticket, response)
    except SlackError as fault:
        answer = {"ok": False, "error": fault.error} | fault.extra
        return JSONResponse(answer, STATUS_OF.get(fault.error, 400))
    return PlainTextResponse("ok")


def _use(slack: Slack, ticket: ResponseUrl, response: Response) -> None:
    channel = slack.channels.get(ticket.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    original = _original(channel, ticket)
    if response.delete_original and original is not None:
        slack.drop(channel, original)
    elif response.replace_original and original is not None:
        original.text, original.blocks = _content(slack, response)
        slack.changed(channel, original)
    elif not response.delete_original:
        show(slack, channel, ticket.user, response)


def _original(channel: Channel, ticket: ResponseUrl) -> Message | None:
    if ticket.ts is None:
        return None
    return channel.find_ephemeral(ticket.ts, ticket.user) if ticket.ephemeral else channel.find(ticket.ts)
