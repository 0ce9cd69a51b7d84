"""What is kept only against repeats goes in the end."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from bot.domain.announcing import Announcement
from bot.usecases.operating.tidying import KEPT_FOR, PORTION, tidy
from storage.accounting import receipts
from storage.database import Database
from storage.delivery import emails, webhooks
from storage.tables import EmailRow, LeadRow, ReceiptRow, WebhookRow

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOW - KEPT_FOR - timedelta(seconds=1)
LATELY = NOW - KEPT_FOR


async def test_old_answers_e_mails_and_webhooks_that_are_done_go_and_nothing_else(database: Database) -> None:
    lead = LeadRow(id="1" * 16, facts={"source": "web"}, search="", stage="suspect", evidence_at=NOW, created_at=NOW)
    async with database.write() as session:
        for number in range(PORTION + 1):
            await receipts.remember(session, f"old-{number}", 202, {}, LONG_AGO)
        await receipts.remember(session, "new", 202, {}, LATELY)
        for key, done_at in (("old", LONG_AGO), ("new", LATELY), ("waiting", None)):
            await emails.want(session, key, "lead", "U0RITA0001", LONG_AGO)
            await emails.settle(session, key, 0, done_at=done_at)
        session.add(lead)
        await session.flush()
        for event, done_at in (("old", LONG_AGO), ("new", LATELY), ("waiting", None)):
            await webhooks.want(session, [Announcement(event)], lead.id, None, LONG_AGO)
            (row,) = (await session.exec(select(WebhookRow).where(WebhookRow.event == event))).all()
            await webhooks.settle(session, row.key, 0, done_at=done_at)

    assert await tidy(database, NOW) == PORTION + 3

    async with database.read() as session:
        assert (await session.exec(select(ReceiptRow.webhook_id))).all() == ["new"]
        assert sorted((await session.exec(select(EmailRow.key))).all()) == ["new", "waiting"]
        assert sorted((await session.exec(select(WebhookRow.event))).all()) == ["new", "waiting"]
    assert await tidy(database, NOW) == 0
