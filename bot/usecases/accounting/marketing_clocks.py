"""The clocks of marketing's promises: begun, ended and answered under the lead's lock."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.authority import may_not_ask_marketing
from bot.domain.handoff import BATON, Change, Handoff, Refusal, State
from bot.domain.lead import Facts, Stage
from bot.domain.marketing_clock import Answer, Kind, MarketingClock, Owed, begin, hours_of, promise_of
from bot.domain.new_ids import new_id
from bot.domain.policy import Policy
from bot.usecases.accounting.marketing import listeners
from bot.usecases.deciding.agreements import agreement_of
from storage.accounting import history, marketing_clocks, receipts
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.delivery import cards
from storage.governing import policies
from storage.identifying import leads
from storage.tables import LeadRow

GIVEN_BACK = frozenset({Stage.RECYCLED, Stage.DISQUALIFIED})
BEGUN = frozenset({"handed over", "claimed"})
UNKNOWN = Refusal("This lead is no longer here.")
TWICE = Refusal("This came twice, and was done once.")
CLOSED = Refusal("This lead is not with you any more, so there is nobody to answer for.")


async def start(
    session: Session,
    kind: Kind,
    lead_id: str,
    rules: tuple[int, Policy],
    now: datetime,
    *,
    sla: str,
    handoff: Handoff | None = None,
    by: str | None = None,
    words: str | None = None,
) -> MarketingClock:
    """Marketing owes something about a locked lead from now on, by the promises of these rules (version and policy)."""
    version, policy = rules
    promise, team = promise_of(policy, kind, sla), handoff.team if handoff else None
    deadline_at, due_at = begin(promise, hours_of(policy, promise, team), now)
    clock = MarketingClock(
        id=new_id(now),
        kind=kind,
        lead_id=lead_id,
        handoff_id=handoff.id if handoff else None,
        sla=sla,
        policy_version=version,
        team=team,
        started_at=now,
        deadline_at=deadline_at,
        due_at=due_at,
        asked_by=by,
        words=words,
    )
    await marketing_clocks.add(session, clock)
    return clock


async def end(
    session: Session,
    lead_id: str,
    kinds: Collection[Kind],
    ended: str,
    by: str,
    now: datetime,
    *,
    handoff_id: str | None = None,
) -> None:
    """What runs of these kinds about a locked lead, or about this handoff of it, runs no more."""
    for clock in await marketing_clocks.open_of(session, lead_id):
        if clock.kind in kinds and handoff_id in {None, clock.handoff_id}:
            await _over(session, clock, ended, by, now)


async def _over(
    session: Session, clock: MarketingClock, ended: str, by: str, now: datetime, words: str | None = None
) -> None:
    await marketing_clocks.end(session, clock.id, ended, by, now, words)
    if clock.handoff_id:
        await cards.refresh_handoff(session, clock.handoff_id, now)
    else:
        await cards.refresh_lead(session, clock.lead_id, now)
    if clock.step:
        await cards.refresh_these(session, await marketing_clocks.digests(session, clock.lead_id), now)


async def follow(session: Session, lead: LeadRow, change: Change, own: Policy, now: datetime) -> None:
    """What a change about a locked lead begins and ends of marketing's promises; `own` is the handoff's policy."""
    handoff = change.handoff
    if change.stage in GIVEN_BACK and handoff.closed_at:
        await end(session, lead.id, ["question"], "moot", BATON, now, handoff_id=handoff.id)
        rules = handoff.policy_version, own
        await start(session, "returned", lead.id, rules, now, sla=handoff.sla, handoff=handoff, by=handoff.decided_by)
    elif handoff.state is State.WITHDRAWN:
        await end(session, lead.id, ["question"], "moot", BATON, now, handoff_id=handoff.id)
    elif change.what == "undone":
        await end(session, lead.id, ["returned"], "undone", change.who, now, handoff_id=handoff.id)
    elif change.what in BEGUN:
        await end(session, lead.id, ["returned", "handover"], "handed over", change.who, now)


async def follow_gate(session: Session, lead: LeadRow, why: str | None, now: datetime) -> None:
    """A lead that only the evidence gate holds back is to be handed over; `why` says that this is over."""
    runs = [clock for clock in await marketing_clocks.open_of(session, lead.id) if clock.kind == "handover"]
    found = await policies.in_force(session) if lead.gated and not why and not runs else None
    for clock in runs if why else ():
        await _over(session, clock, why or "", BATON, now)
    path = found[1].path(lead.gated) if found else None
    if found and path:
        await start(session, "handover", lead.id, found, now, sla=path.sla)


async def ask(
    database: Database, handoff_id: str, by: str, words: str, now: datetime, *, request: str
) -> Refusal | None:
    """A rep's question to marketing about the lead they have; nobody's clock stops, and marketing's starts."""
    async with database.read() as session:
        known = await handoffs.get(session, handoff_id)
    if known is None:
        return UNKNOWN
    async with database.write() as session:
        lead = await leads.lock(session, known.lead_id)
        handoff = await handoffs.get_one(session, handoff_id)
        if lead.erased_at:
            return UNKNOWN
        agreement = await agreement_of(session, handoff)
        refusal = may_not_ask_marketing(handoff, by, agreement)
        if refusal or lead.merged_into or handoff.closed_at:
            return refusal or CLOSED
        if await receipts.is_done(session, request):
            return TWICE
        await receipts.done(session, request, now)
        rules = handoff.policy_version, agreement.own
        clock = await start(
            session, "question", lead.id, rules, now, sla=handoff.sla, handoff=handoff, by=by, words=words
        )
        for recipient in await listeners(session, agreement.current):
            key = f"question:{clock.id}:{recipient}"
            details = {"clock": clock.id}
            await cards.want(session, key, "question", recipient, now, handoff_id=handoff.id, details=details)
        await _in_thread(session, clock, "asked", by, now)
        await history.append(
            session, now, "asked marketing", by, lead_id=lead.id, handoff_id=handoff.id, policy_version=rules[0]
        )
    return None


