"""Taking a person out of the database, and finding who is to be taken out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, delete, exists, func, or_, select, update

from bot.domain import erasure
from storage.accounting.marketing_clocks import digests_of
from storage.accounting.receipts import hidden
from storage.database import Session
from storage.deciding.raised import telling_of
from storage.identifying.likenesses import TWIN, beside
from storage.identifying.merges import group, lock_person, speaks_for
from storage.qualifying.near_misses import keys_of
from storage.rows import count
from storage.tables import (
    CardRow,
    EmailRow,
    FollowUpRow,
    HandoffRow,
    IdentityRow,
    LeadRow,
    MarketingClockRow,
    OfferRow,
    OutcomeRow,
    PersonRow,
    PolicyRow,
    ReceiptRow,
    SignalRow,
    SignatureRow,
    TellingRow,
)


async def lead_with(session: Session, email: str) -> str | None:
    """The lead that is known by this normalised address, or speaks for the one that is."""
    row = await session.get(IdentityRow, ("email", email))
    return await speaks_for(session, row.lead_id) if row else None


async def identities(session: Session, lead_id: str) -> int:
    """Drops all that the person is known by, and likely twins would be found by; how many named the person."""
    theirs = col(IdentityRow.lead_id).in_(group(lead_id))
    await session.exec(delete(IdentityRow).where(theirs, col(IdentityRow.kind) == TWIN))
    return count(await session.exec(delete(IdentityRow).where(theirs)))


async def signals(session: Session, lead_id: str) -> int:
    return count(await session.exec(delete(SignalRow).where(col(SignalRow.lead_id).in_(group(lead_id)))))


async def tellings(session: Session, lead_id: str) -> None:
    """Drops what was told of the lead, moment by moment."""
    await session.exec(delete(TellingRow).where(col(TellingRow.lead_id).in_(group(lead_id))))


def _handoffs_of(lead_id: str) -> Any:
    return select(HandoffRow.id).where(col(HandoffRow.lead_id).in_(group(lead_id)))


async def handoffs(session: Session, lead_id: str) -> int:
    """Empties what handoffs say of the lead; how many there are."""
    found = select(HandoffRow).where(col(HandoffRow.lead_id).in_(group(lead_id)))
    rows = (await session.exec(found.execution_options(populate_existing=True))).all()
    for row in rows:
        row.scoring, row.detail, row.disputed, row.undo = erasure.scoring(row.scoring), None, None, None
        row.note = row.zone = None
        session.add(row)
    offers = select(OfferRow).where(col(OfferRow.lead_id).in_(group(lead_id)), col(OfferRow.why).is_not(None))
    for offer in (await session.exec(offers.execution_options(populate_existing=True))).all():
        offer.why = erasure.offer_why(offer.why or {})
        session.add(offer)
    return len(rows)


async def notes(session: Session, lead_id: str) -> int:
    """Empties what reps and sales wrote about the lead: follow-ups, and reasons of outcomes."""
    of_lead = col(FollowUpRow.handoff_id).in_(_handoffs_of(lead_id))
    written = update(FollowUpRow).where(of_lead, col(FollowUpRow.note).is_not(None)).values(note=None)
    forgotten = "erased:" + cast(col(OutcomeRow.id), Text)  # the fingerprint was made of the reason too
    theirs = col(OutcomeRow.lead_id).in_(group(lead_id))
    told = update(OutcomeRow).where(theirs).values(reason=None, fingerprint=forgotten)
    reasons = select(func.count()).where(theirs, col(OutcomeRow.reason).is_not(None))
    number = (await session.exec(reasons)).one()
    await session.exec(told)
    return number + count(await session.exec(written))


async def emails(session: Session, now: datetime, *which: Any) -> int:
    """Drops e-mails that wait to be sent, and empties all; how many had been sent already."""
    sent = (await session.exec(select(func.count()).select_from(EmailRow).where(*which, col(EmailRow.sent)))).one()
    done = func.coalesce(EmailRow.done_at, now)
    await session.exec(update(EmailRow).where(*which).values(details={}, error=None, done_at=done))
    return sent


def about_lead(lead_id: str) -> Any:
    return col(EmailRow.handoff_id).in_(_handoffs_of(lead_id))


def to_person(slack_id: str) -> Any:
    return and_(EmailRow.recipient == slack_id, col(EmailRow.done_at).is_(None))


async def receipts(session: Session, lead_id: str, words: Sequence[str]) -> int:
    """Empties answers to senders that quote one of `words`, and hides ids by which senders called this lead's."""
    told = cast(col(ReceiptRow.answer), Text)
    found = select(ReceiptRow).where(or_(*(told.contains(word, autoescape=True) for word in (lead_id, *words))))
    rows = (await session.exec(found)).all()
    for row in rows:
        known_as = row.webhook_id if row.webhook_id.startswith("sha256:") else hidden(row.webhook_id)
        values = {"webhook_id": known_as, "answer": _without_quotes(row.answer)}
        await session.exec(update(ReceiptRow).where(col(ReceiptRow.webhook_id) == row.webhook_id).values(**values))
        session.expunge(row)
    return len(rows)


