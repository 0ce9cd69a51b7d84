"""Under which rules a handoff is decided."""

from bot.domain.handoff import Agreement, Handoff
from storage import policies
from storage.database import Session


async def agreement_of(session: Session, handoff: Handoff) -> Agreement:
    """The policy the handoff was made under, and the one in force."""
    own = await policies.of_version(session, handoff.policy_version)
    found = await policies.in_force(session)
    return Agreement(own, found[1] if found else own)
