"""Leads near to a path: which to list, the lists they stand on, and what reps claimed of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, exists, or_, select

from bot.domain.handoff import BATON
from bot.domain.lead import Stage
from storage.accounting import history
from storage.database import Session
from storage.delivery import cards
from storage.qualifying import outcomes
from storage.tables import HandoffRow, HistoryRow, LeadRow

LISTED, CLAIMED = "listed as near", "claimed"
"""What history says of a lead that stands on a list, and of one that a rep claimed."""
ON: ColumnElement[str] = col(HistoryRow.why)["list"].as_string()


async def candidates(session: Session, now: datetime, listed_since: datetime) -> list[str]:
    """Leads in nurture near to a path, but those listed since then of which nothing was learned after that."""
    of_lead = (col(HistoryRow.lead_id) == LeadRow.id, col(HistoryRow.what) == LISTED)
    shown = exists().where(*of_lead, col(HistoryRow.at) >= listed_since, col(HistoryRow.at) >= LeadRow.evidence_at)
    with_sales = exists().where(col(HandoffRow.lead_id) == LeadRow.id, col(HandoffRow.due_at).is_not(None))
    statement = select(LeadRow.id).where(
        col(LeadRow.near).is_not(None),
        col(LeadRow.stage).in_((Stage.SUSPECT, Stage.PROSPECT)),
        col(LeadRow.erased_at).is_(None),
        col(LeadRow.merged_into).is_(None),
        col(LeadRow.history_only).is_(False),
        or_(col(LeadRow.cool_off_until).is_(None), col(LeadRow.cool_off_until) <= now),
        ~shown,
        ~with_sales,
    )
    return list((await session.exec(statement.order_by(LeadRow.id))).all())


async def list_one(session: Session, lead_id: str, key: str, path: str, now: datetime) -> None:
    """Notes that this lead stands on the list of this key, so that the list can follow it."""
    await history.append(session, now, LISTED, BATON, lead_id=lead_id, why={"list": key, "path": path})


def keys_of(lead_ids: Collection[str]) -> Any:
    """The keys of the lists on which these leads stand, for `in_`."""
    return select(ON).where(col(HistoryRow.lead_id).in_(lead_ids), col(HistoryRow.what) == LISTED)


async def refresh(session: Session, lead_ids: Sequence[str], now: datetime) -> None:
    """Lists on which these leads stand are to show how they stand now."""
    if not lead_ids:
        return
    if keys := (await session.exec(keys_of(lead_ids))).all():
        await cards.refresh_these(session, keys, now)


@dataclass(frozen=True, slots=True)
class Claim:
    """A near miss that a rep wanted all the same: what it lacked, and what came of it.

    `missing` are the criteria of the path that were not met, `fit` and `engagement` the points short of it, `lacking`
    the fields that the evidence gate still asked for.
    """

    handoff_id: str
    lead_id: str
    by: str
    at: datetime
    path: str
    missing: tuple[str, ...]
    fit: int
    engagement: int
    lacking: tuple[str, ...]
    followed_up: bool
    outcome: str | None


async def claims_since(session: Session, since: datetime) -> list[Claim]:
    """Near misses that reps claimed since then, the newest first: evidence for the next review of the definition."""
    statement = (
        select(HistoryRow, HandoffRow)
        .join(HandoffRow, col(HandoffRow.id) == HistoryRow.handoff_id)
        .where(HandoffRow.origin == "claim", col(HandoffRow.created_at) >= since, HistoryRow.what == CLAIMED)
        .order_by(col(HistoryRow.at).desc())
    )
    found = (await session.exec(statement)).all()
    became = await outcomes.of_handoffs(session, [handoff.id for _, handoff in found])
    return [_claim(row, handoff, became.get(handoff.id)) for row, handoff in found]


def _claim(row: HistoryRow, handoff: HandoffRow, outcome: str | None) -> Claim:
    short = row.why.get("short", {})
    return Claim(
        handoff.id,
        handoff.lead_id,
        row.who,
        row.at,
        handoff.path,
        tuple(row.why.get("missing", ())),
        short.get("fit", 0),
        short.get("engagement", 0),
        tuple(row.why.get("lacking", ())),
        handoff.followed_up_at is not None,
        outcome,
    )
