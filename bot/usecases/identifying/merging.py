"""Making two leads one, and two again. Nothing moves: the absorbed lead points to the one that speaks for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.handoff import Handoff, Refusal
from bot.domain.identifying.merging import Candidate, folded, in_hand, standing, survivor, yielded
from bot.domain.lead import Facts, Stage
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import apply
from bot.usecases.identifying.accounts import note_account
from bot.usecases.qualifying import tasks
from bot.usecases.qualifying.consent import honour_consent
from bot.usecases.qualifying.qualification import score_again
from storage.accounting import history
from storage.database import Session
from storage.deciding import handoffs
from storage.delivery import cards
from storage.identifying import leads, likenesses, merges, news
from storage.qualifying import near_misses, outcomes, tellings
from storage.tables import LeadRow, MergeRow

ONE_ALREADY = Refusal("These two are one lead already.")
GONE = Refusal("This person was erased. There is nothing left to decide.")
UNDONE = Refusal("This was undone before.")


BEFORE_SALES = frozenset({Stage.SUSPECT, Stage.PROSPECT})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its row, and all that are part of it, itself first; locked."""

    row: LeadRow
    parts: Sequence[LeadRow]

    @property
    def ids(self) -> list[str]:
        return [part.id for part in self.parts]


@dataclass(frozen=True, slots=True)
class Merged:
    """Which merge it was, and which lead speaks for both now."""

    id: int
    survivor: str


async def merge(
    session: Session, one: str, other: str, by: str, why: Mapping[str, Any], now: datetime
) -> Merged | Refusal:
    """From now on both leads are one: all that is known of either, one stage, at most one rep; decided under locks."""
    sides = await hold(session, one, other)
    if sides is None:
        return ONE_ALREADY
    if any(part.erased_at for side in sides for part in side.parts):
        return GONE
    first, absorbed = await _in_order(session, *sides)
    row = MergeRow(survivor=first.row.id, absorbed=absorbed.row.id, at=now, by=by, why=dict(why))
    merge_id = await merges.add(session, row)
    told = {**why, "survivor": first.row.id, "absorbed": absorbed.row.id, "merge": merge_id}
    await _yield(session, absorbed, by, told, now)
    await _point(session, absorbed.parts, first.row.id)
    _take_in(first, absorbed)
    await _append(session, "merged", by, told, (first.row, absorbed.row), now)
    await _brought_up_to_date(session, first.row, now)
    await _refresh(session, [*first.ids, *absorbed.ids], now)
    return Merged(merge_id, first.row.id)


async def hold(session: Session, one: str, other: str) -> tuple[Side, Side] | None:
    """Both with all their parts, locked in order of their ids; None when they are one already.

    Raises:
        LookupError: where their parts are others at every look, as no merge leaves them.
    """
    for _ in range(merges.LOOKS):
        here, there = await merges.speaks_for(session, one), await merges.speaks_for(session, other)
        if here == there:
            return None
        async with session.begin_nested() as attempt:
            first, second = await merges.members(session, here), await merges.members(session, there)
            rows = await merges.lock_all(session, [*first, *second])
            if not any(rows[speaker].merged_into for speaker in (here, there)) and _parts_of(rows) == set(rows):
                return _side(rows, first), _side(rows, second)
            await attempt.rollback()  # nobody waits out of order
    raise LookupError(f"the parts of leads {one} and {other} cannot be held together")


def _side(rows: Mapping[str, LeadRow], ids: Sequence[str]) -> Side:
    return Side(rows[ids[0]], [rows[part] for part in ids])


def _take_in(first: Side, absorbed: Side) -> None:
    one, other = first.row, absorbed.row
    one.absorbed = sorted({*first.ids, *absorbed.ids} - {one.id})
    heard = [side.row for side in (first, absorbed) if not side.row.history_only] or [one, other]
    one.evidence_at = max(row.evidence_at for row in heard)
    one.history_only = one.history_only and other.history_only
    one.proofs = [*one.proofs, *(proof for proof in other.proofs if proof not in one.proofs)]
    one.cool_off_until = max(filter(None, (one.cool_off_until, other.cool_off_until)), default=None)


def _parts_of(rows: Mapping[str, LeadRow]) -> set[str]:
    return {*rows, *(part for row in rows.values() for part in row.absorbed)}


async def _in_order(session: Session, one: Side, other: Side) -> tuple[Side, Side]:
    by_id = {side.row.id: side for side in (one, other)}
    first, second = survivor(await _candidate(session, one), await _candidate(session, other))
    return by_id[first.id], by_id[second.id]


async def _candidate(session: Session, side: Side) -> Candidate:
    past, outcome = await handoffs.of_lead(session, side.row.id), await outcomes.latest(session, side.row.id)
    return Candidate(side.row.id, side.row.created_at, past, outcome)


async def _yield(session: Session, absorbed: Side, by: str, why: Mapping[str, Any], now: datetime) -> None:
    """What the absorbed lead has in somebody's hands ends: the other goes on."""
    outcome = await outcomes.latest(session, absorbed.row.id)
    rows = {part.id: part for part in absorbed.parts}
    for handoff in await handoffs.of_lead(session, absorbed.row.id):
        if in_hand(handoff, outcome):
            change = yielded(handoff, by, why, now)
            await apply(session, rows[handoff.lead_id], handoff, change, await agreement_of(session, handoff), now)
            rows[handoff.lead_id].stage = Stage.PROSPECT


