"""A person's hands and eyes in the sandbox, for tests that tell a story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

Json = dict[str, Any]
ONLY_SHOW = ("All evidence", "Definition", "Deadline")
PARTS = ("elements", "rows", "child_blocks", "accessory", "element", "options", "actions", "tasks")
CHART = ("chart", "segments", "axis_config", "series", "categories", "name", "data")
READ_IN_ORDER = (
    *("title", "rich_text_title", "subtitle", "caption", "text", "label", "hint", "fields", "body", "subtext"),
    *PARTS,
    *CHART,
)
WRITTEN = {
    "user": "<@{user_id}>",
    "channel": "<#{channel_id}>",
    "emoji": ":{name}:",
    "broadcast": "@{range}",
}
PARAGRAPHS = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a person sees it."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    reply_count: int = 0
    edited: bool = False
    ephemeral: bool = False
    metadata: Json = field(default_factory=dict)

    def buttons(self) -> list[str]:
        """The labels of the buttons that decide or ask something, in reading order."""
        return [label for label in self.all_buttons() if label not in ONLY_SHOW]

    def all_buttons(self) -> list[str]:
        """The labels of all buttons, in reading order: those too that every card has and that only show more."""
        return [element["text"]["text"] for element in _elements(self.blocks) if element["type"] == "button"]

    def action(self, label: str) -> str:
        """The action id of the button with that label; raises LookupError when there is none."""
        for element in _elements(self.blocks):
            if element["type"] == "button" and element["text"]["text"] == label:
                return str(element["action_id"])
        raise LookupError(f"no button {label!r} among {self.buttons()}")

    def plain(self) -> str:
        """All words of the blocks in reading order, a line a piece; the top-level text when there are no blocks."""
        return plain(self.blocks) if self.blocks else self.text


@dataclass(frozen=True, slots=True)
class View:
    """A modal or home as a person sees it."""

    id: str
    title: str
    callback_id: str
    blocks: list[Json]
    values: Json

    def buttons(self) -> list[str]:
        return [element["text"]["text"] for element in _elements(self.blocks) if element["type"] == "button"]

    def plain(self) -> str:
        return plain(self.blocks)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of something a person did; `refusal` when Slack would not have let them."""

    ok: bool
    status: int | None = None
    ms: float = 0.0
    warning: str | None = None
    view: View | None = None
    closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    reply: Message | None = None
    ts: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: Json
    error: str | None
    at: float


def plain(blocks: list[Json]) -> str:
    """Every visible word of the blocks, in reading order, a line a piece."""
    return "\n".join(_words(blocks))


def _words(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, dict):
        if node.get("type") in PARAGRAPHS:
            yield "".join(_leaf(leaf) for leaf in node["elements"])
            return
        for key in READ_IN_ORDER:
            value = node.get(key)
            if isinstance(value, str) and value:
                yield value
            elif not isinstance(value, str):
                yield from _words(value)


def _leaf(leaf: Json) -> str:
    """A piece of rich text as it reads; a date as its fallback, which is what can be compared."""
    kind = leaf["type"]
    if kind in WRITTEN:
        return WRITTEN[kind].format(**leaf)
    return str(leaf.get("text") or leaf.get("fallback") or leaf.get("url") or leaf.get("timestamp") or "")


def _elements(node: object) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _elements(item)
    elif isinstance(node, dict):
        if "action_id" in node:
            yield node
        for key in PARTS:
            yield from _elements(node.get(key))


def _message(shape: Json) -> Message:
    return Message(
        ts=shape["ts"],
        user=shape["user"],
        text=shape["text"],
        blocks=shape.get("blocks", []),
        thread_ts=shape.get("thread_ts"),
        reply_count=shape.get("reply_count", 0),
        edited="edited" in shape,
        ephemeral=shape.get("is_ephemeral", False),
        metadata=shape.get("metadata", {}),
    )


def _view(shape: Json | None) -> View | None:
    if shape is None:
        return None
    title = shape["title"]["text"] if shape["type"] == "modal" else ""
    return View(shape["id"], title, shape["callback_id"], shape["blocks"], shape["state"]["values"])


