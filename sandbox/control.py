"""The levers behind the scenes: time, faults, people, channels, the token."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sandbox import shapes
from sandbox.conversations import Channel
from sandbox.faults import Fault
from sandbox.json_types import Json
from sandbox.reading import SlackOf, channel_shape, clock_shape, known_channel, known_person
from sandbox.slack import BOT_USER_ID, Slack
from sandbox.workspace import Person

router = APIRouter(prefix="/_sandbox")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClockBody(_Body):
    """`now` in unix seconds or ISO 8601 with an offset, null for real time; or `advance` in seconds."""

    now: float | str | None = None
    advance: float | None = Field(default=None, ge=0)

    @field_validator("now")
    @classmethod
    def _seconds(cls, value: float | str | None) -> float | None:
        if not isinstance(value, str):
            return value
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("say which zone, for example 2026-11-20T09:00:00+01:00")
        return moment.timestamp()

    @model_validator(mode="after")
    def _one_of_both(self) -> ClockBody:
        if len(self.model_fields_set) != 1:
            raise ValueError("give either now or advance")
        return self


class PersonBody(_Body):
    deleted: bool | None = None
    tz: str | None = None
    name: str | None = None
    real_name: str | None = None
    title: str | None = None
    email: str | None = None
    is_admin: bool | None = None
    is_restricted: bool | None = None
    status_text: str | None = None
    status_emoji: str | None = None
    status_expiration: int | None = None


class QuietBody(_Body):
    """When somebody's notifications are paused next, or now, in unix seconds; nothing where they never are."""

    starts: int | None = None
    ends: int | None = None


class ChannelBody(_Body):
    archived: bool | None = None
    app: bool | None = None
    gone: bool | None = None
    topic: str | None = None


class TokenBody(_Body):
    revoked: bool


class AppBody(_Body):
    messages_tab_enabled: bool | None = None
    installed: bool | None = None


class ReadBody(_Body):
    user: str
    channel: str
    ts: str


@router.post("/clock")
async def clock(body: ClockBody, slack: SlackOf) -> Json:
    if body.advance is not None:
        slack.clock.advance(body.advance)
    else:
        slack.clock.set(None if body.now is None else float(body.now))
    slack.notices.tell({"type": "clock"})
    return clock_shape(slack)


@router.get("/clock")
async def tell_time(slack: SlackOf) -> Json:
    return clock_shape(slack)


@router.post("/faults")
async def add_fault(fault: Fault, slack: SlackOf) -> Json:
    return {"id": slack.faults.add(fault)}


@router.get("/faults")
async def faults(slack: SlackOf) -> Json:
    return {"faults": [one.model_dump() for one in slack.faults.waiting()]}


@router.delete("/faults")
async def clear_faults(slack: SlackOf) -> Json:
    slack.faults.clear()
    return {"faults": []}


@router.delete("/calls")
async def clear_calls(slack: SlackOf) -> Json:
    slack.calls.clear()
    slack.tally.clear()
    return {"calls": []}


@router.post("/people/{user}")
async def change_person(user: str, body: PersonBody, slack: SlackOf) -> Json:
    """Changes an account, and tells the app with `user_change` if it asks to hear of it."""
    current = slack.people[known_person(slack, user)]
    try:
        changed = Person.model_validate(current.model_dump() | body.model_dump(exclude_none=True))
    except ValidationError as fault:
        raise HTTPException(422, fault.errors(include_url=False, include_context=False)) from None
    slack.people[user] = changed
    slack.notices.tell({"type": "people"})
    shape = shapes.person(slack, changed)
    slack.on_event({"type": "user_change", "user": shape, "event_ts": slack.clock.stamp()}, "user_change")
    return changed.model_dump()


@router.post("/people/{user}/quiet")
async def be_quiet(user: str, body: QuietBody, slack: SlackOf) -> Json:
    """Pauses somebody's notifications, and tells the app as much of it as Slack tells others."""
    known_person(slack, user)
    enabled = body.starts is not None and body.ends is not None
    window = {"next_dnd_start_ts": body.starts, "next_dnd_end_ts": body.ends}
    status = {"dnd_enabled": enabled, **(window if enabled else dict.fromkeys(window, 1))}
    event = {"type": "dnd_updated_user", "user": user, "dnd_status": status, "event_ts": slack.clock.stamp()}
    slack.on_event(event, "dnd_updated_user")
    return status


@router.post("/channels/{channel_id}")
async def change_channel(channel_id: str, body: ChannelBody, slack: SlackOf) -> Json:
    """Archives or deletes a channel, or takes the app in or out of it."""
    channel = known_channel(slack, channel_id)
    if body.gone:
        del slack.channels[channel_id]
    if body.archived is not None:
        channel.archived = body.archived
    if body.topic is not None:
        channel.topic = body.topic
    if body.app is not None:
        _let_app(slack, channel, body.app)
    slack.notices.tell({"type": "channels"})
    return channel_shape(channel) | {"gone": bool(body.gone)}


def _let_app(slack: Slack, channel: Channel, inside: bool) -> None:
    if inside == (BOT_USER_ID in channel.members):
        return
    (channel.members.add if inside else channel.members.discard)(BOT_USER_ID)
    if inside:
        event = {"type": "member_joined_channel", "user": BOT_USER_ID, "channel": channel.id, "team": slack.team.id}
        slack.on_event(event | {"event_ts": slack.clock.stamp()}, "member_joined_channel")


@router.post("/token")
async def token(body: TokenBody, slack: SlackOf) -> Json:
    """Revokes the app's token, or gives it back; the app is told with `tokens_revoked` if it asks to hear of it."""
    slack.token_revoked = body.revoked
    if body.revoked:
        event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}}
        slack.on_event(event | {"event_ts": slack.clock.stamp()}, "tokens_revoked")
    return {"revoked": slack.token_revoked}


@router.post("/app")
async def app(body: AppBody, slack: SlackOf) -> Json:
    """Turns direct messages on or off, or takes the app out of the workspace and back in, its token as before."""
    if body.messages_tab_enabled is not None:
        slack.messages_tab = body.messages_tab_enabled
    if body.installed is not None:
        slack.installed = body.installed
    return {"messages_tab_enabled": slack.messages_tab, "installed": slack.installed}


@router.post("/read")
async def read(body: ReadBody, slack: SlackOf) -> Json:
    """Marks a conversation read by that person up to a message."""
    channel = known_channel(slack, body.channel)
    channel.last_read[known_person(slack, body.user)] = body.ts
    return {"unread": channel.unread_by(body.user)}


@router.post("/reset")
async def reset(slack: SlackOf) -> Json:
    slack.reset()
    return {}
