"""Everything a message about a handoff may show."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.handoff import Handoff, State
from bot.domain.lead import Facts, Stage
from bot.domain.story import Earlier, FollowUp, HandedOn, KnownAccount, MergedInto, Outcome, PastOffer, Story
from storage import accounts, briefs, handoffs, leads, outcomes, signals
from storage.agreements import agreement_of
from storage.database import Session
from storage.offers import choice_of
from storage.tables import LeadRow, OfferRow

SIGNALS_SHOWN = 5
SOLD = frozenset({Stage.OPPORTUNITY, Stage.WON, Stage.LOST})
"""Stages that sales has told of."""


async def of_handoff(session: Session, handoff: Handoff) -> Story:
    """The handoff's story as the database has it now."""
    lead = await leads.get(session, handoff.lead_id)
    newest, in_all = await signals.newest(session, lead.id, SIGNALS_SHOWN)
    offers = await handoffs.offers_of(session, handoff.id)
    follow_ups = await handoffs.follow_ups_of(session, handoff.id)
    others = await handoffs.of_lead(session, lead.id)
    facts = Facts.model_validate(lead.facts)
    return Story(
        handoff,
        facts,
        Stage(lead.stage),
        await agreement_of(session, handoff),
        signals=tuple(newest),
        signals_in_all=in_all,
        opened_at=next((o.opened_at for o in offers if not o.ended), None),
        past_offers=tuple(PastOffer(o.rep, o.offered_at, o.ended) for o in offers if o.ended),
        follow_ups=tuple(FollowUp(f.by, f.at, f.how, f.outcome, f.note) for f in follow_ups),
        outcomes=await _outcomes(session, lead),
        earlier=_before(handoff, others),
        cool_off_until=lead.cool_off_until,
        brief=await briefs.of_campaign(session, facts.campaign),
        account=await _account(session, lead),
        merged=await _merged(session, lead),
        handed_on=_handed_on(offers),
        choice=next((choice_of(o) for o in offers if not o.ended), None),
        erased_at=lead.erased_at,
    )


async def _outcomes(session: Session, lead: LeadRow) -> tuple[Outcome, ...]:
    told = await outcomes.of_lead(session, lead.merged_into or lead.id) if lead.stage in SOLD else []
    return tuple(Outcome(one.outcome, one.at, one.amount, one.currency, one.reason) for one in told)


async def _account(session: Session, lead: LeadRow) -> KnownAccount | None:
    row = await accounts.get(session, lead.account_id) if lead.account_id else None
    how = str((lead.account_why or {}).get("how"))
    return KnownAccount(row.name, row.owner, how) if row and row.owner else None


def _handed_on(offers: Sequence[OfferRow]) -> HandedOn | None:
    """Who gave the lead to whoever had its last offer, where somebody did."""
    why = (offers[-1].why if offers else None) or {}
    return HandedOn(**why["handed_on"]) if "handed_on" in why else None


async def _merged(session: Session, lead: LeadRow) -> MergedInto | None:
    if lead.merged_into is None:
        return None
    theirs = await handoffs.of_lead(session, lead.merged_into)
    return MergedInto(next((one.owner for one in theirs if one.state in {State.OFFERED, State.ACCEPTED}), None))


def _before(handoff: Handoff, others: Sequence[Handoff]) -> tuple[Earlier, ...]:
    """Handoffs of the same person before this one, the first first, numbered as they ended."""
    before = [
        _earlier(other)
        for other in others
        if (other.number < handoff.number if other.lead_id == handoff.lead_id else _was_over(other, handoff))
        and not _gave_way(other, handoff)
    ]
    in_order = enumerate(sorted(before, key=lambda one: (one.closed_at, one.number)), 1)
    return tuple(replace(one, number=number) for number, one in in_order)


def _was_over(other: Handoff, handoff: Handoff) -> bool:
    return handoff.closed_at is None or other.created_at < handoff.closed_at


def _gave_way(other: Handoff, handoff: Handoff) -> bool:
    """Whether the other ended because this one goes on: two at a time of one person were never two times."""
    return other.state is State.WITHDRAWN and (other.closed_at or other.created_at) > handoff.created_at


def _earlier(handoff: Handoff) -> Earlier:
    """What became of an earlier handoff; one that was accepted and never given back ended with its last word."""
    ended = handoff.closed_at or handoff.followed_up_at or handoff.decided_at or handoff.created_at
    by = handoff.decided_by or (handoff.owner if handoff.state is State.ACCEPTED else None)
    disputed = next((one.label for one in handoff.scoring.evidence if one.criterion == handoff.disputed), None)
    return Earlier(handoff.number, handoff.state, ended, handoff.reason, by, handoff.detail, disputed)
