"""The lives of leads as they were recorded, a page at a time; nothing here locks or writes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import col, func, or_, select

from bot.domain.backtesting.past import Heard, Merge, Outcome, Passage, Record, Told, spells
from bot.domain.backtesting.replay import Era, Life
from bot.domain.handoff import State
from bot.domain.lead import Facts, Proof, Signal
from storage.database import Session
from storage.governing import policies
from storage.tables import HandoffRow, LeadRow, MergeRow, OutcomeRow, PolicyRow, SignalRow, TellingRow


async def eras(session: Session) -> list[Era]:
    """The policies that were in force, one after the other."""
    statement = select(PolicyRow).where(col(PolicyRow.in_force_at).is_not(None)).order_by(col(PolicyRow.in_force_at))
    rows = (await session.exec(statement)).all()
    return [Era(row.in_force_at, row.replaced_at, policies.parsed(row)) for row in rows if row.in_force_at]


async def number(session: Session) -> int:
    """How many leads there are to look at."""
    return (await session.exec(select(func.count()).select_from(LeadRow).where(col(LeadRow.erased_at).is_(None)))).one()


async def erased(session: Session, since: datetime) -> int:
    """How many handoffs of the period are of people who were erased."""
    statement = select(func.count()).select_from(HandoffRow).join(LeadRow, col(LeadRow.id) == HandoffRow.lead_id)
    gone = (col(LeadRow.erased_at).is_not(None), col(HandoffRow.created_at) >= since)
    return (await session.exec(statement.where(*gone))).one()


async def facts_of(session: Session, lead_ids: Collection[str]) -> dict[str, Facts]:
    """What is known of these now; those who were erased are left out."""
    which = (col(LeadRow.id).in_(set(lead_ids)), col(LeadRow.erased_at).is_(None))
    return {
        lead_id: Facts.model_validate(facts)
        for lead_id, facts in await session.exec(select(LeadRow.id, LeadRow.facts).where(*which))
    }


class _Lead(NamedTuple):
    id: str
    hand_over_at: datetime | None
    score_at: datetime | None
    proofs: list[dict[str, Any]]
    merged_into: str | None


async def page(session: Session, after: str, limit: int) -> list[Life]:
    """The lives of the next leads by id; erased ones, of whom nothing is known, are left out."""
    known = (col(LeadRow.erased_at).is_(None), col(LeadRow.id) > after)
    found = await _leads(session, *known, limit=limit)
    merges = await _merges(session, [lead.id for lead in found])
    others = {side for one in merges for side in (one.survivor, one.absorbed)} - {lead.id for lead in found}
    also = await _leads(session, col(LeadRow.id).in_(others)) if others else []
    records = await _records(session, [*found, *also])
    return [_life(lead, records, merges) for lead in found]


async def _leads(session: Session, *which: Any, limit: int | None = None) -> list[_Lead]:
    columns = (LeadRow.id, LeadRow.hand_over_at, LeadRow.score_at, LeadRow.proofs, LeadRow.merged_into)
    statement = select(*columns).where(*which).order_by(col(LeadRow.id)).limit(limit)  # type: ignore[call-overload]
    return [_Lead(*row) for row in await session.exec(statement)]


async def _merges(session: Session, lead_ids: Collection[str]) -> list[Merge]:
    """Every merge that these were ever part of, or those with whom they were."""
    merges: dict[int | None, MergeRow] = {}
    looked, wanted = set[str](), set(lead_ids)
    while wanted:
        either = or_(col(MergeRow.survivor).in_(wanted), col(MergeRow.absorbed).in_(wanted))
        rows = (await session.exec(select(MergeRow).where(either))).all()
        merges |= {row.id: row for row in rows}
        looked |= wanted
        wanted = {side for row in rows for side in (row.survivor, row.absorbed)} - looked
    return [Merge(row.survivor, row.absorbed, row.at, row.undone_at) for row in merges.values()]


def _life(lead: _Lead, records: dict[str, Record], merges: Sequence[Merge]) -> Life:
    family = {lead.id}
    while more := {side for one in merges for side in (one.survivor, one.absorbed) if _touches(one, family)} - family:
        family |= more
    own = [one for one in merges if _touches(one, family)]
    judged_until = None if lead.merged_into else lead.score_at
    return Life(
        lead.id,
        {member: records[member] for member in sorted(family) if member in records},
        spells(lead.id, own),
        lead.hand_over_at,
        judged_until,
    )


def _touches(merge: Merge, family: Collection[str]) -> bool:
    return merge.survivor in family or merge.absorbed in family


async def _records(session: Session, leads: Sequence[_Lead]) -> dict[str, Record]:
    ids = [lead.id for lead in leads]
    told, heard = await _told(session, ids), await _heard(session, ids)
    passages, outcomes = await _passages(session, ids), await _outcomes(session, ids)
    return {
        lead.id: Record(
            told.get(lead.id, ()),
            heard.get(lead.id, ()),
            tuple(Proof.model_validate(one) for one in lead.proofs),
            passages.get(lead.id, ()),
            outcomes.get(lead.id, ()),
        )
        for lead in leads
    }


async def _told(session: Session, ids: Sequence[str]) -> dict[str, tuple[Told, ...]]:
    columns = (TellingRow.lead_id, TellingRow.at, TellingRow.facts, TellingRow.past)
    statement = select(*columns).where(col(TellingRow.lead_id).in_(ids))
    rows = await session.exec(statement.order_by(col(TellingRow.at), col(TellingRow.id)))
    return _by_lead((row[0], Told(row[1], Facts.model_validate(row[2]), row[3])) for row in rows)


SIGNAL = ("id", "kind", "at", "label", "url", "seconds")


async def _heard(session: Session, ids: Sequence[str]) -> dict[str, tuple[Heard, ...]]:
    columns = (SignalRow.lead_id, SignalRow.received_at, SignalRow.past, SignalRow.fingerprint)
    told = (SignalRow.signal_id, SignalRow.kind, SignalRow.at, SignalRow.label, SignalRow.url, SignalRow.seconds)
    statement = select(*columns, *told).where(col(SignalRow.lead_id).in_(ids))  # type: ignore[call-overload]
    rows = await session.exec(statement.order_by(col(SignalRow.received_at), col(SignalRow.id)))
    signals = (
        (row[0], Heard(row[1], Signal(**dict(zip(SIGNAL, row[4:], strict=True))), row[2], row[3])) for row in rows
    )
    return _by_lead(signals)


PASSAGE = (
    "id", "number", "created_at", "path", "team", "policy_version", "origin", "accepted_at", "closed_at", "decided_by",
    "cool_off_until",
)  # fmt: skip


async def _passages(session: Session, ids: Sequence[str]) -> dict[str, tuple[Passage, ...]]:
    columns = [getattr(HandoffRow, name) for name in ("lead_id", "state", *PASSAGE)]
    statement = select(*columns).where(col(HandoffRow.lead_id).in_(ids)).order_by(col(HandoffRow.number))
    rows = await session.exec(statement)
    return _by_lead((row[0], Passage(state=State(row[1]), **dict(zip(PASSAGE, row[2:], strict=True)))) for row in rows)


async def _outcomes(session: Session, ids: Sequence[str]) -> dict[str, tuple[Outcome, ...]]:
    statement = select(OutcomeRow).where(col(OutcomeRow.lead_id).in_(ids)).order_by(col(OutcomeRow.at))
    rows = await session.exec(statement)
    return _by_lead((row.lead_id, Outcome(row.received_at, row.outcome, row.handoff_id)) for row in rows)


def _by_lead(rows: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for lead_id, one in rows:
        found.setdefault(lead_id, []).append(one)
    return {lead_id: tuple(every) for lead_id, every in found.items()}
