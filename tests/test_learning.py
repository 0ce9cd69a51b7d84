"""A persona is learned from the database: won leads against all, erased and merged ones apart."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from bot.commands.personas import learn
from bot.domain.durations import Duration
from storage.database import Database
from storage.tables import LeadRow, OutcomeRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


async def store(database: Database, number: int, industry: str, *, won: datetime | None = None, **more: Any) -> None:
    name = f"lead-{number:03}"
    facts = {"source": "fair", "company": {"industry": industry}}
    row: dict[str, Any] = {"id": name, "facts": facts, "search": name, "created_at": NOW, "evidence_at": NOW, **more}
    async with database.write() as session:
        session.add(LeadRow(**row))
        await session.flush()
        if won:
            session.add(OutcomeRow(lead_id=name, fingerprint="x", outcome="won", at=won, received_at=won))


async def test_won_leads_are_compared_with_all(database: Database) -> None:
    for number in range(9):
        await store(database, number, "Logistics", won=NOW - timedelta(days=30))
    for number in range(9, 30):
        await store(database, number, "Retail")
    await store(database, 30, "Logistics", won=NOW - YEAR - timedelta(days=1))
    await store(database, 31, "Logistics", won=NOW, erased_at=NOW)
    await store(database, 32, "Logistics", won=NOW, merged_into="lead-000")
    said = io.StringIO()
    err, length = Console(file=said, width=120), Duration.parse("365 days")

    assert await learn(database, NOW - YEAR, length, err) == ""
    assert said.getvalue() == "Not enough data: 9 won in 365 days, and 10 are the least to learn from.\n"
    await store(database, 33, "logistics", won=NOW, created_at=NOW - 3 * YEAR)
    section = await learn(database, NOW - YEAR, length, err)

    assert 'industries: ["Logistics"]' in section
    assert "10 won, 32 leads, 365 days" in said.getvalue()
    row = next(line for line in said.getvalue().splitlines() if "Logistics" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["industry", "Logistics", "10", "100%", "34%"]
