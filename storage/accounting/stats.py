"""What the numbers are read from. Leads of history only are no part of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.database import Session
from storage.tables import FollowUpRow, HandoffRow, HistoryRow, LeadRow, OfferRow

REJECTIONS = ("rejected", "rerouted")
"""What history says when a rep gave a reason."""

CAMPAIGN: ColumnElement[str] = col(LeadRow.facts)["campaign"].as_string()
SOURCE: ColumnElement[str] = col(LeadRow.facts)["source"].as_string()


@dataclass(frozen=True, slots=True)
class Passage:
    """A handoff with what its lead says of it."""

    handoff: HandoffRow
    campaign: str | None
    source: str | None
    qualified_at: datetime | None


async def received(session: Session, since: datetime, until: datetime) -> list[tuple[str | None, str | None, int]]:
    """Campaign, source and number of the leads that came in."""
    came = (
        select(CAMPAIGN.label("campaign"), SOURCE.label("source"))
        .where(col(LeadRow.created_at).between(since, until), col(LeadRow.history_only).is_(False))
        .subquery()
    )
    counted = select(came.c.campaign, came.c.source, func.count()).group_by(came.c.campaign, came.c.source)
    return [(campaign, source, leads) for campaign, source, leads in await session.exec(counted)]


def _touched(since: datetime, until: datetime) -> SelectOfScalar[str]:
    """Ids of handoffs that began, or were offered to somebody, in this time."""
    offered = select(OfferRow.handoff_id).where(col(OfferRow.offered_at).between(since, until))
    return (
        select(HandoffRow.id)
        .join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
        .where(
            col(LeadRow.history_only).is_(False),
            or_(col(HandoffRow.created_at).between(since, until), col(HandoffRow.id).in_(offered)),
        )
    )


async def passages(session: Session, since: datetime, until: datetime) -> list[Passage]:
    """Handoffs that began, or were offered to somebody, in this time."""
    statement = (
        select(HandoffRow, CAMPAIGN, SOURCE, LeadRow.qualified_at)
        .join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
        .where(col(HandoffRow.id).in_(_touched(since, until)))
    )
    return [Passage(*row) for row in await session.exec(statement)]


async def follow_ups(session: Session, since: datetime, until: datetime) -> list[FollowUpRow]:
    """All that was logged of those handoffs, in order."""
    theirs = col(FollowUpRow.handoff_id).in_(_touched(since, until))
    return list((await session.exec(select(FollowUpRow).where(theirs).order_by(col(FollowUpRow.at)))).all())


async def offers(session: Session, since: datetime, until: datetime) -> list[tuple[OfferRow, Mapping[str, Any] | None]]:
    """All offers of those handoffs; a rejection with what history says of it at the same instant."""
    given = and_(
        col(HistoryRow.handoff_id) == OfferRow.handoff_id,
        col(HistoryRow.at) == OfferRow.ended_at,
        col(HistoryRow.what).in_(REJECTIONS),
        col(OfferRow.ended) == "rejected",
    )
    statement = (
        select(OfferRow, HistoryRow.why)
        .join(HistoryRow, given, isouter=True)
        .where(col(OfferRow.handoff_id).in_(_touched(since, until)))
    )
    return [(offer, why) for offer, why in await session.exec(statement)]
