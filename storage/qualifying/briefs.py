"""What marketing wrote of its campaigns."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlmodel import col, select

from bot.domain.briefs import Brief, same_campaign
from storage.accounting.stats import CAMPAIGN
from storage.asking import ask
from storage.database import Session
from storage.delivery import cards
from storage.rows import insert
from storage.tables import BriefRow, HandoffRow, LeadRow

OF = select(BriefRow).where(col(BriefRow.campaign).in_(bindparam("campaigns", expanding=True)))


async def of_campaign(session: Session, name: str | None) -> Brief | None:
    """The brief of the campaign of this name, however it is written."""
    return (await of_campaigns(session, {name})).get(name)


async def of_campaigns(session: Session, names: Collection[str | None]) -> dict[str | None, Brief]:
    """Those of these campaigns that have one, by the names that were asked for."""
    asked = {name: same_campaign(name) for name in names if name}
    rows = await ask(session, OF, campaigns=sorted(set(asked.values()))) if asked else ()
    found = {row.campaign: _brief(row) for row in rows}
    return {name: found[campaign] for name, campaign in asked.items() if campaign in found}


async def every(session: Session, limit: int) -> list[Brief]:
    """The latest written first."""
    statement = select(BriefRow).order_by(col(BriefRow.at).desc(), col(BriefRow.campaign)).limit(limit)
    return [_brief(row) for row in await session.exec(statement)]


async def save(session: Session, brief: Brief) -> None:
    """In place of what was written of this campaign before."""
    values = {"name": brief.campaign, "words": brief.words, "offer": brief.offer, "url": brief.url}
    written = {**values, "by": brief.by, "at": brief.at}
    statement = insert(session, BriefRow).values(campaign=same_campaign(brief.campaign), **written)
    await session.exec(statement.on_conflict_do_update(index_elements=["campaign"], set_=written))


async def refresh_cards(session: Session, campaign: str, now: datetime) -> None:
    """Cards of open handoffs of this campaign show what is new, one handoff after the other in a fixed order."""
    named = select(HandoffRow.id, CAMPAIGN).join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
    found = await session.exec(named.where(col(HandoffRow.due_at).is_not(None)).order_by(HandoffRow.id))
    for handoff_id, name in found.all():
        if name and same_campaign(name) == same_campaign(campaign):
            await cards.refresh_with_news(session, handoff_id, now)


def _brief(row: BriefRow | Row[Any]) -> Brief:
    return Brief(campaign=row.name, words=row.words, offer=row.offer, url=row.url, by=row.by, at=row.at)
