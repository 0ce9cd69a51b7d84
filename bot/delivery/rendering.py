"""From a card to the message it should be now, read in one transaction at the moment of sending."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.delivery import promises, raised, shifts
from bot.delivery.merging import likeness, merge
from bot.delivery.near_misses import near_misses
from bot.delivery.proposals import proposal_card, proposal_news
from bot.delivery.reviews import review_card
from bot.delivery.standing import as_role
from bot.delivery.tasks import task
from bot.domain.authority import Role, roles_of
from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views import home
from bot.views.blocks import Message
from bot.views.cards import card
from bot.views.deciding import notices, work_notices
from bot.views.operating import mentions
from bot.views.operating.alarms import alarm
from bot.views.operating.erased import erased
from storage.assigning import people
from storage.database import DatabaseError, Session
from storage.deciding import handoffs, stories
from storage.delivery import cards, sending
from storage.governing import policies
from storage.operating import alarms
from storage.tables import CardRow, PersonRow

HOME_SHOWS = 20

Render = Callable[[Story, CardRow, datetime], Message]

HANDOFF_KINDS: Mapping[str, Render] = {
    "dm": lambda story, row, now: card.dm(story, row.recipient, now),
    "channel": lambda story, _, now: card.channel(story, now),
    "reminder": lambda story, row, now: notices.reminder(story, now, row.details["turn"]),
    "resumed": lambda story, row, now: work_notices.resumed(story, row.details["turn"], now),
    "outcome": lambda story, row, _: work_notices.outcome(story, row.details["outcome"]),
    "taken_back": lambda story, row, _: work_notices.taken_back(story, row.recipient),
    "nudge": lambda story, row, now: notices.nudge(story, now, row.details["turn"]),
    "returned": lambda story, _, now: notices.returned(story, now),
    "accepted": lambda story, _, now: notices.accepted(story, now),
    "mention": lambda story, row, now: mentions.mention(story, row.details, now),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one message should be now, the message that it answers, and the person whom it is for."""

    message: Message | Exception | None
    """None when there is nothing to say (any more); a mistake of ours in this message alone."""
    parent: CardRow | None
    person: PersonRow | None


async def rendered(session: Session, rows: Sequence[CardRow], now: datetime) -> dict[str, Rendered]:
    """These messages as they should be, by their keys, read together."""
    parents = await sending.of_keys(session, {row.parent for row in rows if row.parent})
    persons = await people.of_ids(session, {row.recipient for row in rows if is_person(row)})
    told = await stories.of_ids(session, {row.handoff_id or "" for row in rows if row.kind in HANDOFF_KINDS})
    made: dict[str, Rendered] = {}
    for row in rows:
        try:
            message: Message | Exception | None = await _message_of(session, row, told.get(row.handoff_id or ""), now)
        except DatabaseError:
            raise
        except Exception as error:
            message = error
        made[row.key] = Rendered(message, parents.get(row.parent or ""), persons.get(row.recipient))
        await asyncio.sleep(0)  # many are drawn one after another, and a press waits for no more than one
    return made


def is_person(row: CardRow) -> bool:
    """Whether it is a direct message."""
    return row.recipient.startswith(("U", "W"))


async def _message_of(session: Session, row: CardRow, story: Story | None, now: datetime) -> Message | None:
    if render := OTHER_KINDS.get(row.kind):
        return await render(session, row, now)
    if story is None:
        return None
    if story.erased_at:
        return erased(story.erased_at) if row.ts else None
    if row.ts is None and (not _still_matters(story, row) or await _has_arrived(session, row)):
        return None
    message = HANDOFF_KINDS[row.kind](story, row, now)
    if row.kind == "mention":
        return await raised.instead(session, row, now) or message
    return await promises.with_answer(session, story.handoff, message) if row.kind == "returned" else message


def _still_matters(story: Story, row: CardRow) -> bool:
    """Whether a notice that was never shown is still true; cards always are."""
    handoff, turn = story.handoff, row.details.get("turn")
    return {
        "dm": row.recipient == handoff.owner or handoff.state not in card.HELD,
        "mention": handoff.is_open and handoff.turn == turn,
        "reminder": handoff.is_open and handoff.turn == turn,
        "nudge": handoff.is_open and handoff.turn == turn,
        "resumed": handoff.is_open and handoff.turn == turn and handoff.paused_at is None,
        "accepted": handoff.state is State.ACCEPTED,
        "returned": not handoff.is_open,
    }.get(row.kind, True)


async def _has_arrived(session: Session, row: CardRow) -> bool:
    """Whether the message in whose place this one is to be posted has been shown after all."""
    instead_of = await cards.get(session, row.details["card"]) if row.kind == "mention" else None
    return bool(instead_of and instead_of.ts)


async def _alarm(session: Session, row: CardRow, _now: datetime) -> Message | None:
    found = await alarms.get(session, row.details["alarm"])
    if found is None or (row.ts is None and found.ended_at):
        return None
    return alarm(found.words, found.since, found.ended_at)


async def home_of(session: Session, person: str, now: datetime) -> dict[str, Any]:
    """The App Home of this person: their open leads, the most urgent first; guests and strangers see none."""
    found = await policies.in_force(session)
    policy = found[1] if found else None
    if not roles_of(person, policy):
        told = await people.told(session, person)
        if told is None or as_role(told) is not Role.MEMBER:
            return home.neutral()
    owned = await handoffs.open_of(session, [person], HOME_SHOWS + 1)
    about = await stories.of_handoffs(session, owned)
    shown = [about[handoff.id] for handoff in owned]
    if policy is None:
        return home.home(person, shown, now)
    own = await shifts.own_time(session, policy, person, now)
    teams = await shifts.teams_led_by(session, policy, person, now)
    return home.home(person, shown, now, policy, own=own, teams=teams)


OTHER_KINDS: Mapping[str, Callable[[Session, CardRow, datetime], Awaitable[Message | None]]] = {
    "policy": proposal_card,
    "proposal": proposal_news,
    "review": review_card,
    "alarm": _alarm,
    "likeness": likeness,
    "merge": merge,
    "task": task,
    "near_misses": near_misses,
    "off_duty": shifts.off_duty,
    "escalation": raised.escalation,
    "escalation_line": raised.escalation,
    "escalation_more": raised.more,
    "extended": raised.extended,
    **dict.fromkeys(promises.RENDER, promises.about_one),
    "marketing_late": promises.late,
}
"""Messages that are not about one handoff; None where there is nothing to say (any more)."""
