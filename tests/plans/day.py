"""A day with everything in it that must cost the same however much is stored: each part is done once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import ticker
from bot.usecases.deciding import working
from storage.deciding import handoffs
from tests.plans.asked import Ear
from tests.stories.conftest import EMEA, FRIDAY_10, MARTA, RAVI, RITA, Story
from tests.support.workspace import Message

REPS = (RITA, RAVI)
TUESDAY = 1


@dataclass
class Day:
    """Leads that arrive and what is done with them; all are done with at its end."""

    story: Story
    ear: Ear
    number: int = 0
    began: datetime = FRIDAY_10

    async def live(self) -> None:
        """From a Tuesday morning on, so that every day is like the others."""
        await self._next_tuesday()
        self.began = self.story.clock.at
        for doing, part in PARTS.items():
            await part(self, doing)

    async def _next_tuesday(self) -> None:
        now = self.story.clock.at
        days = (TUESDAY - now.weekday()) % 7 or 7
        await self.story.pass_time(days=days, hours=9 - now.hour, minutes=-now.minute, seconds=-now.second)

    async def settle(self) -> None:
        with self.ear.during("delivery"):
            await self.story.settle()

    def next_lead(self, **more: Any) -> dict[str, Any]:
        self.number += 1
        mark = f"day{self.number}"
        company = {"name": f"{mark} Works", "domain": f"{mark}.example", "industry": "Logistics", "employees": 300}
        visits = [
            {"id": f"{mark}-{n}", "kind": "page_view", "at": self.story.clock.at.isoformat(), "url": f"/pricing/{n}"}
            for n in range(3)
        ]
        its: dict[str, Any] = {
            "source": "form",
            "external_id": mark,
            "email": f"{mark}@{mark}.example",
            "title": "VP Sales",
        }
        its |= {"first_name": "Ana", "last_name": mark, "company": company | {"country": "DE"}}
        webinar = {"id": f"{mark}-w", "kind": "webinar_attended", "at": self.story.clock.at.isoformat()}
        return its | {"signals": [*visits, webinar]} | more

    async def send(self, doing: str, what: str, body: Any) -> dict[str, Any]:
        with self.ear.during(doing):
            answer = await self.story.send(what, body)
        assert answer.status_code == 202, answer.text
        await self.settle()
        told: dict[str, Any] = answer.json()
        return told

    async def offered(self) -> tuple[str, str]:
        """A lead that somebody has just been offered: its handoff, and who."""
        told = await self.send("intake", "leads", self.next_lead())
        async with self.story.database.read() as session:
            return told["handoff_id"], (await handoffs.get_one(session, told["handoff_id"])).owner or ""

    async def press(self, doing: str, person: str, label: str) -> None:
        channel = await self.story.slack.dm(person)
        assert channel
        message: Message = next(m for m in reversed(await self.story.dm(person)) if label in m.all_buttons())
        with self.ear.during(doing):
            done = await self.story.slack.click(person, channel, message.ts, message.action(label))
            await self.story.settle()
        assert done.status == 200, done

    async def reach(self, handoff_id: str, person: str) -> None:
        with self.ear.during("follow up"):
            await working.reached(self.story.database, handoff_id, person, self.story.clock.at)
        await self.settle()


async def _intake_and_accept(day: Day, doing: str) -> None:
    handoff_id, rep = await day.offered()
    await day.press(doing, rep, "Accept")
    await day.reach(handoff_id, rep)


async def _reject(day: Day, doing: str) -> None:
    _, rep = await day.offered()
    await day.press("open a form", rep, "Reject")
    with day.ear.during(doing):
        await day.story.submit(rep, reason="bad-timing")


async def _nurture(day: Day, doing: str) -> None:
    """A lead that does not qualify, and does when it does something more."""
    lead = day.next_lead(signals=[])
    await day.send(doing, "leads", lead)
    more = day.next_lead()["signals"]
    told: dict[str, Any] = {}
    for signal in more:
        told = await day.send("signal", "signals", {"lead": {"email": lead["email"]}, **signal})
    async with day.story.database.read() as session:
        rep = (await handoffs.of_lead(session, told["lead_id"]))[0].owner or ""
    await day.press("accept", rep, "Accept")
    await day.send("outcome", "outcomes", {"lead": {"email": lead["email"]}, "outcome": "won", "at": more[0]["at"]})


async def _escalation(day: Day, doing: str) -> None:
    """Reminded, told to the manager, and given to another rep."""
    handoff_id, first = await day.offered()
    owner = first
    while owner == first:
        with day.ear.during(doing):
            await day.story.pass_time(hours=2)
        async with day.story.database.read() as session:
            owner = (await handoffs.get_one(session, handoff_id)).owner or ""
    if owner not in REPS:
        return
    await day.press("accept", owner, "Accept")
    await day.reach(handoff_id, owner)


async def _home(day: Day, doing: str) -> None:
    for person in (*REPS, MARTA):
        with day.ear.during(doing):
            await day.story.slack.open_home(person)
            await day.story.settle()


async def _commands(day: Day, doing: str) -> None:
    for words in ("", "team"):
        with day.ear.during(f"{doing} {words}"):
            await day.story.slack.command(MARTA, EMEA, "/lead", words)
            await day.story.settle()


async def _tick(day: Day, doing: str) -> None:
    with day.ear.during(doing):
        await ticker.do_due(day.story.database, day.story.clock.now)


PARTS: Mapping[str, Callable[[Day, str], Awaitable[None]]] = {
    "accept": _intake_and_accept,
    "reject": _reject,
    "nurture": _nurture,
    "escalation": _escalation,
    "home": _home,
    "/lead": _commands,
    "tick": _tick,
}
