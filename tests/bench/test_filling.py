"""What growth is measured on is what Baton would have stored: as many, each lead by itself, and nothing left to do."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, func, select

from bench.filling import SINCE_LAST, fill
from bot.policy_file import read
from storage.database import Database
from storage.tables import CardRow, HandoffRow, HistoryHeadRow, HistoryRow, IdentityRow, LeadRow, PolicyRow

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
POLICY = Path(__file__).parents[2] / "examples/policy.yml"
STORED = 60


async def test_it_holds_as_many_as_were_asked_for_and_nothing_that_is_still_to_be_done(database: Database) -> None:
    body = read(POLICY.read_text(encoding="utf-8")).stored()
    async with database.write() as session:
        session.add(
            PolicyRow(source="", body=body, state="in_force", applied_at=NOW, applied_by="test", in_force_at=NOW)
        )

    await fill(database, STORED, NOW)

    async with database.read() as session:
        handoffs = (await session.exec(select(HandoffRow))).all()
        assert len({one.lead_id for one in handoffs}) == len(handoffs) == STORED
        assert {one.state for one in handoffs} == {"accepted", "recycled"}
        assert [one for one in handoffs if one.due_at] == []
        assert min(one.created_at for one in handoffs) < NOW - 2 * SINCE_LAST / 3 > max(o.created_at for o in handoffs)

        leads = (await session.exec(select(LeadRow))).all()
        emails = (
            await session.exec(select(IdentityRow.lead_id, IdentityRow.value).where(IdentityRow.kind == "email"))
        ).all()
        assert {(one.id, one.facts["email"]) for one in leads} == set(emails)

        assert (await session.exec(select(func.count()).where(col(CardRow.stale)))).one() == 0
        loose = (await session.exec(select(func.count()).where(col(HistoryRow.link).is_(None)))).one()
        last = (await session.exec(select(func.max(HistoryRow.link)))).one()
        assert (loose, last) == (0, (await session.exec(select(HistoryHeadRow.link))).one())