async def _in_thread(session: Session, clock: MarketingClock, kind: str, person: str, now: datetime) -> None:
    """Told to this person in the thread of their card of the lead, or beside it where they have none."""
    card = await cards.dm_about(session, clock.handoff_id or "", person)
    await cards.want(
        session,
        f"{kind}:{clock.id}:{person}",
        kind,
        person,
        now,
        handoff_id=clock.handoff_id,
        parent=card.key if card else None,
        details={"clock": clock.id},
    )


async def asked_about(database: Database, clock_id: str) -> Owed | Refusal:
    """What the form of an answer shows, or why there is nothing to answer."""
    async with database.read() as session:
        clock = await marketing_clocks.get(session, clock_id)
        lead = await leads.get(session, clock.lead_id) if clock else None
        handoff = await handoffs.get(session, clock.handoff_id or "") if clock else None
    if clock is None or lead is None or lead.erased_at:
        return UNKNOWN
    if clock.ended_at:
        return answered_before(clock)
    return Owed(clock, Facts.model_validate(lead.facts), refused_by=handoff.decided_by if handoff else None)


async def answer(
    database: Database, clock_id: str, how: Answer, by: str, now: datetime, *, words: str | None = None, request: str
) -> Refusal | None:
    """Marketing's answer ends the clock; a rep's question, and what marketing disagrees with, is told to the rep."""
    async with database.read() as session:
        known = await marketing_clocks.get(session, clock_id)
    if known is None:
        return UNKNOWN
    async with database.write() as session:
        lead = await leads.lock(session, known.lead_id)
        clock = await marketing_clocks.get(session, clock_id)
        if clock is None or lead.erased_at:
            return UNKNOWN
        if await receipts.is_done(session, request):
            return TWICE
        if clock.ended_at:
            return answered_before(clock)
        if (clock.kind == "question") != (how == "answered"):
            return Refusal("This is no answer to what was asked. Please press the button again.")
        await receipts.done(session, request, now)
        await _over(session, clock, how, by, now, words)
        for person in await _to_hear(session, clock, how):
            await _in_thread(session, clock, "answer", person, now)
        await history.append(
            session, now, "marketing answered", by, lead_id=lead.id, handoff_id=clock.handoff_id, why={"do": how}
        )
    return None


def answered_before(clock: MarketingClock) -> Refusal:
    """Words for whoever answers what is over."""
    who = f"<@{clock.ended_by}>" if clock.ended_by and clock.ended_by != BATON else None
    return Refusal(f"{who} has answered this already." if who else "This needs no answer any more.")


async def _to_hear(session: Session, clock: MarketingClock, how: Answer) -> list[str]:
    """Whoever asked, and whoever has the lead since; or whoever refused it, or let it lie."""
    handoff = await handoffs.get_one(session, clock.handoff_id or "")
    if clock.kind == "question":
        rep = handoff.owner if handoff.offered_at and not handoff.closed_at else None
        return list(dict.fromkeys(filter(None, (clock.asked_by, rep))))
    return [rep] if how == "disagree" and (rep := handoff.decided_by or handoff.owner) else []
