"""Leads and what they are known by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, event
from sqlalchemy import insert as new
from sqlalchemy.orm import Session as Sync
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import SQLModel, col, func, or_, select, update

from bot.domain.lead import NURTURED, Facts
from storage.asking import ask, tell
from storage.database import Session
from storage.rows import all_alone, inserts
from storage.tables import IdentityRow, LeadRow

Identity = tuple[str, str]
"""Kind (`email`, `phone`, `source:…`) and value."""


async def lock_identities(session: Session, identities: Iterable[Identity]) -> None:
    """Until this transaction ends, nobody else makes a lead of these identities."""
    await all_alone(session, [f"{kind}\n{value}" for kind, value in sorted({*identities})])


NAMED = (
    col(IdentityRow.kind).in_(bindparam("kinds", expanding=True)),
    col(IdentityRow.value).in_(bindparam("values", expanding=True)),
)
"""Each kind with each value, by index: to find pairs as pairs SQLite compares them with all there are."""
OF_IDENTITIES = select(IdentityRow.kind, IdentityRow.value, IdentityRow.lead_id).where(*NAMED)


def kinds_and_values(identities: Iterable[Identity]) -> dict[str, list[str]]:
    """The values of `NAMED` that find these, and perhaps a few others."""
    pairs = [*identities]
    return {"kinds": sorted({kind for kind, _ in pairs}), "values": sorted({value for _, value in pairs})}


async def known_as(session: Session, identities: Iterable[Identity]) -> dict[Identity, str]:
    """Which lead each identity names, for those that name one."""
    asked = [*identities]
    rows = await ask(session, OF_IDENTITIES, **kinds_and_values(asked)) if asked else ()
    found = {(row.kind, row.value): row.lead_id for row in rows}
    return {identity: found[identity] for identity in asked if identity in found}


NAME = {dialect: statement.on_conflict_do_nothing() for dialect, statement in inserts(IdentityRow).items()}


async def name(session: Session, lead_id: str, identities: Iterable[Identity]) -> None:
    """From now on these identities name this lead; those that already do stay."""
    await name_many(session, [(identity, lead_id) for identity in identities])


async def name_many(session: Session, named: Iterable[tuple[Identity, str]]) -> None:
    """The same for many leads, in one order, so that nobody waits in a circle; of two named alike, the first is."""
    in_order = sorted(named, key=itemgetter(0))
    rows = [{"kind": kind, "value": value, "lead_id": lead_id} for (kind, value), lead_id in in_order]
    await tell(session, NAME[session.get_bind().dialect.name], rows)


ADD = new(SQLModel.metadata.tables["lead"])


async def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """New leads; every row names the same columns."""
    await tell(session, ADD, rows)


LOCK = (
    select(LeadRow)
    .where(col(LeadRow.id) == bindparam("which"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def lock(session: Session, lead_id: str) -> LeadRow:
    """The lead, and the right to change anything about it until this transaction ends."""
    return (await session.exec(LOCK, params={"which": lead_id})).one()


HANDOFF = SQLModel.metadata.tables["handoff"]
WHOSE = select(HANDOFF.c.lead_id).where(HANDOFF.c.id == bindparam("handoff"))
LOCK_OF = (
    select(LeadRow)
    .where(col(LeadRow.id) == WHOSE.scalar_subquery())
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def lock_of(session: Session, handoff_id: str) -> LeadRow | None:
    """The same for the lead that this handoff is of; None where it is no longer here."""
    return (await session.exec(LOCK_OF, params={"handoff": handoff_id})).first()


CHANGE = update(SQLModel.metadata.tables["lead"]).where(col(LeadRow.id) == bindparam("which"))
CHANGED = "changed leads"


async def change(session: Session, lead: LeadRow, changed: Mapping[str, Any]) -> None:
    """The lead's row says this from now on, by column; the caller holds its lock.

    Written at once: to have it noted, and written when something is asked, takes several times as long.
    """
    session.add(lead)
    if not changed:
        return
    await tell(session, CHANGE, {"which": lead.id, **changed})
    session.info.setdefault(CHANGED, []).append(lead)
    for name, value in changed.items():
        set_committed_value(lead, name, value)


@event.listens_for(Sync, "after_soft_rollback")
def _undone(session: Sync, _: object) -> None:
    """What was written within a savepoint that is undone is read again."""
    for lead in session.info.get(CHANGED, ()):
        if lead in session:
            session.expire(lead)


async def get(session: Session, lead_id: str) -> LeadRow:
    return await session.get_one(LeadRow, lead_id)


async def find_one(session: Session, lead_id: str) -> LeadRow | None:
    """The lead of this id, where there is one."""
    return await session.get(LeadRow, lead_id)


async def lock_one_due(session: Session, lead_id: str, now: datetime) -> LeadRow | None:
    """This lead, locked, if it is to be scored now and nobody else is working on it."""
    statement = select(LeadRow).where(LeadRow.id == lead_id, col(LeadRow.score_at) <= now)
    return (await session.exec(statement.with_for_update(skip_locked=True))).first()


async def score_all_again(session: Session, now: datetime) -> None:
    """A new policy is in force: everyone in nurture is judged by it."""
    known = (
        col(LeadRow.history_only).is_(False),
        col(LeadRow.erased_at).is_(None),
        col(LeadRow.merged_into).is_(None),
    )
    statement = update(LeadRow).where(col(LeadRow.stage).in_(NURTURED), *known)
    await session.exec(statement.values(score_at=now))


async def put_off_scoring(session: Session, lead_id: str, now: datetime, until: datetime, backoff: int) -> None:
    """A lead whose step failed waits until then; one whose step was taken after all is left as it is."""
    untaken = (col(LeadRow.erased_at).is_(None), or_(col(LeadRow.score_at).is_(None), col(LeadRow.score_at) <= now))
    statement = update(LeadRow).where(col(LeadRow.id) == lead_id, *untaken)
    await session.exec(statement.values(score_at=until, backoff=backoff))


async def find(session: Session, text: str, limit: int) -> list[LeadRow]:
    """Leads whose name, company or e-mail contains every word, or did before a merge, the latest first."""
    speaks = func.coalesce(LeadRow.merged_into, LeadRow.id)
    named = select(speaks)
    for word in text.lower().split():
        named = named.where(col(LeadRow.search).contains(word, autoescape=True))
    statement = select(LeadRow).where(col(LeadRow.id).in_(named)).order_by(col(LeadRow.evidence_at).desc())
    return list((await session.exec(statement.limit(limit))).all())


def searchable(facts: Facts) -> str:
    """What `/lead find` looks in."""
    parts = (facts.first_name, facts.last_name, facts.company.name, facts.company.domain, facts.email)
    return " ".join(filter(None, parts)).lower()