async def _point(session: Session, parts: Sequence[LeadRow], survivor_id: str) -> None:
    """These leads are judged, listed and handed over no more by themselves."""
    for part in parts:
        part.merged_into, part.absorbed = survivor_id, []
        part.score_at = part.near = part.gated = None
        part.lacking, part.backoff = [], 0
        session.add(part)
    await session.flush()


async def _brought_up_to_date(session: Session, lead: LeadRow, now: datetime) -> None:
    """Facts, stage and account of a locked lead by all that is told of it and its parts now; then it is scored."""
    facts = await _facts(session, lead)
    lead.facts, lead.search = facts.model_dump(mode="json"), leads.searchable(facts)
    await honour_consent(session, lead, now)
    past = await handoffs.of_lead(session, lead.id)
    stands = standing(past, await outcomes.latest(session, lead.id))
    if stands.stage is not Stage.PROSPECT or lead.stage not in BEFORE_SALES:
        lead.stage = stands.stage
    lead.recycled_at, lead.recycled_count = stands.recycled_at, stands.recycled_count
    if stands.stage is not Stage.RECYCLED or stands.cool_off_until:
        lead.cool_off_until = stands.cool_off_until
    session.add(lead)
    await session.flush()
    await note_account(session, lead)
    await score_again(session, lead, now)


async def _facts(session: Session, lead: LeadRow) -> Facts:
    """What was told of the lead and its parts, folded in the order it was told."""
    ids = await merges.members(session, lead.id)
    rows = await tellings.of_leads(session, ids)
    told = [(row.at, Facts.model_validate(row.facts)) for row in rows]
    for part in set(ids) - {row.lead_id for row in rows}:
        row = await leads.get(session, part)
        told.append((row.created_at, Facts.model_validate(row.facts)))
    return folded(told)


async def _append(
    session: Session, what: str, by: str, why: Mapping[str, Any], rows: Sequence[LeadRow], now: datetime
) -> None:
    for row in rows:
        await history.append(session, now, what, by, lead_id=row.id, why=why)


async def _refresh(session: Session, ids: Sequence[str], now: datetime) -> None:
    """Every message about any of these shows the present state, those that asked whether they are one too."""
    for lead_id in ids:
        row = await leads.get(session, lead_id)
        if row.merged_into:
            await tasks.follow(session, row, now)
        await cards.refresh_lead(session, lead_id, now)
        past: Sequence[Handoff] = await handoffs.of_lead(session, lead_id)
        for handoff in past:
            if handoff.lead_id == lead_id:
                await cards.refresh_handoff(session, handoff.id, now)
    await near_misses.refresh(session, ids, now)


async def unmerge(session: Session, merge_id: int, by: str, now: datetime) -> Merged | Refusal:
    """Both leads are two again, each with what was told of it; they are never suggested or merged by themselves again.

    What was done since the merge stays with the lead that spoke for both.
    """
    merged = await merges.get(session, merge_id)
    if merged is None or merged.undone_at:
        return UNDONE
    speaker = await merges.lock_person(session, merged.survivor)
    root, rows = speaker.id, await merges.lock_all(session, [speaker.id, *speaker.absorbed])
    merged = await merges.get(session, merge_id)
    if merged is None or merged.undone_at:
        return UNDONE
    if any(row.erased_at for row in rows.values()):
        return GONE
    await merges.undo(session, merge_id, by, now)
    await likenesses.say(session, merged.survivor, merged.absorbed, same=False, by=by, now=now)
    freed = [merged.absorbed, *await merges.tree_below(session, merged.absorbed)]
    await _part(session, rows, root, freed, merged)
    why = {"survivor": root, "absorbed": merged.absorbed, "merge": merge_id}
    await _append(session, "unmerged", by, why, (rows[root], rows[merged.absorbed]), now)
    for lead in (rows[root], rows[merged.absorbed]):
        await _brought_up_to_date(session, lead, now)
    await _refresh(session, list(rows), now)
    return Merged(merge_id, root)


async def _part(
    session: Session, rows: Mapping[str, LeadRow], root: str, freed: Sequence[str], merged: MergeRow
) -> None:
    """Pointers as they were; what the survivor was told under the other's names since then is nobody's."""
    own = rows[merged.absorbed]
    for lead_id in freed:
        rows[lead_id].merged_into = own.id
    own.merged_into, own.absorbed = None, sorted(set(freed) - {own.id})
    rows[root].absorbed = sorted(set(rows) - {root, *freed})
    rows[root].proofs = [proof for proof in rows[root].proofs if proof not in own.proofs]
    for lead in (rows[root], own):
        await _hear_anew(session, lead)
    for row in rows.values():
        session.add(row)
    await session.flush()
    own_names = await merges.names_of(session, freed)
    await tellings.forget_names(session, set(rows) - set(freed), own_names, since=merged.at)


async def _hear_anew(session: Session, lead: LeadRow) -> None:
    """News of a lead are those of its own and of its parts, not of what it was one with for a while."""
    heard = await news.of_leads(session, [lead.id, *lead.absorbed])
    lead.history_only = heard.last is None
    lead.evidence_at = heard.last or heard.begun or lead.evidence_at
