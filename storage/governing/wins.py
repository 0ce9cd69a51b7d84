"""Facts of customers we won, and of everybody who came."""

from collections.abc import AsyncIterator
from datetime import datetime

from sqlmodel import col, select

from bot.domain.lead import Facts
from storage.database import Session
from storage.tables import LeadRow, OutcomeRow

PAGE = 1000


async def won(session: Session, since: datetime) -> AsyncIterator[Facts]:
    """Of each lead that was won since then, once; erased ones tell nothing."""
    chosen = select(OutcomeRow.lead_id).where(OutcomeRow.outcome == "won", col(OutcomeRow.at) >= since)
    async for facts in _pages(session, col(LeadRow.id).in_(chosen)):
        yield facts


async def everybody(session: Session, since: datetime) -> AsyncIterator[Facts]:
    """Of each lead that came since then, and of the won ones that came before."""
    chosen = select(OutcomeRow.lead_id).where(OutcomeRow.outcome == "won", col(OutcomeRow.at) >= since)
    async for facts in _pages(session, (col(LeadRow.created_at) >= since) | col(LeadRow.id).in_(chosen)):
        yield facts


async def _pages(session: Session, which: object) -> AsyncIterator[Facts]:
    """A page at a time, in the order of their ids; whoever speaks for another lead speaks once."""
    after = ""
    while True:
        page = select(LeadRow.id, LeadRow.facts).where(
            which,  # type: ignore[arg-type]
            col(LeadRow.id) > after,
            col(LeadRow.erased_at).is_(None),
            col(LeadRow.merged_into).is_(None),
        )
        rows = (await session.exec(page.order_by(col(LeadRow.id)).limit(PAGE))).all()
        for _, facts in rows:
            yield Facts.model_validate(facts)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]
