"""Under which rules a handoff is decided."""

from bot.domain.handoff import Agreement, Handoff
from storage import policies
from storage.database import Session


async def agreement_of(session: Session, handoff: Handoff) -> Agreement:
    """The policy the handoff was made under, the one in force, and the one that recomputed its clock, if one did."""
    own = await policies.of_version(session, handoff.policy_version)
    found = await policies.in_force(session)
    timing = await policies.of_version(session, handoff.clock_version) if handoff.clock_version else None
    return Agreement(own, found[1] if found else own, timing)
