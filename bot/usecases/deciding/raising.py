"""Telling a manager, or the channel of escalations, that a lead needs somebody: one message that grows, never fifty."""

from datetime import datetime, timedelta

from bot.domain.handoff import Handoff, Notice
from storage import cards, raised
from storage.database import Session
from storage.raised import Growing

KINDS = frozenset({"escalation", "escalation_line"})
GROWS_FOR = timedelta(hours=1)
"""So long after its first lead a message takes more of them, while any of them needs somebody."""
SAYS_MORE_AFTER = timedelta(minutes=15)
"""An update rings no bell: no more often than this, a reply says that the message has grown."""


async def alone(session: Session, notices: tuple[Notice, ...]) -> None:
    """Before anything is written to a card: two decisions that tell one person come one after another."""
    for recipient in sorted({notice.recipient for notice in notices if notice.kind in KINDS}):
        await raised.one_at_a_time(session, recipient)


async def tell(session: Session, handoff: Handoff, notice: Notice, key: str, now: datetime) -> None:
    """Joins the message that grows, or begins one under this key; the caller has been `alone` since before."""
    grows = await raised.growing(session, notice.kind, notice.recipient, now - GROWS_FOR)
    if grows is None or grows.key == key:
        await cards.want(
            session, key, notice.kind, notice.recipient, now, handoff_id=handoff.id, details=notice.details
        )
    else:
        await cards.refresh_these(session, [grows.key], now)
        await _say_more(session, grows, now)
    step = notice.details["step"]
    await raised.note(session, handoff, step, notice.recipient, grows.key if grows else key, now)


async def _say_more(session: Session, grows: Growing, now: datetime) -> None:
    number = (now - grows.created_at) // SAYS_MORE_AFTER
    if number and grows.kind == "escalation":
        key, details = f"{grows.key}:more:{number}", {"card": grows.key}
        await cards.want(
            session,
            key,
            "escalation_more",
            grows.recipient,
            now,
            handoff_id=grows.handoff_id,
            parent=grows.key,
            details=details,
        )
