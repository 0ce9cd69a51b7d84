"""What waits, counted by indexes alone: however many rows there are, asking costs little."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from storage.database import Session
from storage.delivery import cards
from storage.tables import AlarmRow, CardRow, EmailRow, HandoffRow, WebhookRow


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since when the one that has waited longest could have been done."""

    waiting: int
    oldest: datetime | None

    def age(self, now: datetime) -> float:
        """Seconds the oldest is late; 0 where everything that waits has its time still to come."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """All that is to be done: messages, clocks that have run out, e-mails; and what only an admin can mend."""

    cards: Queue
    failing: int
    """Messages that Slack would not take when last tried."""
    overdue: Queue
    emails: Queue
    alarms: int
    webhooks: Queue


async def backlog(session: Session, now: datetime) -> Backlog:
    """What waits at this moment."""
    behind = await cards.waiting(session)
    failing = select(func.count()).where(col(CardRow.stale), col(CardRow.failures) > 0)
    due = select(func.count(), func.min(HandoffRow.due_at)).where(col(HandoffRow.due_at) <= now)
    letters = select(func.count(), func.min(EmailRow.retry_at))
    letters = letters.where(col(EmailRow.done_at).is_(None), col(EmailRow.retry_at) <= now)
    events = select(func.count(), func.min(WebhookRow.retry_at))
    events = events.where(col(WebhookRow.done_at).is_(None), col(WebhookRow.retry_at) <= now)
    open_alarms = select(func.count()).select_from(AlarmRow).where(col(AlarmRow.ended_at).is_(None))
    return Backlog(
        cards=Queue(behind.behind, behind.oldest),
        failing=(await session.exec(failing)).one(),
        overdue=Queue(*(await session.exec(due)).one()),
        emails=Queue(*(await session.exec(letters)).one()),
        alarms=(await session.exec(open_alarms)).one(),
        webhooks=Queue(*(await session.exec(events)).one()),
    )
