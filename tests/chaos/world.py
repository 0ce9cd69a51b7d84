"""One Baton process after another in front of one workspace, with a clock that only the story moves."""

import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import httpx
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, func, or_, select

from bot import ticker
from bot.app import Baton, assemble
from bot.delivery.directory import look_up
from bot.outside import slack_client
from bot.policy_file import read
from bot.settings import Settings
from bot.usecases.governing import policies
from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock as SandboxClock
from storage.assigning import people
from storage.database import Database, parse_url
from storage.tables import CardRow, HandoffRow, LeadRow, MarketingClockRow
from tests.chaos.faults import Counting, Plan
from tests.chaos.life import Counted, Death, Door, Life, Watched, Wire
from tests.chaos.stores import Store
from tests.stories.conftest import FRIDAY_10, ROOT, SIGNING_SECRET, TOKEN, StoryClock
from tests.support.serving import client_of, serve
from tests.support.workspace import SlackWorkspace

POLICY = (
    (ROOT / "tests/stories/policy.yml")
    .read_text()
    .replace(
        "    marketing_handoff: 12 hours\n",
        "    marketing_handoff: 12 hours\n"
        "    returned: {within: 2 business days, repeats: 0, "
        "ladder: [{at: 50%, do: remind}, {at: 100%, do: escalate}]}\n",
    )
)
"""That of the stories; of months without an answer, marketing hears twice and not every two days."""
BOT_TOKEN = "xoxb-chaos"
TICK = timedelta(seconds=1)
"""After a failure the loops of a process try again this much later."""
ROUNDS = 2000


class Stuck(Exception):
    """Something did not come to rest in time, or a person could not do what they wanted."""


