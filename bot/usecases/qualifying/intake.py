"""Taking in what senders tell: leads, signals, outcomes. One person is one lead."""

from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from itertools import chain

from bot.domain.announcing import of_outcome
from bot.domain.deciding import working
from bot.domain.identifying.identity import hardly_one_name
from bot.domain.lead import Facts, Signal, Stage
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.changes import apply
from bot.usecases.identifying.accounts import note_account
from bot.usecases.identifying.twins import look_for_twins, merge_named_together
from bot.usecases.qualifying import tasks
from bot.usecases.qualifying.consent import honour_consent
from bot.usecases.qualifying.newcomers import take_newcomers
from bot.usecases.qualifying.qualification import score_again
from bot.usecases.qualifying.telling import Incoming, Refused, Result, Taken, Who, identities_of, strong_identities
from storage.database import Session
from storage.deciding import handoffs
from storage.delivery import cards, webhooks
from storage.governing import policies
from storage.identifying import leads, merges
from storage.qualifying import outcomes, signals, tellings
from storage.tables import LeadRow

NEWS_FOR = timedelta(days=14)
"""What became of a lead longer ago is no news to anybody."""


CONFLICT = Refused(
    "external_id",
    "this id and this e-mail belong to two different leads, who hardly are one person; correct one, or send them apart",
)

SHARED_PHONE = Refused(
    "phone",
    "somebody of another name is known by this number alone; send an e-mail address or an external id too",
)


async def take_lead(
    session: Session,
    incoming: Incoming,
    now: datetime,
    *,
    history: bool = False,
    hand_over_at: datetime | None = None,
) -> Taken | Refused:
    """Stores what is new about a lead and scores it; `history` leads are never handed over for it."""
    (taken,) = await take_leads(session, [incoming], now, history=history, hand_over_at=hand_over_at)
    return taken


