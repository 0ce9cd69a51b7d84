"""A real `baton run`, killed by SIGKILL at seeded moments while leads come in and are accepted, and started again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx

from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock
from storage.database import Database, parse_url
from tests.chaos.invariants import BOT, Finding, Harm, Place, Stored, faults, shown, stored, unkept
from tests.chaos.stores import migrated
from tests.stories.conftest import EMEA, RAVI, RITA
from tests.support.processes import BATON, ROOT, Balancer, Process, Release
from tests.support.serving import serve
from tests.support.workspace import Message, SlackWorkspace

REPS = (RITA, RAVI)
TOKEN = "killed-intake-token"
LEADS_A_KILL = 3
PATIENCE = 60.0
"""Seconds in which a killed process's work must be done by the one after it."""
HASTY = f"""
import bot.app
from datetime import timedelta
from functools import partial
bot.app.Courier = partial(bot.app.Courier, lease=timedelta(seconds=3), settle_wait=timedelta(seconds=1))
{BATON}
"""
"""What a killed process had in hand is taken up after 3 seconds instead of 30; nothing else differs."""


@dataclass(slots=True)
class Site:
    """One process at a time, the workspace, and what senders were told."""

    slack: SlackWorkspace
    http: httpx.AsyncClient
    balancer: Balancer
    release: Release
    die: Random
    promised: dict[str, str] = field(default_factory=dict)
    pressed: int = 0
    has_pressed: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> Process:
        process = await (await self.release.start()).listening()
        self.balancer.behind = [process]
        return process

    async def send(self, number: int) -> None:
        """A sender, who sends again until it is answered."""
        email = f"lead{number}@many.example"
        lead = {
            "source": "fair",
            "email": email,
            "first_name": f"Lead{number}",
            "title": "VP Operations",
            "company": {"name": f"Company {number}", "industry": "Logistics", "employees": 300, "country": "DE"},
            "contact_requested": True,
        }
        while email not in self.promised:
            try:
                answer = await self.http.post("/v1/leads", json=lead, headers={"webhook-id": f"m-{number}"})
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 202:
                self.promised[email] = answer.json()["lead_id"]
            else:
                await asyncio.sleep(0.2)

    async def press(self) -> None:
        """Reps, who accept whatever they see until they are told to stop."""
        while True:
            for rep in REPS:
                for message in await self.slack.dm_messages(rep):
                    if "Accept" in message.buttons() and self.die.random() < 0.5:
                        await self.slack.press(rep, await self.slack.dm(rep) or "", message, "Accept")
                        self.pressed += 1
                        self.has_pressed.set()
            await asyncio.sleep(0.1)

    async def seen(self) -> dict[Place, Message]:
        dms = {channel: rep for rep in REPS if (channel := await self.slack.dm(rep))}
        return await shown(self.slack, {EMEA: RITA, **dms})


async def killed(url: str, folder: Path, kills: int, die: Random, program: str = BATON) -> tuple[list[Finding], int]:
    """Whatever harm so many kills have done, and how often somebody pressed a button meanwhile."""
    async with _site(url, folder, die, program) as site:
        await migrated(url)
        await site.release.run("policy", "apply", str(Path(__file__).with_name("policy.yml")))
        process = await site.start()
        reps = asyncio.create_task(site.press())
        for kill in range(kills):
            senders = asyncio.gather(*(site.send(LEADS_A_KILL * kill + n) for n in range(LEADS_A_KILL)))
            await asyncio.sleep(die.uniform(0.05, 1.2))
            await process.kill()
            process = await site.start()
            await senders
        async with asyncio.timeout(PATIENCE):
            await site.has_pressed.wait()  # on a busy machine the first card may be there only now
        reps.cancel()
        return await _harm(site, Database(parse_url(url)), kills * LEADS_A_KILL), site.pressed


async def _harm(site: Site, eyes: Database, leads: int) -> list[Finding]:
    """Looks until all is well, for as long as that may take."""
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                db, messages = await stored(eyes), await site.seen()
                findings = [
                    *faults(db, messages, datetime.now(UTC)),
                    *unkept(db, site.promised),
                    *_cards_short(db, messages, leads),
                ]
                if not findings:
                    return []
                await asyncio.sleep(0.3)
    except TimeoutError:
        return findings
    finally:
        await eyes.close()


def _cards_short(db: Stored, messages: Mapping[Place, Message], leads: int) -> list[Finding]:
    """One card in the channel and one with the rep, for each lead."""
    roots = Counter(channel == EMEA for (channel, _), message in messages.items() if message.user == BOT)
    if (roots[True], roots[False]) == (leads, leads) and len(db.handoffs) == leads:
        return []
    return [Finding(Harm.LOST, f"{roots[True]} cards in the channel and {roots[False]} with reps, of {leads} leads")]


@asynccontextmanager
async def _site(url: str, folder: Path, die: Random, program: str) -> AsyncIterator[Site]:
    balancer = Balancer()
    sandbox = build_app(
        workspace.load(ROOT / "examples/workspace.yml"),
        manifest=manifest.load(ROOT / "manifest.yml"),
        token="xoxb-killed",
        signing_secret="killed-signing-secret",
        app_url="http://baton/slack/events",
        clock=Clock(),
        app_transport=balancer,
    )
    async with (
        serve(sandbox) as slack_url,
        httpx.AsyncClient(timeout=20) as hands,
        httpx.AsyncClient(
            transport=balancer, base_url="http://baton", timeout=20, headers={"Authorization": f"Bearer {TOKEN}"}
        ) as http,
    ):
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-killed",
            "SLACK_SIGNING_SECRET": "killed-signing-secret",
            "SLACK_API_URL": f"{slack_url}/api/",
            "BATON_INTAKE_TOKEN": TOKEN,
            "DATABASE_URL": url,
        }
        release = Release(settings, folder, program=program)
        try:
            yield Site(SlackWorkspace(slack_url, hands), http, balancer, release, die)
        finally:
            await release.end()
