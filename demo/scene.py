"""The tour's hands and eyes: look until Slack shows what should be there, press what a person would press."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

import httpx

from demo.reading import Names, Seen, clip, plain
from demo.sender import Sender
from demo.stage import Stage
from demo.workspace import Done, View, Workspace

PATIENCE = 15.0
"""Seconds until what should be shown has to be there."""
BETWEEN_LOOKS = 0.2
REPS = ("rita", "ravi")
EVERYWHERE = "dana"
"""Somebody who is in every channel."""
T = TypeVar("T")


class Unmet(Exception):
    """Slack does not show what the story expects; says what that was, and what is there instead."""

    def __init__(self, expected: str, shown: Sequence[str] = ()) -> None:
        super().__init__(expected)
        self.expected = expected
        self.shown = tuple(shown)


@dataclass(frozen=True, slots=True)
class Scene:
    """A running stage, with its people and channels by name."""

    stage: Stage
    workspace: Workspace
    sender: Sender
    people: Mapping[str, str]
    names: Names
    channels: Mapping[str, str]

    async def told(self, *people: str) -> list[Seen]:
        """What the app told these people directly."""
        return [message for name in people for message in await self.workspace.direct(self.people[name])]

    async def posted(self, channel: str, person: str = EVERYWHERE) -> list[Seen]:
        """What this person sees in a channel."""
        return await self.workspace.messages(self.people[person], self.channels[channel])

    async def replies(self, message: Seen) -> list[Seen]:
        return (await self.workspace.messages(message.person, message.channel, message.ts))[1:]

    async def card(self, lead: str, button: str, *people: str) -> Seen:
        """The card of a lead that offers this button to one of these people, to a rep where nobody is named."""
        expected = f"a message about {lead} with the button {button}"
        return await self.until(expected, lambda: self.told(*(people or REPS)), about(lead, button=button))

    async def press(self, label: str, lead: str, *people: str) -> tuple[Seen, Done]:
        """Presses a button of a card, once more when the card changed under the finger."""
        deadline = monotonic() + PATIENCE
        while True:
            card = await self.card(lead, label, *people)
            done = await self.workspace.click(card, label)
            if done.refusal is None:
                return card, done
            if monotonic() > deadline:
                raise Unmet(f"to press {label} on the card of {lead}", [done.refusal])

    async def form(self, label: str, lead: str, *people: str) -> tuple[Seen, View]:
        """Opens the form behind a button."""
        card, done = await self.press(label, lead, *people)
        if done.view is None:
            raise Unmet(f"a form behind {label}", [card.text])
        return card, done.view

    async def submit(self, person: str, view: View, **values: str) -> None:
        """Submits a form that closes."""
        done = await self.workspace.submit(person, view, **values)
        if not done.closed:
            instead = [*([done.refusal] if done.refusal else []), *done.errors.values()]
            raise Unmet("the form to close", [*instead, *([done.view.words] if done.view else [])])

    async def command(self, person: str, channel: str, command: str, text: str, *expected: str) -> Seen:
        """Types a command; the answer only this person sees, once all expected words are in it."""
        who, where = self.people[person], self.channels[channel]
        before = len(await self.workspace.messages(who, where))
        done = await self.workspace.command(who, where, command, text)
        if done.refusal:
            raise Unmet(f"an answer to {command} {text}".rstrip(), [done.refusal])
        answer = f"an answer to {command} {text}".rstrip() + f" with {', '.join(expected)}"

        async def answers() -> list[Seen]:
            return (await self.workspace.messages(who, where))[before:]

        return await self.until(answer, answers, lambda one: all(word in self.said(one.words) for word in expected))

    async def send(self, what: str, item: dict[str, Any]) -> dict[str, Any]:
        """Tells Baton something, signed; its answer."""
        return accepted(await self.sender.send(what, item))

    async def until(self, expected: str, look: Callable[[], Awaitable[Sequence[Seen]]], fits: "Fits") -> Seen:
        """The newest of what is seen that fits.

        Raises:
            Unmet: when nothing does in time.
        """
        deadline = monotonic() + PATIENCE
        while True:
            there = await look()
            for one in reversed(there):
                if fits(one):
                    return one
            if monotonic() > deadline:
                raise Unmet(expected, [clip(self.said(one.words), 200) for one in there[-3:]])
            await asyncio.sleep(BETWEEN_LOOKS)

    def said(self, text: str) -> str:
        return plain(text, self.names, clock="%H:%M:%S")

    def quote(self, text: str, length: int = 100) -> str:
        return f"“{clip(self.said(text), length)}”"

    def name(self, person: str) -> str:
        return self.names.get(person, person)


Fits = Callable[[Seen], bool]


def about(lead: str, *expected: str, button: str | None = None, without: str | None = None) -> Fits:
    """Whether a message is about this lead, says all that is expected, and offers (or lacks) a button."""

    def fits(one: Seen) -> bool:
        words = f"{one.text}\n{one.words}"
        shown = all(word in words for word in (lead, *expected))
        return shown and (button is None or button in one.buttons) and without not in one.buttons

    return fits


def accepted(answer: httpx.Response) -> dict[str, Any]:
    """The answer to something Baton took.

    Raises:
        Unmet: when it did not.
    """
    if answer.status_code != 202:
        raise Unmet("Baton to answer 202", [f"{answer.status_code} {answer.text}"])
    taken: dict[str, Any] = answer.json()
    return taken


async def scene(stage: Stage) -> Scene:
    """The stage with everybody's names."""
    workspace = Workspace(stage.workspace_url, stage.http)
    facts = await workspace.facts()
    return Scene(
        stage,
        workspace,
        Sender(stage.baton_url, stage.intake_secret, stage.http),
        people={one["name"]: one["id"] for one in facts["people"]},
        names={one["id"]: one["real_name"] for one in facts["people"]},
        channels={one["name"]: one["id"] for one in facts["channels"]},
    )
