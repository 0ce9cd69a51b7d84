"""Under which rules a handoff is decided."""

from collections.abc import Iterable

from bot.domain.handoff import Agreement, Handoff
from storage import policies
from storage.database import Session


async def agreement_of(session: Session, handoff: Handoff) -> Agreement:
    """The policy the handoff was made under, the one in force, and the one that recomputed its clock, if one did."""
    return (await agreements_of(session, [handoff]))[handoff.id]


async def agreements_of(session: Session, handoffs: Iterable[Handoff]) -> dict[str, Agreement]:
    """The same of many, by their ids; each policy is read once."""
    named = {version for one in handoffs for version in (one.policy_version, one.clock_version) if version}
    found = await policies.in_force(session)
    known = {found[0]: found[1]} if found else {}
    known |= {version: await policies.of_version(session, version) for version in sorted(named - known.keys())}
    now = found[1] if found else None
    return {
        one.id: Agreement(
            known[one.policy_version],
            now or known[one.policy_version],
            known[one.clock_version] if one.clock_version else None,
        )
        for one in handoffs
    }