def _without_quotes(answer: dict[str, Any]) -> dict[str, Any]:
    """What was wrong with an item is said in words of the sender's."""
    items = [{**item, "errors": []} if item.get("errors") else item for item in answer.get("items", ())]
    return {**answer, "items": items} if items else answer


async def messages(session: Session, lead_id: str, now: datetime, *, pressing: bool) -> int:
    """Every message about the lead is to say so, before anything else that waits or after it; how many Slack has."""
    soon = {"stale": True, "retry_at": now} if pressing else {"refresh_at": now}
    await session.exec(update(CardRow).where(_shows(lead_id)).values(wanted=CardRow.wanted + 1, digest=None, **soon))
    return len(await shown(session, lead_id))


def _shows(lead_id: str) -> Any:
    """Messages about the person's handoffs, about the person, and those that name them beside others."""
    listed = col(CardRow.key).in_(keys_of(group(lead_id)))
    about = or_(col(CardRow.lead_id).in_(group(lead_id)), col(CardRow.key).in_(telling_of(_handoffs_of(lead_id))))
    late = col(CardRow.key).in_(digests_of(group(lead_id)))
    return or_(col(CardRow.handoff_id).in_(_handoffs_of(lead_id)), about, listed, late, *beside(lead_id))


async def shown(session: Session, lead_id: str) -> list[CardRow]:
    """Messages about the lead that are, or may be, in Slack."""
    there = or_(col(CardRow.ts).is_not(None), col(CardRow.posting_since).is_not(None))
    found = select(CardRow).where(_shows(lead_id), there)
    return list((await session.exec(found.order_by(col(CardRow.created_at), col(CardRow.key)))).all())


async def count_behind(session: Session, lead_id: str) -> int:
    """How many messages in Slack do not say yet that the lead was erased."""
    return sum(one.shown < one.wanted for one in await shown(session, lead_id))


async def mentioning(session: Session, address: str, but: Collection[str]) -> list[str]:
    """Other leads in whose texts this address stands."""
    by_handoff = select(HandoffRow.lead_id).join(FollowUpRow, col(FollowUpRow.handoff_id) == HandoffRow.id)
    promised = select(MarketingClockRow.lead_id)
    places = [
        select(LeadRow.id).where(_says(LeadRow.facts, address)),
        select(TellingRow.lead_id).where(_says(TellingRow.facts, address)),
        select(SignalRow.lead_id).where(or_(_says(SignalRow.label, address), _says(SignalRow.url, address))),
        select(OutcomeRow.lead_id).where(_says(OutcomeRow.reason, address)),
        select(HandoffRow.lead_id).where(or_(_says(HandoffRow.detail, address), _says(HandoffRow.scoring, address))),
        by_handoff.where(_says(FollowUpRow.note, address)),
        select(OfferRow.lead_id).where(_says(OfferRow.why, address)),
        promised.where(or_(_says(MarketingClockRow.words, address), _says(MarketingClockRow.answer, address))),
    ]
    found = {lead_id for place in places for lead_id in (await session.exec(place.distinct())).all()}
    return sorted(found.difference(but))


