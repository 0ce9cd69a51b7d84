"""Writing down all that follows from a decision, in the transaction that made it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from storage.accounting import history
from storage.assigning import people
from storage.database import Session
from storage.deciding import handoffs
from storage.delivery import cards, emails, webhooks
from storage.identifying import leads
from storage.tables import LeadRow

ANSWERS = frozenset({"accepted", "rejected"})
LEFT_ALONE = frozenset({"missed", "pooled"})
"""How a lead is taken back from somebody who accepted it and did nothing."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A change, by which policies, and the handoff as it was before; None for one that begins."""

    change: Change
    agreement: Agreement
    before: Handoff | None = None

    @property
    def handoff(self) -> Handoff:
        return self.change.handoff


async def apply(
    session: Session, lead: LeadRow, before: Handoff | None, change: Change, agreement: Agreement, now: datetime
) -> None:
    """State, offers, the lead's stage, messages wanted and history.

    The caller holds the lead's lock, and has read under it what was `before`; None for a handoff that begins.
    """
    await leads.change(session, lead, _stage(lead, change, now))
    decided = Decided(change, agreement, before)
    if before:
        await _breach(session, before, now)
        await handoffs.save(session, change.handoff)
        await _end_offer(session, before, change, agreement, now)
        await _offers(session, [decided], now)
        await _told(session, [decided], now)
    else:
        await begin(session, [decided], now)
    await marketing_clocks.follow(session, lead, change, agreement.own, now)


async def begin(session: Session, begun: Sequence[Decided], now: datetime) -> None:
    """The same for handoffs that begin, but for their leads: those are stored already as the changes leave them, and
    marketing owes nothing about them."""
    await handoffs.add(session, [one.handoff for one in begun])
    await _offers(session, begun, now)
    await _told(session, begun, now)


async def _told(session: Session, every: Sequence[Decided], now: datetime) -> None:
    """What everybody hears of these changes, and what is kept of them."""
    await _messages(session, every, now)
    await _emails(session, [one for one in every if one.change.offered_to], now)
    for one in every:
        events = announced(one.before, one.change)
        await webhooks.want(session, events, one.handoff.lead_id, one.handoff.id, now)
    await history.append_all(session, [_entry(one, now) for one in every])


def _entry(one: Decided, now: datetime) -> history.Entry:
    change, handoff = one.change, one.handoff
    return history.Entry(
        now, change.what, change.who, handoff.lead_id, handoff.id, handoff.policy_version, dict(change.why)
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


async def _end_offer(session: Session, before: Handoff, change: Change, agreement: Agreement, now: datetime) -> None:
    if not change.offer_ended:
        return
    answered = change.offer_ended in ANSWERS and before.offered_at
    calendar = agreement.calendar(before.team)
    after = business_seconds(calendar, before.offered_at, now) if answered and before.offered_at else None
    await handoffs.end_offer(session, before.id, change.offer_ended, change.who, now, after)
    if before.state is State.ACCEPTED and change.offer_ended in LEFT_ALONE:
        await handoffs.note_idle(session, before.id)


async def _offers(session: Session, every: Iterable[Decided], now: datetime) -> None:
    changes = [one.change for one in every]
    offered = [handoffs.Offer(one.handoff, one.offered_to, one.offer_why) for one in changes if one.offered_to]
    await handoffs.begin_offers(session, offered)
    for one in every:
        if one.change.offer_resumed:
            await handoffs.resume_offer(session, one.handoff.id)
        await turns.follow(session, one.change, one.agreement, now)


def _stage(lead: LeadRow, change: Change, now: datetime) -> dict[str, Any]:
    """What the lead's row says differently from now on, by column."""
    changed: dict[str, Any] = {"stage": change.stage} if change.stage else {}
    if change.what == "undone" and change.why["was"] == State.RECYCLED:
        changed |= {"recycled_count": lead.recycled_count - 1, "recycled_at": None, "cool_off_until": None}
    if change.stage is Stage.RECYCLED:
        until = change.cool_off_until
        changed |= {"recycled_count": lead.recycled_count + 1, "recycled_at": now}
        changed |= {"cool_off_until": until, "score_at": until}
    return changed


async def _messages(session: Session, every: Sequence[Decided], now: datetime) -> None:
    """Cards and notices of all together, but of what raises something one by one: the next may join its message."""
    alone = [one for one in every if any(notice.kind in raising.KINDS for notice in one.change.notices)]
    for one in alone:
        raises = {_key(one.handoff, notice): notice for notice in one.change.notices if notice.kind in raising.KINDS}
        told = await raising.tellings(session, raises, now)
        await _show(session, [one], now, [telling.key for telling in told if telling.grows])
        await cards.want_these(session, [*_wanted(one), *raising.wanted(one.handoff, told, now)], now)
        await raising.note(session, one.handoff, told, now)
    if others := [one for one in every if one not in alone]:
        await _show(session, others, now)
        await cards.want_these(session, [wanted for one in others for wanted in _wanted(one)], now)


async def _show(session: Session, every: Sequence[Decided], now: datetime, these: Collection[str] = ()) -> None:
    """What stood there before shows how it is now; of a handoff that begins that is no card yet."""
    homes = {handoff.owner for one in every for handoff in (one.before, one.handoff) if handoff and handoff.owner}
    moved = [one.handoff.id for one in every if one.before]
    for handoff_id in moved:
        await cards.refresh_handoff(session, handoff_id, now, homes, these)
    if not moved:
        await cards.refresh_homes(session, homes, now, these)


def _wanted(one: Decided) -> Iterator[cards.Wanted]:
    """The handoff's cards, and its notices but those that raise something."""
    yield from _cards(one.handoff, one.agreement)
    yield from (_notice(one.handoff, notice) for notice in one.change.notices if notice.kind not in raising.KINDS)


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


async def _emails(session: Session, offered: Sequence[Decided], now: datetime) -> None:
    choices = await people.email_choices(session, {one.change.offered_to or "" for one in offered})
    await emails.want_all(session, [_email(one, choices, now) for one in offered], now)


def _email(one: Decided, choices: Mapping[str, str], now: datetime) -> emails.Wanted:
    """The second way to reach the rep: at once, or once the card has been left alone for as long as agreed."""
    handoff, agreement, rep = one.handoff, one.agreement, one.change.offered_to or ""
    after = agreement.own.email_after(handoff.sla)
    at = now
    if after != AT_ONCE and choices.get(rep) != "every":
        at = due(agreement.calendar(handoff.team), after, now)
    key, details = emails.of_turn(handoff.id, handoff.turn), {"turn": handoff.turn}
    return emails.Wanted(key, "lead", rep, handoff.id, details, at)


def dm_key(handoff_id: str, person: str) -> str:
    return f"{handoff_id}:dm:{person}"


def channel_key(handoff_id: str, channel: str) -> str:
    return f"{handoff_id}:channel:{channel}"


REPLIES: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("reminder", "resumed", "taken_back", "extended"), dm_key),
    "nudge": channel_key,
}
"""What stands in the thread of a card, and of which."""
