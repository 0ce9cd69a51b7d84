"""The doors through which somebody acts as a person of the workspace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, model_validator

from sandbox import clicks, commands, submissions
from sandbox.hands import Hands
from sandbox.json_types import Json

router = APIRouter(prefix="/_sandbox")
FieldValues = dict[str, dict[str, Any]]


def _hands(request: Request) -> Hands:
    state = request.app.state
    own_url = state.own_url or str(request.base_url).rstrip("/")
    return Hands(state.slack, state.link, state.events, own_url)


HandsOf = Annotated[Hands, Depends(_hands)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClickBody(_Body):
    """A message is named by channel and ts, a modal or home by view_id."""

    user: str
    action_id: str
    block_id: str | None = None
    value: Any = None
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
    values: FieldValues = {}

    @model_validator(mode="after")
    def _one_place(self) -> ClickBody:
        in_message = self.channel is not None and self.ts is not None
        if in_message == (self.view_id is not None):
            raise ValueError("give either channel and ts, or view_id")
        return self


class SubmitBody(_Body):
    user: str
    view_id: str
    values: FieldValues = {}


class CloseBody(_Body):
    user: str
    view_id: str
    all: bool = False


class CommandBody(_Body):
    user: str
    channel: str
    command: str
    text: str = ""


class ShortcutBody(_Body):
    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class HomeBody(_Body):
    user: str


class SayBody(_Body):
    user: str
    channel: str
    text: str
    thread_ts: str | None = None


@router.post("/click")
async def click(body: ClickBody, hands: HandsOf) -> Json:
    press = clicks.Press(body.action_id, body.block_id, body.value)
    if body.view_id is not None:
        return await clicks.click_view(hands, body.user, body.view_id, press, body.values)
    return await clicks.click_message(hands, body.user, body.channel or "", body.ts or "", press, body.values)


@router.post("/submit")
async def submit(body: SubmitBody, hands: HandsOf) -> Json:
    return await submissions.submit(hands, body.user, body.view_id, body.values)


@router.post("/close")
async def close(body: CloseBody, hands: HandsOf) -> Json:
    return await submissions.close(hands, body.user, body.view_id, body.all)


@router.post("/command")
async def command(body: CommandBody, hands: HandsOf) -> Json:
    return await commands.command(hands, body.user, body.channel, body.command, body.text)


@router.post("/shortcut")
async def shortcut(body: ShortcutBody, hands: HandsOf) -> Json:
    return await commands.shortcut(hands, body.user, body.callback_id, body.channel, body.ts)


@router.post("/home")
async def home(body: HomeBody, hands: HandsOf) -> Json:
    return await commands.open_home(hands, body.user)


@router.post("/say")
async def say(body: SayBody, hands: HandsOf) -> Json:
    return await commands.say(hands, body.user, body.channel, body.text, body.thread_ts)
