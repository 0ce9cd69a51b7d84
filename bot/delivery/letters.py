"""From an e-mail that is wanted to what it says now, read in one transaction at the moment of sending."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.handoff import State
from bot.domain.references import AT_ONCE
from bot.views import email
from bot.views.email import Because, Letter
from storage.assigning import people
from storage.database import Session
from storage.deciding import handoffs, stories
from storage.delivery import cards
from storage.operating import alarms
from storage.tables import CardRow, EmailRow, PersonRow

UTC = "UTC"
FOR_THE_CARD = timedelta(seconds=10)
"""How long an e-mail waits for a card that nothing has kept from Slack yet."""
MENTION = re.compile(r"<[@#](\w+)>")


async def letter_of(session: Session, row: EmailRow, reader: PersonRow, now: datetime) -> Letter | None:
    """What the e-mail says at this moment; None when there is no need for it (any more)."""
    return await KINDS[row.kind](session, row, reader, now)


async def awaits_its_card(session: Session, row: EmailRow, now: datetime) -> bool:
    """Whether the card is on its way to Slack at this moment: then the e-mail can link to it."""
    if row.kind != "lead" or now >= row.created_at + FOR_THE_CARD:
        return False
    card = await cards.dm_about(session, row.handoff_id or "", row.recipient)
    return card is not None and card.ts is None and card.failures == 0


async def _lead(session: Session, row: EmailRow, reader: PersonRow, now: datetime) -> Letter | None:
    """Needless once the rep has touched the card, the lead is decided, or somebody else has it."""
    handoff = await handoffs.get(session, row.handoff_id or "")
    if handoff is None or (handoff.state, handoff.turn, handoff.owner) != (
        State.OFFERED,
        row.details["turn"],
        reader.slack_id,
    ):
        return None
    if not await handoffs.is_unopened(session, handoff.id, reader.slack_id):
        return None
    story = await stories.of_handoff(session, handoff)
    card = await cards.dm_about(session, handoff.id, reader.slack_id)
    link = email.card_link(card.channel if card else reader.dm_channel, card.ts if card else None)
    because = _because(reader, card, fast=story.agreement.own.email_after(handoff.sla) == AT_ONCE)
    zone = _zone(reader, story.agreement.calendar(handoff.team).zone)
    return email.new_lead(story, now, zone, link, because)


def _because(reader: PersonRow, card: CardRow | None, *, fast: bool) -> Because:
    if reader.email_choice == "every":
        return "every"
    if card is None or card.ts is None:
        return "not shown"
    return "fast" if fast else "unopened"


async def _alarm(session: Session, row: EmailRow, reader: PersonRow, _now: datetime) -> Letter | None:
    """Needless once it is over, or Slack has shown it to this admin."""
    alarm, card = await alarms.get(session, row.details["alarm"]), await cards.get(session, row.key)
    if alarm is None or alarm.ended_at or (card and card.ts):
        return None
    names = await people.names(session, MENTION.findall(alarm.words))
    words = MENTION.sub(lambda found: names.get(found[1], found[1]), alarm.words)
    return email.alarm(words, alarm.since, _zone(reader, UTC))


def _zone(reader: PersonRow, otherwise: str) -> ZoneInfo:
    """The reader's own time zone, where Slack named one that is known here."""
    try:
        return ZoneInfo(reader.time_zone or otherwise)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(otherwise)


KINDS: Mapping[str, Callable[[Session, EmailRow, PersonRow, datetime], Awaitable[Letter | None]]] = {
    "lead": _lead,
    "alarm": _alarm,
}