async def take_leads(
    session: Session,
    told: Sequence[Incoming],
    now: datetime,
    *,
    history: bool = False,
    hand_over_at: datetime | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> list[Taken | Refused]:
    """The same for the first of several, until there is `enough`, at least one; nothing is stored of what is refused.

    Leads that nobody knew are stored together, as many as follow each other.
    """
    named = [identities_of(one.facts) for one in told]
    await leads.lock_identities(session, chain(*named))
    known = set(await leads.known_as(session, chain(*named)))
    outcomes: list[Taken | Refused] = []
    while len(outcomes) < len(told) and not (outcomes and enough()):
        at = len(outcomes)
        new = told[at : at + _strangers(named[at:], known)]
        if new:
            outcomes += await take_newcomers(session, new, now, history=history, hand_over_at=hand_over_at)
        else:
            outcomes.append(await _take_known(session, told[at], now, history=history, hand_over_at=hand_over_at))
        known.update(chain(*named[at : len(outcomes)]))
    return outcomes


def _strangers(named: Sequence[Sequence[leads.Identity]], known: Container[leads.Identity]) -> int:
    """How many come first of whom nothing is known, and who have nothing in common."""
    met: set[leads.Identity] = set()
    for number, identities in enumerate(named):
        if any(identity in known or identity in met for identity in identities):
            return number
        met.update(identities)
    return len(named)


async def _take_known(
    session: Session, incoming: Incoming, now: datetime, *, history: bool, hand_over_at: datetime | None
) -> Taken | Refused:
    """One that may be known by what it is told of; apart from others of the same transaction by a savepoint."""
    async with session.begin_nested() as savepoint:
        known = await _match(session, incoming.facts, incoming.facts, now)
        if isinstance(known, Refused):
            await savepoint.rollback()
            return known
        if known and not (lead := await merges.lock_speaker(session, known)).erased_at:
            return await _known(session, lead, incoming, now, history=history)
        (taken,) = await take_newcomers(session, [incoming], now, history=history, hand_over_at=hand_over_at)
        return taken


async def _known(session: Session, lead: LeadRow, incoming: Incoming, now: datetime, *, history: bool) -> Taken:
    before = Facts.model_validate(lead.facts)
    facts = before.merged(incoming.facts)
    await leads.name(session, lead.id, identities_of(incoming.facts))
    news = await signals.add(session, lead.id, incoming.signals, now, past=history)
    if facts != before:
        await tellings.add(session, lead.id, incoming.facts, now, past=history)
    if facts == before and not news:
        return await _taken(session, lead, duplicate=True)
    if facts != before:
        lead.facts, lead.search = facts.model_dump(mode="json"), leads.searchable(facts)
        await _recognise(session, lead, now, history=history)
    await _learned(session, lead, now, history=history)
    await honour_consent(session, lead, now)
    return await _taken(session, lead, duplicate=False)


async def take_about(session: Session, lead: LeadRow, incoming: Incoming, now: datetime) -> Taken:
    """Stores what one of ours tells of this very locked lead, and scores it again though nothing of that be new."""
    taken = await _known(session, lead, incoming, now, history=False)
    if taken.duplicate:
        await tellings.add(session, lead.id, incoming.facts, now)
        await _learned(session, lead, now, history=False)
    return await _taken(session, lead, duplicate=False) if taken.duplicate else taken


async def take_signal(
    session: Session, who: Who, signal: Signal, now: datetime, *, history: bool = False
) -> Taken | Refused:
    """Stores a signal of a known lead and scores the lead again; the past hands nothing over.

    Past is what `history` says, and what a lead of the past did before it was brought in.
    """
    lead = await _find(session, who, now)
    if isinstance(lead, Refused):
        return lead
    past = history or (lead.history_only and signal.at <= lead.evidence_at)
    if not await signals.add(session, lead.id, (signal,), now, past=past):
        return await _taken(session, lead, duplicate=True)
    await _learned(session, lead, now, history=past)
    return await _taken(session, lead, duplicate=False)


async def take_outcome(
    session: Session, who: Who, result: Result, now: datetime, *, history: bool = False
) -> Taken | Refused:
    """Stores what became of a lead: it ends the clock of an open handoff and sets the lead's stage."""
    lead = await _find(session, who, now)
    if isinstance(lead, Refused):
        return lead
    past = await handoffs.of_lead(session, lead.id)
    if not await note_result(session, lead, past[0].id if past else None, result, now, history=history):
        return await _taken(session, lead, duplicate=True)
    if past and not history and (change := working.outcome(past[0], result.kind, now)):
        await apply(session, lead, past[0], change, await agreement_of(session, past[0]), now)
    elif past:
        await cards.refresh_handoff(session, past[0].id, now)
    return await _taken(session, lead, duplicate=False)


async def note_result(
    session: Session, lead: LeadRow, handoff_id: str | None, result: Result, now: datetime, *, history: bool = False
) -> Stage | None:
    """Stores what became of a locked lead, which gives it its stage; None when that was known."""
    told = outcomes.Told(result.kind, result.at, result.amount, result.currency, result.reason)
    if not await outcomes.add(session, lead.id, handoff_id, told, now):
        return None
    lead.stage = stage = Stage(await outcomes.latest(session, lead.id))
    session.add(lead)
    if lead.gated:
        await tasks.follow(session, lead, now)
    if not history:
        await webhooks.want(session, [of_outcome(told.outcome, told.amount, told.currency)], lead.id, handoff_id, now)
    if not history and handoff_id and now - result.at < NEWS_FOR:
        await _tell_marketing(session, handoff_id, result.kind, now)
    return stage


async def _tell_marketing(session: Session, handoff_id: str, kind: str, now: datetime) -> None:
    found = await policies.in_force(session)
    channel = found[1].channels.marketing if found else None
    if channel:
        key, details = f"{handoff_id}:outcome:{channel}:{kind}", {"outcome": kind}
        await cards.want(session, key, "outcome", channel, now, handoff_id=handoff_id, details=details)


async def _learned(session: Session, lead: LeadRow, now: datetime, *, history: bool) -> None:
    if not history:
        lead.evidence_at, lead.history_only = now, False
    await score_again(session, lead, now)


async def _recognise(session: Session, lead: LeadRow, now: datetime, *, history: bool) -> None:
    """Which account it is, and who else it may be; about the past nobody is asked."""
    await note_account(session, lead)
    if not history:
        await look_for_twins(session, lead, now)


async def _find(session: Session, who: Who, now: datetime) -> LeadRow | Refused:
    known = await _match(session, who, Facts(source=who.source or ""), now)
    if isinstance(known, Refused):
        return Refused("lead", known.words)
    if known and not (lead := await merges.lock_speaker(session, known)).erased_at:
        return lead
    field = next((name for name in ("email", "external_id", "phone") if getattr(who, name)), "email")
    return Refused(f"lead.{field}", "no lead is known by this; send the lead first")


async def _match(session: Session, who: Who | Facts, told: Facts, now: datetime) -> str | Refused | None:
    """The lead these identities name; where they name two, and nothing speaks against it, these are one from now on.

    A phone counts only where nothing stronger is told, or where the lead it names has nothing stronger: beside an
    e-mail it may be an office's, shared by many. Another name says that it is.
    """
    named, phone = await leads.known_as(session, identities_of(who)), ("phone", who.phone or "")
    by_phone = named.pop(phone, None)
    strong = sorted(await merges.speakers(session, {*named.values()}))
    if len(strong) > 1:
        return await merge_named_together(session, strong[0], strong[1], told, now) or CONFLICT
    if strong:
        return strong[0]
    if by_phone is None:
        return None
    speaks = await merges.speaks_for(session, by_phone)
    facts = Facts.model_validate((await leads.get(session, speaks)).facts)
    if strong_identities(who):
        return None if facts.email or facts.external_id or hardly_one_name(facts, told) else speaks
    return SHARED_PHONE if hardly_one_name(facts, told) else speaks


async def _taken(session: Session, lead: LeadRow, *, duplicate: bool) -> Taken:
    past = await handoffs.of_lead(session, lead.id)
    return Taken(
        lead.id,
        Stage(lead.stage),
        duplicate,
        lead.fit,
        lead.engagement,
        lead.path,
        past[0].id if past else None,
    )
