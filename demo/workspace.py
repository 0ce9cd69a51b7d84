"""The sandbox workspace over HTTP: look at it as anyone, act in it as anyone."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from demo.reading import Json, Seen, buttons, seen, words

Fields = Mapping[str, Mapping[str, str]]
"""What somebody fills into a form: block, element, value."""


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a home."""

    id: str
    blocks: list[Json]

    @property
    def words(self) -> str:
        return words(self.blocks)

    @property
    def buttons(self) -> dict[str, str]:
        return buttons(self.blocks)

    def fields(self, **values: str) -> Fields:
        """These values by block, each in the element that its block has."""
        elements = {block.get("block_id"): block["element"] for block in self.blocks if "element" in block}
        return {block: {elements[block]["action_id"]: value} for block, value in values.items() if block in elements}

    def options(self, block: str) -> list[str]:
        """What can be chosen in this block."""
        elements = [one["element"] for one in self.blocks if one.get("block_id") == block]
        return [option["value"] for element in elements for option in element.get("options", [])]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of something a person did; `refusal` is why it could not be done, or went wrong."""

    refusal: str | None
    closed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None
    reply: Seen | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One running sandbox. People and channels are named by id."""

    url: str
    http: httpx.AsyncClient

    async def facts(self) -> Json:
        """People, channels and the app, as the sandbox describes them."""
        facts: Json = await self._get("workspace")
        return facts

    async def messages(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        """What this person sees in a conversation, or in one thread of it, oldest first."""
        more = {"thread_ts": thread} if thread else {}
        found = await self._get("messages", user=person, channel=channel, **more)
        return [seen(person, channel, shape) for shape in found["messages"]]

    async def direct(self, person: str) -> list[Seen]:
        """What the app told this person directly, oldest first."""
        found = await self._get("sidebar", user=person)
        return [message for dm in found["dms"] for message in await self.messages(person, dm["id"])]

    async def home(self, person: str) -> View | None:
        return _view((await self._get("home", user=person))["view"])

    async def click(self, message: Seen, label: str) -> Done:
        """Presses the button of a message that reads so."""
        action = message.buttons.get(label)
        if action is None:
            return Done(f"there is no button {label}")
        where = {"user": message.person, "channel": message.channel, "ts": message.ts}
        return await self._act("click", **where, action_id=action)

    async def submit(self, person: str, view: View, **values: str) -> Done:
        return await self._act("submit", user=person, view_id=view.id, values=view.fields(**values))

    async def command(self, person: str, channel: str, command: str, text: str = "") -> Done:
        return await self._act("command", user=person, channel=channel, command=command, text=text)

    async def open_home(self, person: str) -> Done:
        return await self._act("home", user=person)

    async def notices(self, person: str) -> AsyncIterator[Json]:
        """What changes in this person's sight, for as long as the workspace runs."""
        params = {"user": person}
        async with self.http.stream("GET", self._path("events"), params=params, timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    def _path(self, what: str) -> str:
        return f"{self.url}/_sandbox/{what}"

    async def _get(self, what: str, **params: str) -> Any:
        response = await self.http.get(self._path(what), params=params)
        response.raise_for_status()
        return response.json()

    async def _act(self, what: str, **body: Any) -> Done:
        response = await self.http.post(self._path(what), json=body)
        if response.status_code == 409:
            refused = response.json()
            return Done(refused["detail"], errors=refused.get("errors", {}))
        response.raise_for_status()
        said = response.json()
        refusal = said["warning"] or (None if said["ok"] else f"the app answered {said['status']}")
        reply = seen(body["user"], body.get("channel", ""), said["reply"]) if said.get("reply") else None
        return Done(refusal, said.get("closed", False), said.get("errors", {}), _view(said["view"]), reply)


def _view(shape: Json | None) -> View | None:
    return View(shape["id"], shape["blocks"]) if shape else None