class SlackWorkspace:
    """A running sandbox. People and channels are named by id; times are unix seconds or aware datetimes."""

    def __init__(self, base_url: str, http: httpx.AsyncClient) -> None:
        self._root = f"{base_url.rstrip('/')}/_sandbox"
        self._http = http

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
    ) -> Done:
        """Uses an element of a message."""
        where = {"user": user, "channel": channel, "ts": ts}
        return await self._act("click", where | {"action_id": action_id, "value": value, "block_id": block_id})

    async def press(self, user: str, channel: str, message: Message, label: str) -> Done:
        """Presses the button of a message that reads `label`."""
        return await self.click(user, channel, message.ts, message.action(label))

    async def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> Done:
        """Uses an element of a modal or home."""
        where = {"user": user, "view_id": view_id, "block_id": block_id, "values": values or {}}
        return await self._act("click", where | {"action_id": action_id, "value": value})

    async def submit(self, user: str, view_id: str, values: Json) -> Done:
        return await self._act("submit", {"user": user, "view_id": view_id, "values": values})

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Done:
        return await self._act("close", {"user": user, "view_id": view_id, "all": everything})

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Done:
        return await self._act("command", {"user": user, "channel": channel, "command": command, "text": text})

    async def shortcut(self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None) -> Done:
        body = {"user": user, "callback_id": callback_id, "channel": channel, "ts": ts}
        return await self._act("shortcut", body)

    async def open_home(self, user: str) -> Done:
        """Opens the app's home; its content may be published a moment later, see `home`."""
        return await self._act("home", {"user": user})

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Done:
        return await self._act("say", {"user": user, "channel": channel, "text": text, "thread_ts": thread_ts})

    async def messages(self, user: str, channel: str, thread_ts: str | None = None) -> list[Message]:
        """What that person sees in a conversation, or in one thread of it, oldest first."""
        params = {"user": user, "channel": channel} | ({"thread_ts": thread_ts} if thread_ts else {})
        return [_message(shape) for shape in (await self._get("messages", params))["messages"]]

    async def conversations(self, user: str) -> list[str]:
        """The ids of every channel and direct message that person is in."""
        found = await self._get("sidebar", {"user": user})
        return [one["id"] for one in (*found["channels"], *found["dms"])]

    async def dm(self, user: str) -> str | None:
        """The id of the direct message between that person and the app, if there is one."""
        found = (await self._get("sidebar", {"user": user}))["dms"]
        return found[0]["id"] if found else None

    async def dm_messages(self, user: str, thread_ts: str | None = None) -> list[Message]:
        """What the app told that person directly, nothing when they have no direct message with it."""
        channel = await self.dm(user)
        return await self.messages(user, channel, thread_ts) if channel else []

    async def modal(self, user: str) -> View | None:
        """The modal that person has in front."""
        found = (await self._get("views", {"user": user}))["views"]
        return _view(found[-1]) if found else None

    async def home(self, user: str) -> View | None:
        """The home published to that person."""
        return _view((await self._get("home", {"user": user}))["view"])

    async def calls(self, method: str | None = None) -> list[Call]:
        """The Web API calls so far, oldest first."""
        found = await self._get("calls", {"method": method} if method else {})
        return [Call(one["method"], one["params"], one["error"], one["at"]) for one in found["calls"]]

    async def forget_calls(self) -> None:
        (await self._http.delete(f"{self._root}/calls")).raise_for_status()

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        """Makes the next calls of a method fail; `more` as the endpoint takes it: channel, seconds, error, times …"""
        await self._post("faults", {"method": method, "kind": kind} | more)

    async def clear_faults(self) -> None:
        (await self._http.delete(f"{self._root}/faults")).raise_for_status()

    async def set_clock(self, at: float | datetime | None) -> None:
        """Stops the workspace's clock at a moment, or lets it run with real time again."""
        await self._post("clock", {"now": at.timestamp() if isinstance(at, datetime) else at})

    async def advance(self, seconds: float) -> None:
        await self._post("clock", {"advance": seconds})

    async def change_person(self, user: str, **changes: Any) -> None:
        await self._post(f"people/{user}", changes)

    async def be_quiet(self, user: str, starts: datetime | None = None, ends: datetime | None = None) -> None:
        """Pauses that person's notifications; without a time, never any more."""
        window = {"starts": starts and int(starts.timestamp()), "ends": ends and int(ends.timestamp())}
        await self._post(f"people/{user}/quiet", window)

    async def change_channel(self, channel: str, **changes: Any) -> None:
        await self._post(f"channels/{channel}", changes)

    async def revoke_token(self, revoked: bool = True) -> None:
        await self._post("token", {"revoked": revoked})

    async def allow_direct_messages(self, allowed: bool) -> None:
        await self._post("app", {"messages_tab_enabled": allowed})

    async def install(self, installed: bool = True) -> None:
        """Takes the app out of the workspace, or back in."""
        await self._post("app", {"installed": installed})

    async def reset(self) -> None:
        await self._post("reset", {})

    async def _act(self, what: str, body: Json) -> Done:
        response = await self._http.post(f"{self._root}/{what}", json=body)
        if response.status_code == 409:
            refused = response.json()
            return Done(ok=False, refusal=refused["detail"], errors=refused.get("errors", {}))
        response.raise_for_status()
        said = response.json()
        return Done(
            ok=said["ok"],
            status=said["status"],
            ms=said["ms"],
            warning=said["warning"],
            view=_view(said.get("view")),
            closed=said.get("closed", False),
            errors=said.get("errors", {}),
            reply=_message(said["reply"]) if said.get("reply") else None,
            ts=said.get("ts"),
        )

    async def _get(self, what: str, params: Json) -> Any:
        response = await self._http.get(f"{self._root}/{what}", params=params)
        response.raise_for_status()
        return response.json()

    async def _post(self, what: str, body: Json) -> Any:
        response = await self._http.post(f"{self._root}/{what}", json=body)
        response.raise_for_status()
        return response.json()