@dataclass
class World:
    """The workspace, its time, and the process that lives at the moment."""

    store: Store
    slack: SlackWorkspace
    http: httpx.AsyncClient
    client: AsyncWebClient
    settings: Settings
    door: Door
    wire: Wire
    calls: Counted
    clock: StoryClock = field(default_factory=lambda: StoryClock(FRIDAY_10))
    plan: Plan = field(default_factory=Counting)
    eyes: Database = field(init=False)
    """Reads what is stored, past the process and its faults."""
    _memory: Watched = field(init=False)
    _life: Life | None = None
    _baton: Baton | None = None

    def __post_init__(self) -> None:
        url = parse_url(self.store.url)
        self.eyes, self._memory = Database(url), Watched(Database(url))

    async def prepare(self) -> None:
        """Makes the template: a migrated database with the policy in force."""
        await self.store.open()
        database = Database(parse_url(self.store.template))
        await self.put_up(database, POLICY)
        await database.close()

    async def put_up(self, database: Database, source: str) -> None:
        """As `baton policy apply` does."""
        policy = read(source)
        found = await look_up(self.client, policy, self.clock.at)
        async with database.write() as session:
            for person in found.people.values():
                await people.save(session, person)
        await policies.put_up(database, source, found.resolve(policy), "chaos", self.clock.at)

    @asynccontextmanager
    async def fresh(self, plan: Plan) -> AsyncIterator[None]:
        """An empty workspace and a Baton that knows no lead, for one story under this plan."""
        await self.slack.reset()
        self.clock.at = FRIDAY_10
        await self.slack.set_clock(FRIDAY_10)
        self.plan, ids = plan, count(1)
        await self.store.fresh()
        try:
            with (
                patch("secrets.token_hex", lambda size=8: f"{next(ids):0{2 * size}x}"),
                patch("secrets.randbits", lambda _bits: next(ids)),
            ):
                yield
        finally:
            await self._bury()
            await self.eyes.close()

    async def alive(self) -> tuple[Life, Baton]:
        """The process of this moment; a new one when the last has died."""
        if self._life and self._baton and not self._life.dead:
            return self._life, self._baton
        await self._bury()
        baton = assemble(self.settings, self._memory.database, self.client, self.clock.now)
        life = Life(self.plan, baton.web)
        self._life, self._baton = life, baton
        self.door.life = self.wire.life = self._memory.life = life
        return life, baton

    async def _bury(self) -> None:
        """Nothing of the last process is left: its requests have ended, its connections are dropped."""
        if self._life:
            self._life.dead = True
            await self._answered()
            await self._memory.database.close()
        self._life = self._baton = self.door.life = self.wire.life = self._memory.life = None

    async def _answered(self) -> None:
        """All is done that was asked: Slack waits three seconds for an answer, and not for what goes on after it."""
        await self.door.emptied()
        if self._baton:
            await self._baton.bolt.rested()

    async def settle(self) -> None:
        """Lets time pass until nothing waits to be done or shown; who died is started again.

        Raises:
            Stuck: when something still waits, although nothing has failed for as long as the plan's patience.
        """
        failed, since = len(self.plan.met), self.clock.at
        for _ in range(ROUNDS):
            done = await self._work()
            if len(self.plan.met) > failed:
                failed, since = len(self.plan.met), self.clock.at
            waiting = await self._waiting()
            if done and not waiting:
                return
            if self.clock.at - since > timedelta(seconds=self.plan.patience):
                raise Stuck(f"{sorted(waiting)} waited for {self.clock.at - since} after the last fault")
            await self.move_to(self._next(list(waiting.values())))
        raise Stuck("Baton does not come to rest")

    async def _work(self) -> bool:
        """What the loops of a process do until nothing is left; false when it failed and is to be tried again."""
        await self._answered()
        _, baton = await self.alive()
        try:
            await ticker.do_due(baton.database, self.clock.now)
            while await baton.courier.deliver_one():
                pass
        except (Death, Exception):
            await self.move_to(self.clock.at + TICK)
            return False
        return True

    def _next(self, moments: list[datetime]) -> datetime:
        now = self.clock.at
        opens = self._baton.courier.pace.opens_at() if self._baton else None
        return min((at for at in [*moments, opens] if at and at > now), default=now + TICK)

    async def _waiting(self) -> dict[str, datetime]:
        """What is to be shown or tried again, and when."""
        behind = select(CardRow).where(
            or_(
                col(CardRow.stale),
                col(CardRow.refresh_at) <= self.clock.at,
                col(CardRow.refresh_at).is_not(None) & (col(CardRow.wanted) > CardRow.shown),
            )
        )
        put_off = select(HandoffRow.id, HandoffRow.due_at).where(
            HandoffRow.backoff > 0, col(HandoffRow.due_at).is_not(None)
        )
        scored_later = select(LeadRow.id, LeadRow.score_at).where(
            LeadRow.backoff > 0, col(LeadRow.score_at).is_not(None)
        )
        async with self.eyes.read() as session:
            cards = (await session.exec(behind)).all()
            later = [*(await session.exec(put_off)).all(), *(await session.exec(scored_later)).all()]
        sendable = {
            card.key: max(filter(None, (card.retry_at, card.lease_until, None if card.stale else card.refresh_at)))
            for card in cards
        }
        return {**sendable, **{name: at for name, at in later if at}}

    async def next_due(self) -> datetime | None:
        """The next deadline, of either side, or scoring that time will bring."""
        async with self.eyes.read() as session:
            asked = (HandoffRow.due_at, LeadRow.score_at, MarketingClockRow.due_at)
            firsts = [(await session.exec(select(func.min(moment)))).one() for moment in asked]
        return min(filter(None, firsts), default=None)

    async def move_to(self, at: datetime) -> None:
        """Time passes; a call that Slack was slow with has been stored before."""
        await self.calls.emptied()
        self.clock.at = at
        await self.slack.set_clock(at)


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[World]:
    """A workspace and a door behind which one Baton after another lives."""
    listening, door = socket.create_server(("127.0.0.1", 0)), Door()
    sandbox = build_app(
        workspace.load(ROOT / "examples/workspace.yml"),
        manifest=manifest.load(ROOT / "manifest.yml"),
        token=BOT_TOKEN,
        signing_secret=SIGNING_SECRET,
        app_url=f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events",
        clock=SandboxClock(FRIDAY_10.timestamp()),
    )
    calls = Counted(sandbox)
    with silence():
        async with (
            serve(calls) as slack_url,
            serve(door, listening) as url,
            client_of() as hands,
            client_of(url) as http,
        ):
            settings = Settings(
                _env_file=None,
                slack_bot_token=BOT_TOKEN,
                slack_signing_secret=SIGNING_SECRET,
                slack_api_url=f"{slack_url}/api/",
                baton_intake_token=TOKEN,
            )
            slack = SlackWorkspace(slack_url, hands)

            async def ask(method: str, fault: dict[str, Any]) -> None:
                await slack.fault(method, **fault)

            wire = Wire(ask)
            async with slack_client(settings, within=10) as client, wire.watched():
                yield World(store, slack, http, client, settings, door, wire, calls)
            await store.close()


@contextmanager
def silence() -> Iterator[None]:
    """Thousands of deaths are told once, in the summary, and not as they happen."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)
