"""The newest migration runs while the release before it serves, and both serve side by side afterwards."""

import asyncio
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from storage.delivery.cards import waiting
from storage.schema import is_current, newest
from storage.tables import CardRow, HandoffRow, LeadRow
from tests.replicas.conftest import POLICY, Site, until
from tests.support.processes import Release

LEADS = 6
STRONG = "locktype = 'relation' AND mode LIKE '%ExclusiveLock' AND mode NOT LIKE 'Row%'"
LOCKS = f"SELECT count(*) FROM pg_locks WHERE {STRONG}"
WAITS = text(f"{LOCKS} AND NOT granted")
HOLDS = text(f"{LOCKS} AND granted AND relation = 'card'::regclass")


def release_before(folder: Path) -> Path:
    """The code as it was before the newest migration was added; kept here, for not every checkout knows the past."""
    archive = Path(__file__).with_name(f"before_{newest()}.tar.gz")
    assert archive.exists(), f"keep the release before migration {newest()}: CONTRIBUTING.md, “Add a migration”"
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.mark.timeout(300)  # a machine that does much else
async def test_the_newest_migration_runs_while_the_release_before_serves(site: Site, tmp_path: Path) -> None:
    new = site.release
    old = Release(new.settings, tmp_path, release_before(tmp_path / "before"))
    try:
        await old.run("migrate")
        await old.run("policy", "apply", str(POLICY))
        await site.start(old, 2)
        assert not await is_current(site.database)

        done = asyncio.Event()
        busy = asyncio.gather(load(site), clicks(site, done))
        await until(lambda: some(site, 2), 20, "the release before takes no leads")
        migrated, _ = await asyncio.gather(new.run("migrate"), in_hand(site))
        assert "Waiting for a free moment" in migrated
        assert await is_current(site.database)
        await site.start(new, 1)
        before, site.balancer.behind = site.balancer.behind[:2], site.balancer.behind[2:]
        assert [await one.stop(within=20) for one in before] == [0, 0], old.said()
        await until(lambda: some(site, LEADS), 30, "leads stay away")
        done.set()
        await busy
        await every_lead_is_shown_once(site)
    finally:
        await old.end()
    assert set(site.answers) <= {202, 503}
    assert "Traceback" not in new.said()


async def some(site: Site, wanted: int) -> bool:
    return len(site.stored) >= wanted


async def load(site: Site) -> None:
    for number in range(LEADS):
        await site.lead(number)
        await asyncio.sleep(0.4)


async def clicks(site: Site, done: asyncio.Event) -> None:
    while not done.is_set():
        for rep, channel, card in await site.offers():
            pressed = await site.slack.press(rep, channel, card, "Accept")
            assert pressed.status in {200, None}, pressed  # None: the process that had it was told to stop
        await asyncio.sleep(0.2)


async def in_hand(site: Site) -> None:
    """Somebody works on what the migration touches until it has waited for them and let everybody else go on.

    Meanwhile it keeps nobody from messages, which all work ends with.
    """

    async def migration_waits() -> bool:
        async with site.database.engine.connect() as connection:
            return bool((await connection.execute(WAITS)).scalar())

    async def migration_holds_messages() -> bool:
        async with site.database.engine.connect() as connection:
            return bool((await connection.execute(HOLDS)).scalar())

    async def migration_lets_go() -> bool:
        return not await migration_waits()

    async with site.database.engine.begin() as connection:
        await connection.execute(text("LOCK TABLE lead, handoff, marketing_clock IN ROW EXCLUSIVE MODE"))
        await until(migration_waits, 30, "the migration takes no lock")
        assert not await migration_holds_messages()
        await until(migration_lets_go, 5, "the migration holds everybody up")


async def every_lead_is_shown_once(site: Site) -> None:
    async def at_rest() -> bool:
        async with site.database.read() as session:
            offered = select(func.count()).where(HandoffRow.state == "offered")
            return (await session.exec(offered)).one() == 0 and (await waiting(session)).behind == 0

    await until(at_rest, 90, "it does not come to rest")
    async with site.database.read() as session:
        assert (await session.exec(select(func.count()).select_from(LeadRow))).one() == LEADS == len(site.stored)
        cards = (await session.exec(select(CardRow).where(CardRow.kind != "home"))).all()
    assert sum(card.kind == "channel" for card in cards) == LEADS
    assert await site.messages() == {(card.channel, card.ts) for card in cards if card.ts}
