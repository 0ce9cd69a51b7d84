"""Everything a message about a handoff may show."""

from bot.domain.handoff import Agreement, Handoff
from bot.domain.lead import Facts, Stage
from bot.domain.story import Earlier, FollowUp, PastOffer, Story
from storage import handoffs, leads, policies, signals
from storage.database import Session

SIGNALS_SHOWN = 5


async def of_handoff(session: Session, handoff: Handoff) -> Story:
    """The handoff's story as the database has it now."""
    lead = await leads.get(session, handoff.lead_id)
    newest, in_all = await signals.newest(session, lead.id, SIGNALS_SHOWN)
    own = await policies.of_version(session, handoff.policy_version)
    in_force = await policies.in_force(session)
    offers = await handoffs.offers_of(session, handoff.id)
    follow_ups = await handoffs.follow_ups_of(session, handoff.id)
    others = await handoffs.of_lead(session, lead.id)
    return Story(
        handoff,
        Facts.model_validate(lead.facts),
        Stage(lead.stage),
        Agreement(own, in_force[1] if in_force else own),
        signals=tuple(newest),
        signals_in_all=in_all,
        opened_at=next((o.opened_at for o in offers if not o.ended), None),
        past_offers=tuple(PastOffer(o.rep, o.offered_at, o.ended) for o in offers if o.ended),
        follow_ups=tuple(FollowUp(f.by, f.at, f.how, f.outcome, f.note) for f in follow_ups),
        earlier=tuple(
            Earlier(h.number, h.state, h.closed_at, h.reason)
            for h in others
            if h.number < handoff.number and h.closed_at
        ),
        cool_off_until=lead.cool_off_until,
        erased_at=lead.erased_at,
    )
