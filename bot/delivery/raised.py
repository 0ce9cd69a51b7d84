"""A message to a manager, or to the channel of escalations, read as all leads it tells of stand now."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.story import Story
from bot.views.blocks import Message
from bot.views.deciding import escalations
from bot.views.deciding import raised as views
from bot.views.deciding.raised import SHOWN, SORTED_SHOWN, Many
from bot.views.operating.erased import erased
from bot.views.operating.mentions import called
from storage.database import Session
from storage.deciding import handoffs, raised, stories, tried
from storage.deciding.raised import Raised
from storage.delivery import cards
from storage.identifying import leads
from storage.tables import CardRow

MANY: Mapping[str, Callable[[Many, datetime], Message]] = {
    "escalation": views.escalation,
    "escalation_line": views.escalation_line,
}


async def escalation(session: Session, row: CardRow, now: datetime) -> Message | None:
    """One lead with all there is to know, or many in short; None where it was never shown and all are sorted."""
    told = await told_of(session, row)
    if not told:
        gone = await _erased(session, row)
        return gone if row.ts else None
    if row.ts is None and all(one.is_sorted for one in told):
        return None
    over, still = [one for one in told if one.is_sorted], [one for one in told if not one.is_sorted]
    waiting = [one for one in still if not one.is_told_again]
    if still and not waiting:
        return views.below(len(still))
    if len(told) == 1:
        return await _single(session, row.kind, told[0], now)
    shown = [*waiting[:SHOWN], *over[:SORTED_SHOWN]]
    told_by = await stories.of_ids(session, {one.handoff_id for one in shown})
    many = Many(
        [told_by[one.handoff_id] for one in waiting[:SHOWN]],
        len(waiting),
        [told_by[one.handoff_id] for one in over[:SORTED_SHOWN]],
        len(over),
        len(still) - len(waiting),
    )
    return MANY[row.kind](many, now)


async def instead(session: Session, row: CardRow, now: datetime) -> Message | None:
    """The same in a channel, where its reader cannot be written to; None where it tells of one lead alone."""
    instead_of = await cards.get(session, row.details["card"])
    if instead_of is None or instead_of.kind not in MANY or len(await told_of(session, instead_of)) < 2:
        return None
    told = await escalation(session, instead_of, now)
    return told and called(row.details["person"], told)


async def told_of(session: Session, row: CardRow) -> list[Raised]:
    """What the message tells of; one from before messages could grow tells of the handoff that it names."""
    told = await raised.on(session, row.key, row.recipient)
    if told or await raised.tells_of_any(session, row.key):
        return told
    handoff = await handoffs.get(session, row.handoff_id or "")
    if handoff is None or (await leads.get(session, handoff.lead_id)).erased_at:
        return []
    turn = row.details["turn"]
    return [Raised(handoff.id, turn, not (handoff.is_open and handoff.turn == turn))]


async def _single(session: Session, kind: str, one: Raised, now: datetime) -> Message:
    story = await _story(session, one)
    if kind == "escalation_line":
        return escalations.escalation_line(story, one.turn)
    return escalations.escalation(story, now, one.turn, await tried.of_handoff(session, story.handoff))


async def _story(session: Session, one: Raised) -> Story:
    return await stories.of_handoff(session, await handoffs.get_one(session, one.handoff_id))


async def _erased(session: Session, row: CardRow) -> Message | None:
    handoff = await handoffs.get(session, row.handoff_id or "")
    at = (await leads.get(session, handoff.lead_id)).erased_at if handoff else None
    return erased(at) if at else None


async def more(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """Says that the message above has grown; nothing once all of it is sorted."""
    above = await cards.get(session, row.details["card"])
    told = await told_of(session, above) if above else []
    waiting = [one for one in told if not one.is_sorted and not one.is_told_again]
    return views.more(len(waiting)) if waiting and row.ts is None else None


async def extended(session: Session, row: CardRow, _now: datetime) -> Message | None:
    """To the owner: how much more time they have."""
    handoff = await handoffs.get(session, row.handoff_id or "")
    if handoff is None:
        return None
    story = await stories.of_handoff(session, handoff)
    if story.erased_at:
        return erased(story.erased_at) if row.ts else None
    given = (await tried.of_handoff(session, handoff)).more_time
    until = datetime.fromisoformat(row.details["until"])
    return escalations.extended(story, next((one for one in given if one.until == until), None))
