"""Writing down all that follows from a decision, in the transaction that made it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bot.domain.announcing import announced
from bot.domain.business_time import business_seconds, due
from bot.domain.deciding.lateness import LATE, breach
from bot.domain.deciding.telling import channel_of
from bot.domain.handoff import BATON, Agreement, Change, Handoff, Notice, State
from bot.domain.lead import Stage
from bot.domain.references import AT_ONCE
from bot.usecases.accounting import marketing_clocks
from bot.usecases.assigning import turns
from bot.usecases.deciding import raising
from storage import cards, emails, handoffs, history, people, webhooks
from storage.database import Session
from storage.tables import LeadRow

ANSWERS = frozenset({"accepted", "rejected"})
LEFT_ALONE = frozenset({"missed", "pooled"})
"""How a lead is taken back from somebody who accepted it and did nothing."""


async def apply(
    session: Session, lead: LeadRow, before: Handoff | None, change: Change, agreement: Agreement, now: datetime
) -> None:
    """State, offers, the lead's stage, messages wanted and history.

    The caller holds the lead's lock, and has read under it what was `before`; None for a handoff that begins.
    """
    _stage(lead, change, now)
    session.add(lead)
    if before:
        await _breach(session, before, now)
    await (handoffs.save if before else handoffs.add)(session, change.handoff)
    await _offers(session, before, change, agreement, now)
    await _messages(session, before, change, agreement, now)
    if change.offered_to:
        await _email(session, change.handoff, change.offered_to, agreement, now)
    await marketing_clocks.follow(session, lead, change, agreement.own, now)
    await webhooks.want(session, announced(before, change), lead.id, change.handoff.id, now)
    await history.append(
        session,
        now,
        change.what,
        change.who,
        lead_id=lead.id,
        handoff_id=change.handoff.id,
        policy_version=change.handoff.policy_version,
        why=change.why,
    )


async def _breach(session: Session, before: Handoff, now: datetime) -> None:
    """That a promise was broken is noted once, with the first thing that happens after it."""
    broken = breach(before, now)
    noted = [row.why["due_at"] for row in await history.of_handoff(session, before.id, [LATE])] if broken else []
    if broken and broken["due_at"] not in noted:
        await history.append(
            session,
            now,
            LATE,
            BATON,
            lead_id=before.lead_id,
            handoff_id=before.id,
            policy_version=before.policy_version,
            why=broken,
        )


async def _offers(
    session: Session, before: Handoff | None, change: Change, agreement: Agreement, now: datetime
) -> None:
    if change.offer_ended and before:
        answered = change.offer_ended in ANSWERS and before.offered_at
        calendar = agreement.calendar(before.team)
        after = business_seconds(calendar, before.offered_at, now) if answered and before.offered_at else None
        await handoffs.end_offer(session, before.id, change.offer_ended, change.who, now, after)
        if before.state is State.ACCEPTED and change.offer_ended in LEFT_ALONE:
            await handoffs.note_idle(session, before.id)
    if change.offered_to:
        await handoffs.begin_offer(session, change.handoff, change.offered_to, change.offer_why)
    if change.offer_resumed:
        await handoffs.resume_offer(session, change.handoff.id)
    await turns.follow(session, change, agreement, now)


def _stage(lead: LeadRow, change: Change, now: datetime) -> None:
    if change.what == "undone" and change.why["was"] == State.RECYCLED:
        lead.recycled_count -= 1
        lead.recycled_at = lead.cool_off_until = None
    if change.stage is Stage.RECYCLED:
        lead.recycled_count += 1
        lead.recycled_at, lead.cool_off_until = now, change.cool_off_until
        lead.score_at = change.cool_off_until
    if change.stage:
        lead.stage = change.stage


async def _messages(
    session: Session, before: Handoff | None, change: Change, agreement: Agreement, now: datetime
) -> None:
    handoff = change.handoff
    homes = {h.owner for h in (before, handoff) if h and h.owner}
    raises = {_key(handoff, one): one for one in change.notices if one.kind in raising.KINDS}
    told = await raising.tellings(session, raises, now)
    await cards.refresh_handoff(session, handoff.id, now, homes, [one.key for one in told if one.grows])
    notices = [_notice(handoff, one) for one in change.notices if one.kind not in raising.KINDS]
    wanted = [*_cards(handoff, agreement), *notices, *raising.wanted(handoff, told, now)]
    await cards.want_these(session, wanted, now)
    await raising.note(session, handoff, told, now)


def _cards(handoff: Handoff, agreement: Agreement) -> Iterator[cards.Wanted]:
    """The rep's own card and the team's."""
    if handoff.owner and handoff.state in {State.OFFERED, State.ACCEPTED}:
        yield cards.Wanted(dm_key(handoff.id, handoff.owner), "dm", handoff.owner, handoff.id)
    if channel := channel_of(handoff, agreement):
        yield cards.Wanted(channel_key(handoff.id, channel), "channel", channel, handoff.id)


def _notice(handoff: Handoff, notice: Notice) -> cards.Wanted:
    parent_of = REPLIES.get(notice.kind)
    parent = parent_of(handoff.id, notice.recipient) if parent_of else None
    key, details = _key(handoff, notice), notice.details
    return cards.Wanted(key, notice.kind, notice.recipient, handoff.id, parent=parent, details=details)


def _key(handoff: Handoff, notice: Notice) -> str:
    details = notice.details
    numbers = (details.get("turn"), details.get("step", 0), *([until] if (until := details.get("until")) else ()))
    return ":".join(map(str, (handoff.id, notice.kind, notice.recipient, *numbers)))


async def _email(session: Session, handoff: Handoff, rep: str, agreement: Agreement, now: datetime) -> None:
    """The second way to reach the rep: at once, or once the card has been left alone for as long as agreed."""
    after = agreement.own.email_after(handoff.sla)
    if after == AT_ONCE or await people.email_choice(session, rep) == "every":
        at = now
    else:
        at = due(agreement.calendar(handoff.team), after, now)
    key, details = emails.of_turn(handoff.id, handoff.turn), {"turn": handoff.turn}
    await emails.want(session, key, "lead", rep, now, handoff_id=handoff.id, details=details, retry_at=at)


def dm_key(handoff_id: str, person: str) -> str:
    return f"{handoff_id}:dm:{person}"


def channel_key(handoff_id: str, channel: str) -> str:
    return f"{handoff_id}:channel:{channel}"


REPLIES: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("reminder", "resumed", "taken_back", "extended"), dm_key),
    "nudge": channel_key,
}
"""What stands in the thread of a card, and of which."""
