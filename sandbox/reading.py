"""What a person sees, and what a test may look at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse

from sandbox import shapes
from sandbox.conversations import Channel, Kind, Message
from sandbox.elements import seen_by
from sandbox.json_types import Json
from sandbox.slack import APP_ID, BOT_ID, BOT_USER_ID, Slack

router = APIRouter(prefix="/_sandbox")
HEARTBEAT_SECONDS = 15.0


def slack_of(request: Request) -> Slack:
    slack: Slack = request.app.state.slack
    return slack


SlackOf = Annotated[Slack, Depends(slack_of)]


def known_person(slack: Slack, user: str) -> str:
    if user not in slack.people:
        raise HTTPException(404, f"there is nobody with id {user}")
    return user


def known_channel(slack: Slack, channel_id: str) -> Channel:
    channel = slack.channels.get(channel_id)
    if channel is None:
        raise HTTPException(404, f"there is no channel with id {channel_id}")
    return channel


def _joined(slack: Slack, user: str, channel_id: str) -> Channel:
    channel = known_channel(slack, channel_id)
    if known_person(slack, user) not in channel.members:
        raise HTTPException(409, f"{user} is not in {channel.name}")
    return channel


def clock_shape(slack: Slack) -> Json:
    now = slack.clock.now()
    return {"now": now, "iso": datetime.fromtimestamp(now, UTC).isoformat(), "standing": slack.clock.standing}


@router.get("/workspace")
async def workspace(slack: SlackOf) -> Json:
    """The team, its people and channels, the app, and the time."""
    return {
        "team": slack.team.model_dump(),
        "people": [one.model_dump() | {"color": one.color} for one in slack.people.values()],
        "channels": [channel_shape(one) for one in slack.channels.values() if one.kind is not Kind.IM],
        "app": _app(slack),
        "clock": clock_shape(slack),
    }


def channel_shape(one: Channel) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "topic": one.topic,
        "private": one.kind is Kind.PRIVATE,
        "archived": one.archived,
        "members": sorted(one.members),
        "app": BOT_USER_ID in one.members,
    }


def _app(slack: Slack) -> Json:
    features = slack.manifest.features
    offers = "commands" in slack.manifest.scopes
    return {
        "id": APP_ID,
        "bot_id": BOT_ID,
        "user_id": BOT_USER_ID,
        "name": features.bot_user.display_name,
        "description": slack.manifest.display_information.description,
        "scopes": list(slack.manifest.oauth_config.scopes.bot),
        "commands": [one.model_dump() for one in features.slash_commands] if offers else [],
        "shortcuts": [one.model_dump() for one in features.shortcuts] if offers else [],
        "home_tab_enabled": features.app_home.home_tab_enabled,
        "messages_tab_enabled": slack.messages_tab,
        "messages_tab_read_only": features.app_home.messages_tab_read_only_enabled,
    }


@router.get("/sidebar")
async def sidebar(user: str, slack: SlackOf) -> Json:
    """The conversations that person is in, with what is unread."""
    known_person(slack, user)
    mine = [one for one in slack.channels.values() if user in one.members]
    return {
        "channels": [channel_shape(one) | _state(one, user) for one in mine if one.kind is not Kind.IM],
        "dms": [
            {"id": one.id, "user": BOT_USER_ID, "name": slack.people[BOT_USER_ID].real_name} | _state(one, user)
            for one in mine
            if one.kind is Kind.IM
        ],
    }


def _state(channel: Channel, user: str) -> Json:
    last = channel.latest()
    shown = {"ts": last.ts, "user": last.user, "text": last.text} if last else None
    return {"unread": channel.unread_by(user), "last": shown}


@router.get("/messages")
async def messages(user: str, channel: str, slack: SlackOf, thread_ts: str | None = None) -> Json:
    """What that person sees in a conversation, or in one thread of it, oldest first."""
    where = _joined(slack, user, channel)
    return {
        "channel": where.id,
        "last_read": where.last_read.get(user, ""),
        "messages": [_seen(slack, where, one, user) for one in where.seen_by(user, thread_ts)],
    }


def _seen(slack: Slack, where: Channel, one: Message, user: str) -> Json:
    shape = shapes.message(slack, where, one)
    return shape | {"blocks": seen_by(one.blocks, user)} if one.blocks else shape


@router.get("/views")
async def views(user: str, slack: SlackOf) -> Json:
    """That person's open modals, the lowest first."""
    return {"views": [shapes.view(slack, one) for one in slack.views.stack(known_person(slack, user))]}


@router.get("/home")
async def home(user: str, slack: SlackOf) -> Json:
    one = slack.views.home(known_person(slack, user))
    return {"view": shapes.view(slack, one) if one else None}


@router.get("/calls")
async def calls(slack: SlackOf, method: str | None = None, params: str | None = None) -> Json:
    """The Web API calls so far, oldest first; of their parameters those named, divided by commas, or all."""
    names = None if params is None else set(params.split(","))
    found = [one for one in slack.calls if method in (None, one.method)]
    return {
        "calls": [{"method": c.method, "params": _named(c.params, names), "error": c.error, "at": c.at} for c in found]
    }


def _named(params: Json, names: set[str] | None) -> Json:
    return params if names is None else {name: params[name] for name in names & params.keys()}


@router.get("/tally")
async def tally(slack: SlackOf) -> Json:
    """How many calls of each method there were since the log was last forgotten, by their errors."""
    counted: dict[str, dict[str, int]] = {}
    for (method, error), times in slack.tally.items():
        counted.setdefault(method, {})[error] = times
    return {"tally": counted}


@router.get("/events")
async def events(user: str, slack: SlackOf) -> StreamingResponse:
    """Server-Sent Events: small notices that something changed for that person."""
    return StreamingResponse(_stream(slack, known_person(slack, user)), media_type="text/event-stream")


async def _stream(slack: Slack, user: str) -> AsyncIterator[bytes]:
    queue = slack.notices.listen(user)
    try:
        yield b": listening\n\n"
        while True:
            try:
                notice = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                if notice is None:
                    return
                yield f"data: {json.dumps(notice)}\n\n".encode()
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        slack.notices.leave(queue)
