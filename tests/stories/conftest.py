"""A whole Baton against a whole workspace, over real HTTP, with one clock that only the story moves."""

import copy
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import func, select

from bot import ticker
from bot.app import Baton, assemble
from bot.delivery.directory import look_up
from bot.outside import slack_client
from bot.policy_file import read
from bot.settings import Settings
from bot.usecases.governing import policies
from bot.usecases.operating import fallbacks
from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock as SandboxClock
from storage.assigning import people
from storage.database import Database
from storage.delivery import cards
from storage.tables import HandoffRow, LeadRow, MarketingClockRow
from tests.support import forged
from tests.support.forged import ResponseUrl
from tests.support.serving import client_of, serve
from tests.support.workspace import Done, Message, SlackWorkspace

ROOT = Path(__file__).parents[2]
READ = cache(read)
SIGNING_SECRET = "stories-signing-secret"
TOKEN = "stories-intake-token"
FRIDAY_10 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Friday, 20 November 2026, 10:00 in Berlin; the team works until 15:00."""

RITA, RAVI, MARTA, DANA = "U0RITA0001", "U0RAVI0001", "U0MARTA001", "U0DANA0001"
MAYA, OLA, ALEX = "U0MAYA0001", "U0OLA00001", "U0ALEX0001"
EMEA, NEW, MARKETING, ESCALATIONS = "C0EMEALEAD", "C0NEWLEADS", "C0MKTLEADS", "C0ESCALATE"

ANSWERS = ["Accept", "Reject", "Pass on", "Ask marketing"]
"""What a rep can press who has not answered yet."""

ANA: dict[str, Any] = {
    "source": "webinar",
    "external_id": "A-1001",
    "email": "ana.silva@acme.example",
    "first_name": "Ana",
    "last_name": "Silva",
    "title": "VP Operations",
    "phone": "+1 415 555 0100",
    "company": {
        "name": "Acme Logistics",
        "domain": "acme.example",
        "industry": "Manufacturing",
        "employees": 450,
        "country": "DE",
    },
    "campaign": "spring-webinar",
    "contact_requested": False,
    "consent": True,
    "bant": {"budget": "approved", "need": "manual invoicing", "timing": "this quarter"},
    "pain_points": ["manual invoicing"],
    "signals": [
        {"id": "s-1", "kind": "webinar_attended", "at": "2026-11-19T15:00:00Z", "label": "Invoicing 101"},
        {"id": "s-2", "kind": "page_view", "at": "2026-11-20T08:00:00Z", "url": "https://acme.example/pricing"},
        {"id": "s-3", "kind": "page_view", "at": "2026-11-20T08:05:00Z", "url": "https://acme.example/pricing/teams"},
        {"id": "s-4", "kind": "page_view", "at": "2026-11-20T08:09:00Z", "url": "https://acme.example/pricing"},
    ],
}


@dataclass
class StoryClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Story:
    """What a story can do: tell Baton something, let time pass, and look at Slack as anyone."""

    baton: Baton
    slack: SlackWorkspace
    client: AsyncWebClient
    http: httpx.AsyncClient
    clock: StoryClock
    database: Database
    response_url: str
    answers: ResponseUrl

    async def apply_policy(self, source: str | None = None) -> policies.Applied:
        """Puts a policy up as `baton policy apply` does."""
        text = source or (ROOT / "tests/stories/policy.yml").read_text()
        policy = READ(text)
        found = await look_up(self.client, policy, self.clock.now())
        assert found.problems == ()
        async with self.database.write() as session:
            for person in found.people.values():
                await people.save(session, person)
        applied = await policies.put_up(self.database, text, found.resolve(policy), "test", self.clock.now())
        await self.settle()
        return applied

    async def send(self, what: str, body: Any) -> httpx.Response:
        return await self.http.post(f"/v1/{what}", json=body, headers={"Authorization": f"Bearer {TOKEN}"})

    async def lead(self, **changes: Any) -> dict[str, Any]:
        """Ana, or somebody like her, comes in; Slack shows what follows."""
        answer = await self.send("leads", {**copy.deepcopy(ANA), **changes})
        assert answer.status_code == 202, answer.text
        await self.settle()
        taken: dict[str, Any] = answer.json()
        return taken

    async def settle(self) -> None:
        """Does all that is due now and shows it, waiting out Slack's pace."""
        await self.baton.bolt.rested()
        for _ in range(500):
            await ticker.do_due(self.database, self.clock.now)
            while await self.baton.courier.deliver_one() or await self.baton.postman.send_one():
                pass
            opens = self.baton.courier.pace.opens_at()
            if opens is None or not await self._behind():
                return
            await self._move_to(opens)
        raise AssertionError("Baton does not come to rest")

    async def _behind(self) -> bool:
        async with self.database.read() as session:
            return (await cards.waiting(session)).behind > 0

    async def _move_to(self, at: datetime) -> None:
        self.clock.at = at
        await self.slack.set_clock(at)

    async def pass_time(self, **lengths: float) -> None:
        """Time passes at once, and all that it brings is shown."""
        await self._move_to(self.clock.at + timedelta(**lengths))
        await self.settle()

    async def until(self, at: datetime) -> None:
        """Time passes until then, and everything happens when it is due, as with a Baton that never stopped."""
        while (due := await self._next_due()) and due < at:
            await self._move_to(max(due, self.clock.at))
            await self.settle()
        await self._move_to(max(at, self.clock.at))
        await self.settle()

    async def _next_due(self) -> datetime | None:
        async with self.database.read() as session:
            handoff = (await session.exec(select(func.min(HandoffRow.due_at)))).one()
            lead = (await session.exec(select(func.min(LeadRow.score_at)))).one()
            promise = (await session.exec(select(func.min(MarketingClockRow.due_at)))).one()
            return min(filter(None, (handoff, lead, promise)), default=None)

    async def press(self, person: str, channel: str, message: Message, label: str) -> Any:
        done = await self.slack.click(person, channel, message.ts, message.action(label))
        assert done.status == 200, done
        await self.settle()
        return done

    async def submit(self, person: str, **values: str) -> Done:
        """Fills in the open form, a value a block, and submits it."""
        modal = await self.slack.modal(person)
        assert modal
        actions = {b["block_id"]: b["element"]["action_id"] for b in modal.blocks if b["type"] == "input"}
        filled = {block: {actions[block]: value} for block, value in values.items()}
        done = await self.slack.submit(person, modal.id, filled)
        await self.settle()
        return done

    async def reject(self, person: str, reason: str, **values: str) -> None:
        await self.press_in_dm(person, "Reject")
        done = await self.submit(person, reason=reason, **values)
        assert done.closed, done

    async def forge(self, person: str, action: str, value: str) -> str:
        """Presses a button that need not be there (any more); what this person is told in private."""
        before = len(self.answers.said)
        status = await forged.press(self.http, SIGNING_SECRET, self.response_url, person, action, value)
        assert status == 200
        await self.settle()
        told = self.answers.said[before:]
        assert all(one["response_type"] == "ephemeral" for one in told)
        return "".join(one["text"] for one in told)

    async def dm(self, person: str) -> list[Message]:
        return await self.slack.dm_messages(person)

    async def card(self, person: str) -> Message:
        """The newest card in this person's DM."""
        return (await self.dm(person))[-1]

    async def press_in_dm(self, person: str, label: str) -> Any:
        channel = await self.slack.dm(person)
        assert channel
        message = next(m for m in reversed(await self.dm(person)) if label in m.all_buttons())
        return await self.press(person, channel, message, label)

    async def posted(self) -> int:
        """How many messages the app has posted in all."""
        return sum(call.error is None for call in await self.slack.calls("chat.postMessage"))


