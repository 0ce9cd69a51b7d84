"""Questions and news about leads that are one person, read at the moment of sending."""

from datetime import datetime

from bot.domain.handoff import BATON
from bot.domain.identifying.identity import Alike
from bot.domain.identifying.merging import in_hand
from bot.domain.identifying.pairs import Beside, Pair, Said
from bot.domain.lead import Facts, Stage
from bot.views.blocks import Message
from bot.views.identifying import merging as views
from bot.views.operating.erased import erased
from storage.database import Session
from storage.deciding import handoffs
from storage.identifying import leads, likenesses, merges
from storage.tables import CardRow, LeadRow, LikenessRow, MergeRow


async def likeness(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """The question, or what came of it; None where it was never shown and is over."""
    asked = await likenesses.get(session, row.details["likeness"])
    if asked is None:
        return None
    both = await leads.get(session, asked.one), await leads.get(session, asked.other)
    if at := next((one.erased_at for one in both if one.erased_at), None):
        return erased(at) if row.ts else None
    found = Alike(alike=tuple(asked.why.get("alike", ())), differs=tuple(asked.why.get("differs", ())))
    done = await merges.get(session, asked.why["merge"]) if "merge" in asked.why else None
    said = await _said(session, asked, done)
    if row.ts is None and said:
        return None
    return views.likeness(await _pair(session, asked.id or 0, both, found, said, done))


async def _said(session: Session, asked: LikenessRow, done: MergeRow | None) -> Said | None:
    """The answer; where nobody gave one, whether something else made them one."""
    if done:
        return Said(True, done.by, done.at)
    if asked.decided_by:
        return Said(bool(asked.same), asked.decided_by, asked.decided_at or asked.at)
    speakers = {await merges.speaks_for(session, lead_id) for lead_id in (asked.one, asked.other)}
    other_way = await merges.last_between(session, asked.one, asked.other)
    if len(speakers) > 1:
        return None
    return Said(True, other_way.by, other_way.at) if other_way else Said(True, BATON, asked.at)


async def merge(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """What became one, and the way back; None where it was undone before it was shown."""
    done = await merges.get(session, row.details["merge"])
    if done is None or (row.ts is None and done.undone_at):
        return None
    both = await leads.get(session, done.survivor), await leads.get(session, done.absorbed)
    if at := next((one.erased_at for one in both if one.erased_at), None):
        return erased(at) if row.ts else None
    return views.merged(await _pair(session, 0, both, Alike(), Said(True, BATON, done.at), done))


async def _pair(
    session: Session, number: int, both: tuple[LeadRow, LeadRow], found: Alike, said: Said | None, done: MergeRow | None
) -> Pair:
    undone = Said(False, done.undone_by, done.undone_at) if done and done.undone_by and done.undone_at else None
    sides = await _beside(session, both[0]), await _beside(session, both[1])
    return Pair(number, sides, found, said, done.id if done and not undone else None, undone)


async def _beside(session: Session, lead: LeadRow) -> Beside:
    past = await handoffs.of_lead(session, lead.id)
    owner = next((one.owner for one in past if in_hand(one) and one.offered_at), None)
    facts = Facts.model_validate(lead.facts)
    return Beside(facts, Stage(lead.stage), lead.created_at, owner)
