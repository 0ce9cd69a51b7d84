"""Whom nobody has worked with for long: found with all that is one person with them, and quickly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.operating import erasure
from storage.tables import LeadRow, OutcomeRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=365)


async def test_what_came_of_a_part_keeps_the_person_whose_it_is_and_nobody_else(database: Database) -> None:
    told: dict[str, Any] = {"facts": {"source": "web"}, "search": "", "created_at": BEFORE, "evidence_at": BEFORE}
    async with database.write() as session:
        session.add_all(LeadRow(id=one, absorbed=[f"{one}-at-the-fair"], **told) for one in ("ana", "bo"))
        await session.flush()
        session.add_all(LeadRow(id=f"{one}-at-the-fair", merged_into=one, **told) for one in ("ana", "bo"))
        await session.flush()
        won: dict[str, Any] = {"outcome": "won", "at": BEFORE, "received_at": NOW, "fingerprint": "1"}
        session.add(OutcomeRow(lead_id="ana-at-the-fair", **won))

    async with database.write() as session:
        assert await erasure.count_due(session, NOW, BEFORE) == 1
        assert await erasure.lock_due(session, NOW, BEFORE) == "bo"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_nobody_is_looked_for_by_comparing_every_lead_with_every_handoff(database: Database) -> None:
    """SQLite looks by index either way; PostgreSQL took a minute for twenty thousand leads."""
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with database.read() as session:
        await erasure.is_any_due(session, NOW, BEFORE)
        query, values = asked[-1]
        plan = await (await session.connection()).exec_driver_sql(f"EXPLAIN {query}", values)
        steps = [str(row[0]) for row in plan]

    assert any("Anti Join" in step for step in steps)
    assert [step for step in steps if "Join Filter" in step and "SubPlan" in step] == []
