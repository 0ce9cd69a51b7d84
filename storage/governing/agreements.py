"""Under which rules a handoff is decided."""

from collections.abc import Iterable

from sqlalchemy import bindparam
from sqlmodel import SQLModel

from bot.domain.handoff import Agreement, Handoff
from storage.asking import ask_first
from storage.database import Session
from storage.governing import policies


async def agreement_of(session: Session, handoff: Handoff) -> Agreement:
    """The policy the handoff was made under, the one in force, and the one that recomputed its clock, if one did."""
    return (await agreements_of(session, [handoff]))[handoff.id]


async def agreements_of(session: Session, handoffs: Iterable[Handoff]) -> dict[str, Agreement]:
    """The same of many, by their ids; each policy is read once."""
    found = await policies.in_force(session)
    return await _beside(session, found[0] if found else None, handoffs)


HANDOFF = SQLModel.metadata.tables["handoff"]
IN_FORCE = policies.IN_FORCE.scalar_subquery().label("in_force")
BOTH = HANDOFF.select().add_columns(IN_FORCE).where(HANDOFF.c.id == bindparam("of"))


async def with_handoff(session: Session, handoff_id: str) -> tuple[Handoff, Agreement] | None:
    """A handoff and its rules, read together; None where it is no longer here."""
    row = await ask_first(session, BOTH, of=handoff_id)
    if row is None:
        return None
    found = dict(row._mapping)
    in_force = found.pop("in_force")
    handoff = Handoff.model_validate(found)
    return handoff, (await _beside(session, in_force, [handoff]))[handoff.id]


async def _beside(session: Session, in_force: int | None, handoffs: Iterable[Handoff]) -> dict[str, Agreement]:
    named = {version for one in handoffs for version in (one.policy_version, one.clock_version) if version}
    versions = named | ({in_force} if in_force else set())
    known = {version: await policies.of_version(session, version) for version in sorted(versions)}
    return {
        one.id: Agreement(
            known[one.policy_version],
            known[in_force or one.policy_version],
            known[one.clock_version] if one.clock_version else None,
        )
        for one in handoffs
    }
