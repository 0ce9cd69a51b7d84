"""Leads of several teams that share a transaction wait for nobody in a circle."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.lives import incoming
from bot.domain.assigning.ledger import Ledger
from bot.domain.teams import Team
from bot.policy_file import read
from handlers.intake.taking import hold, take_some
from storage.assigning import turns
from storage.database import Database, Session
from storage.tables import PolicyRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
POLICY = Path(__file__).parents[2] / "examples/policy.yml"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_transactions_give_leads_to_the_same_teams_in_another_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = read(POLICY.read_text(encoding="utf-8"))
    both, begun = asyncio.Event(), set[Session]()
    really_lock = turns.lock

    async def lock(session: Session, teams: Iterable[Team]) -> dict[str, Ledger]:
        """Waits, after its first ledger, for the other one to have one as well, if that can be."""
        found = await really_lock(session, teams)
        if session not in begun:
            begun.add(session)
            if len(begun) == 2:
                both.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(both.wait(), 0.3)
        return found

    async def take(*countries: str) -> None:
        items = [incoming(f"nr{country}{countries[0]}".lower(), country, NOW) for country in countries]
        async with database.write() as session:
            await hold(session, items)
            assert len(await take_some(session, items, NOW, lambda: False)) == 2

    async with database.write() as session:
        row = PolicyRow(source="", body=policy.stored(), state="in_force", applied_at=NOW, applied_by="test")
        row.in_force_at = NOW
        session.add(row)
    monkeypatch.setattr(turns, "lock", lock)
    await asyncio.gather(take("JP", "US"), take("US", "JP"))
    assert len(begun) == 2