@pytest.fixture
async def story(lawless: Story) -> Story:
    """Baton and a workspace, both served; the contract's policy is in force."""
    await lawless.apply_policy()
    return lawless


@pytest.fixture
def mail_settings() -> dict[str, Any]:
    """What is set of the mail server: nothing, where a test does not bring one."""
    return {}


@pytest.fixture
async def lawless(database: Database, mail_settings: dict[str, Any]) -> AsyncIterator[Story]:
    """Baton and a workspace, both served, and no policy yet."""
    clock = StoryClock(FRIDAY_10)
    listening = socket.create_server(("127.0.0.1", 0))
    sandbox = build_app(
        workspace.load(ROOT / "examples/workspace.yml"),
        manifest=manifest.load(ROOT / "manifest.yml"),
        token="xoxb-stories",
        signing_secret=SIGNING_SECRET,
        app_url=f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events",
        clock=SandboxClock(FRIDAY_10.timestamp()),
    )
    async with (
        serve(sandbox) as slack_url,
        client_of() as hands,
    ):
        settings = Settings(
            _env_file=None,
            slack_bot_token="xoxb-stories",
            slack_signing_secret=SIGNING_SECRET,
            slack_api_url=f"{slack_url}/api/",
            baton_intake_token=TOKEN,
            **mail_settings,
        )
        async with slack_client(settings, within=60) as client:
            baton, answers = assemble(settings, database, client, clock.now), ResponseUrl()
            async with (
                serve(baton.web, listening) as url,
                serve(answers.app()) as answers_url,
                client_of(url) as http,
            ):
                slack = SlackWorkspace(slack_url, hands)
                yield Story(baton, slack, client, http, clock, database, f"{answers_url}/answer", answers)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's own news of an account never reach Baton: it was down, or is not subscribed to them."""

    async def never(*_: Any) -> None:
        return None

    monkeypatch.setattr(fallbacks, "person_changed", never)
