"""What is kept only so that nothing is done twice goes when nobody can ask for it again."""

from datetime import datetime, timedelta

from storage.accounting import receipts
from storage.database import Database
from storage.delivery import emails, webhooks

EVERY = timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
"""Far longer than any sender repeats a message, or Slack a click."""
PORTION = 500
"""Rows removed in one transaction, so that no click waits for many."""


async def tidy(database: Database, now: datetime) -> int:
    """Forgets old answers to senders, and e-mails and webhooks that are done; how many rows went."""
    gone = 0
    for forget in (receipts.forget, emails.forget, webhooks.forget):
        removed = PORTION
        while removed == PORTION:
            async with database.write(wakes=False) as session:
                removed = await forget(session, now - KEPT_FOR, PORTION)
            gone += removed
    return gone
