"""What was stored of leads' lives: when they began, who had them, what stopped and what was late."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import col, func, select

from storage.database import Session
from storage.tables import HandoffRow, HistoryRow, LeadRow, OutcomeRow, PolicyRow

MANY = 500
"""So many leads are asked about in one statement."""
ENDINGS = ("won", "lost")


class Passed(NamedTuple):
    """One handoff, from when until when it was with sales."""

    id: str
    created_at: datetime
    closed_at: datetime | None
    state: str


class Happened(NamedTuple):
    handoff_id: str | None
    at: datetime
    what: str
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """One person: the rows of the lead that speaks for them, and of those merged into it."""

    lead_id: str
    created_at: datetime
    stage: str
    erased_at: datetime | None
    handoffs: list[Passed] = field(default_factory=list)
    outcomes: list[tuple[str | None, str, datetime]] = field(default_factory=list)
    """Handoff, what was told, and when Baton heard of it."""
    history: list[Happened] = field(default_factory=list)


async def begun(session: Session, since: datetime, until: datetime) -> list[str]:
    """Leads that came in during this time and speak for themselves; those of history only are left out."""
    own = (col(LeadRow.merged_into).is_(None), col(LeadRow.history_only).is_(False))
    found = select(LeadRow.id).where(col(LeadRow.created_at).between(since, until), *own)
    return list((await session.exec(found.order_by(LeadRow.id))).all())


async def ruled_from(session: Session) -> datetime | None:
    """When the first policy came into force."""
    return (await session.exec(select(func.min(PolicyRow.in_force_at)))).one()


async def of_lead(session: Session, lead_id: str) -> Stored:
    """One of them."""
    return (await of_leads(session, [lead_id]))[0]


async def of_leads(session: Session, lead_ids: Collection[str]) -> list[Stored]:
    """These leads with all that is stored of their lives."""
    ids = list(lead_ids)
    return [one for start in range(0, len(ids), MANY) for one in await _some(session, ids[start : start + MANY])]


async def _some(session: Session, ids: list[str]) -> list[Stored]:
    rows = (
        await session.exec(select(LeadRow).where(col(LeadRow.id).in_(ids) | col(LeadRow.merged_into).in_(ids)))
    ).all()
    speaks = {row.id: row.merged_into if row.merged_into in ids else row.id for row in rows}
    begun = {one: min(row.created_at for row in rows if speaks[row.id] == one) for one in ids}
    lives = {
        row.id: Stored(row.id, begun[row.id], row.stage, row.erased_at) for row in rows if speaks[row.id] == row.id
    }
    theirs = list(speaks)
    handoffs = select(HandoffRow).where(col(HandoffRow.lead_id).in_(theirs)).order_by(col(HandoffRow.created_at))
    for one in await session.exec(handoffs):
        lives[speaks[one.lead_id]].handoffs.append(Passed(one.id, one.created_at, one.closed_at, one.state))
    outcomes = select(OutcomeRow).where(col(OutcomeRow.lead_id).in_(theirs), col(OutcomeRow.outcome).in_(ENDINGS))
    for told in await session.exec(outcomes.order_by(col(OutcomeRow.received_at))):
        lives[speaks[told.lead_id]].outcomes.append((told.handoff_id, told.outcome, told.received_at))
    history = select(HistoryRow).where(col(HistoryRow.lead_id).in_(theirs)).order_by(col(HistoryRow.id))
    for row in await session.exec(history):
        lives[speaks[row.lead_id or ""]].history.append(Happened(row.handoff_id, row.at, row.what, row.why))
    return [lives[one] for one in ids if one in lives]