def _says(column: Any, address: str) -> Any:
    return func.lower(cast(column, Text)).contains(address, autoescape=True)


async def person_with(session: Session, email: str) -> PersonRow | None:
    """One of our own people with this address."""
    return (await session.exec(select(PersonRow).where(func.lower(PersonRow.email) == email))).first()


async def policies_naming(session: Session, address: str) -> list[PolicyRow]:
    """Versions of the policy in whose file, reason or objections this address is written, the newest first."""
    objected = select(SignatureRow.policy_version).where(_says(SignatureRow.reason, address))
    naming = or_(_says(PolicyRow.source, address), _says(PolicyRow.why, address), col(PolicyRow.version).in_(objected))
    return list((await session.exec(select(PolicyRow).where(naming).order_by(col(PolicyRow.version).desc()))).all())


async def is_any_due(session: Session, now: datetime, before: datetime) -> bool:
    return (await session.exec(due(now, before).limit(1))).first() is not None


async def count_due(session: Session, now: datetime, before: datetime) -> int:
    return (await session.exec(select(func.count()).select_from(due(now, before).subquery()))).one()


async def lock_due(session: Session, now: datetime, before: datetime) -> str | None:
    """One lead of whom nothing was heard since `before`, locked with all its parts; leads that others are working on
    are passed over.

    Somebody may have worked on it between our look and our lock: then it is left for the next look.
    """
    statement = due(now, before).order_by(col(LeadRow.evidence_at)).limit(1)
    async with session.begin_nested() as look:  # who is locked in no order is let go, and locked in order
        found = (await session.exec(statement.with_for_update(skip_locked=True, of=LeadRow))).first()
        await look.rollback()
    if found:
        await lock_person(session, found)
    still: str | None = (await session.exec(due(now, before).where(LeadRow.id == found))).first() if found else None
    return still


def due(now: Any, before: Any) -> Any:
    """Known people who neither did anything nor were in anybody's hands since; one that failed waits a while."""
    part = aliased(LeadRow)
    merged = (col(part.merged_into) == LeadRow.id, or_(*_worked_on(part, before)))
    return select(LeadRow.id).where(
        col(LeadRow.evidence_at) <= before,
        col(LeadRow.erased_at).is_(None),
        col(LeadRow.merged_into).is_(None),
        or_(col(LeadRow.score_at).is_(None), col(LeadRow.score_at) <= now),
        *(~one for one in (*_worked_on(LeadRow, before), exists().where(*merged))),
    )


def _worked_on(lead: Any, before: datetime) -> tuple[Any, ...]:
    """Whether anybody had this very lead since, or told what came of it; each looked for by its lead alone."""
    handoff = col(HandoffRow.lead_id) == lead.id
    moments = (HandoffRow.created_at, HandoffRow.decided_at, HandoffRow.followed_up_at, HandoffRow.closed_at)
    held = or_(col(HandoffRow.due_at).is_not(None), *(col(moment) > before for moment in moments))
    touched = (handoff, col(FollowUpRow.handoff_id) == HandoffRow.id, col(FollowUpRow.at) > before)
    return (
        exists().where(handoff, held),
        exists().where(*touched),
        exists().where(col(OfferRow.lead_id) == lead.id, col(OfferRow.offered_at) > before),
        exists().where(col(OutcomeRow.lead_id) == lead.id, col(OutcomeRow.received_at) > before),
    )
