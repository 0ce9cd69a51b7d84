"""What people and senders do, and do again when it went wrong."""

import copy
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx

from tests.chaos.life import Death
from tests.chaos.world import Stuck, World
from tests.stories.conftest import ANA, SIGNING_SECRET, TOKEN
from tests.support.forged import signed
from tests.support.workspace import Message

Json = dict[str, Any]
PATIENCE = 25
"""How often somebody tries before they give up."""


@dataclass(slots=True)
class People:
    """Senders, reps, the manager, signers and the admin of one story."""

    world: World
    check: Callable[["People"], Awaitable[None]]
    """Looks whether all is well, whenever everything has come to rest."""
    promised: dict[str, str] = field(default_factory=dict)
    """What a sender was told is stored: the id of each lead, by its e-mail."""
    _messages: Iterator[int] = field(default_factory=lambda: count(1))

    def step(self, name: str) -> None:
        self.world.plan.begin(name)

    async def came_to_rest(self) -> None:
        await self.world.settle()
        await self.check(self)

    async def tell(self, what: str, body: Json) -> list[Json]:
        """A sender sends until it is answered 2xx, always the same message; the items of the answer."""
        self.step(f"/v1/{what}")
        headers = {"Authorization": f"Bearer {TOKEN}", "webhook-id": f"msg-{next(self._messages)}"}
        for _ in range(PATIENCE):
            await self.world.alive()
            try:
                answer = await self.world.http.post(f"/v1/{what}", json=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 202:
                said: Json = answer.json()
                items: list[Json] = said.get("items", [said])
                self._remember(body.get("items", [body]), items)
                await self.came_to_rest()
                return items
            if answer is not None and answer.status_code < 500:
                raise Stuck(f"the sender is told {answer.status_code}: {answer.text}")
            await self.world.settle()
        raise Stuck("the sender never gets an answer")

    def _remember(self, sent: list[Json], answered: list[Json]) -> None:
        for item, answer in zip(sent, answered, strict=True):
            if "email" in item and answer.get("status", 202) == 202:
                self.promised[item["email"]] = answer["lead_id"]

    async def lead(self, **changes: Any) -> Json:
        """Ana, or somebody like her, comes in."""
        (taken,) = await self.tell("leads", {**copy.deepcopy(ANA), **changes})
        return taken

    async def until(self, at: datetime) -> None:
        """Time passes until then; every deadline on the way is a step of its own."""
        world = self.world
        while (due := await world.next_due()) and due < at:
            self.step(f"{due:%d %b %H:%M}")
            await world.move_to(max(due, world.clock.at))
            await self.came_to_rest()
        self.step(f"{at:%d %b %H:%M}")
        await world.move_to(max(at, world.clock.at))
        await self.came_to_rest()

    async def press(self, person: str, label: str) -> None:
        """Somebody presses a button in their DM until it is gone from that message."""
        self.step(f"{person} presses {label}")
        message = await self._message(person, label)
        await self._until_gone(person, label, message, None)

    async def fill_in(self, person: str, label: str, **values: str) -> None:
        """Somebody presses a button in their DM, fills in the form it opens and submits it, until that was taken."""
        self.step(f"{person} fills in {label}")
        message = await self._message(person, label)
        await self._until_gone(person, label, message, values)

    async def _message(self, person: str, label: str) -> Message:
        found = [message for message in await self.world.slack.dm_messages(person) if label in message.buttons()]
        if not found:
            raise Stuck(f"{person} has no message with {label}")
        return found[-1]

    async def _until_gone(self, person: str, label: str, message: Message, values: dict[str, str] | None) -> None:
        slack = self.world.slack
        channel = await slack.dm(person) or ""
        for _ in range(PATIENCE):
            await self.world.alive()
            done = await slack.click(person, channel, message.ts, message.action(label))
            if values is not None and not done.refusal:
                await self._submit(person, values)
            await self.world.settle()
            (now,) = [one for one in await slack.dm_messages(person) if one.ts == message.ts]
            if not _asks(now, label):
                await self.check(self)
                return
        raise Stuck(f"{person} presses {label} in vain")

    async def _submit(self, person: str, values: dict[str, str]) -> None:
        """Fills in and submits the form that is in front, if one is; whatever is still open then is closed by hand."""
        slack = self.world.slack
        if modal := await slack.modal(person):
            for block in modal.blocks:
                if block.get("dispatch_action") and block["block_id"] in values:
                    await slack.click_view(person, modal.id, block["element"]["action_id"], values[block["block_id"]])
            modal = await slack.modal(person) or modal
            actions = {b["block_id"]: b["element"]["action_id"] for b in modal.blocks if b["type"] == "input"}
            if actions.keys() >= values.keys():
                await slack.submit(person, modal.id, {block: {actions[block]: v} for block, v in values.items()})
        if modal := await slack.modal(person):
            await slack.close(person, modal.id, everything=True)

    async def open_home(self, person: str) -> None:
        """Slack tells that somebody opened the app's home, and tells it again until that is heard."""
        self.step(f"{person} opens the home")
        event = {"type": "app_home_opened", "user": person, "tab": "home", "channel": "D1", "event_ts": "1.1"}
        body = json.dumps({"type": "event_callback", "team_id": "T0ACME0001", "event_id": "Ev1", "event": event})
        for _ in range(PATIENCE):
            await self.world.alive()
            headers = {**signed(SIGNING_SECRET, body, time.time()), "content-type": "application/json"}
            try:
                answer = await self.world.http.post("/slack/events", content=body, headers=headers)
                heard = answer.status_code == 200
            except httpx.HTTPError:
                heard = False
            await self.world.settle()
            if heard:
                await self.check(self)
                return
        raise Stuck(f"the home of {person} is never heard of")

    async def put_up(self, source: str) -> None:
        """The admin applies a policy, again if it failed."""
        self.step("policy apply")
        for _ in range(PATIENCE):
            _, baton = await self.world.alive()
            try:
                await self.world.put_up(baton.database, source)
            except (Death, Exception):
                await self.world.settle()
            else:
                await self.came_to_rest()
                return
        raise Stuck("the policy is never put up")

    async def pass_time(self, **lengths: float) -> None:
        await self.until(self.world.clock.at + timedelta(**lengths))


def _asks(message: Message, label: str) -> bool:
    """Whether the button is still what this person should press; one that only offers more is not primary any more."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return label != "Log follow-up" or "Called, reached" in message.buttons()
    return False
