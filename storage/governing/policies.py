"""Versions of the policy and their signatures."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Pool, bindparam, literal_column
from sqlmodel import SQLModel, and_, col, or_, select, update

from bot.domain.policy import Policy
from storage import rows
from storage.asking import ask_first
from storage.database import Session
from storage.tables import PolicyRow, SignatureRow


@lru_cache(maxsize=64)
def _parsed(body: str) -> Policy:
    return Policy.model_validate_json(body)


async def alone(session: Session) -> None:
    """Until this transaction ends nobody else puts up, signs, withdraws or starts a policy."""
    await rows.alone(session, "change the policy")


POLICY = SQLModel.metadata.tables["policy"]
SAYS_SO: ColumnElement[str] = literal_column("'in_force'")
"""Written out: an index of this state alone has SQLite plan anew for each value that might be it."""
IN_FORCE = select(POLICY.c.version).where(POLICY.c.state == SAYS_SO)
BODY = select(POLICY.c.body).where(POLICY.c.version == bindparam("number"))
KNOWN: WeakKeyDictionary[Pool, dict[int, Policy]] = WeakKeyDictionary()
"""Of each database the policies that were read: what a committed version says never changes."""
ADDS = "adds a policy"


def _known(session: Session) -> dict[int, Policy]:
    """A version that a transaction adds is its own until it is committed."""
    own: dict[int, Policy] | None = session.info.get(ADDS)
    return KNOWN.setdefault(session.get_bind().engine.pool, {}) if own is None else own


async def in_force(session: Session) -> tuple[int, Policy] | None:
    """The version in force and its policy, with Slack ids."""
    row = await ask_first(session, IN_FORCE)
    return (row.version, await of_version(session, row.version)) if row else None


async def of_version(session: Session, version: int) -> Policy:
    """The policy of one version, with Slack ids.

    Raises:
        LookupError: when there is no such version.
    """
    known = _known(session)
    if version not in known:
        row = await ask_first(session, BODY, number=version)
        if row is None:
            raise LookupError(version)
        known[version] = _parsed(row.body)
    return known[version]


def parsed(row: PolicyRow) -> Policy:
    return _parsed(row.body)


async def get(session: Session, version: int) -> PolicyRow | None:
    return await session.get(PolicyRow, version)


async def lock(session: Session, version: int) -> PolicyRow | None:
    statement = select(PolicyRow).where(PolicyRow.version == version).with_for_update()
    return (await session.exec(statement)).first()


async def every(session: Session) -> list[PolicyRow]:
    """All versions, the newest first."""
    return list((await session.exec(select(PolicyRow).order_by(col(PolicyRow.version).desc()))).all())


async def lock_pending(session: Session) -> list[PolicyRow]:
    """Versions that wait for signatures; the last of those cannot be given until this transaction ends."""
    return list((await session.exec(select(PolicyRow).where(PolicyRow.state == "pending").with_for_update())).all())


async def pending_since(session: Session, now: datetime) -> list[PolicyRow]:
    """Versions that wait for signatures although their day has come."""
    waiting = (PolicyRow.state == "pending", col(PolicyRow.starts_at) <= now)
    return list((await session.exec(select(PolicyRow).where(*waiting))).all())


async def pending(session: Session) -> PolicyRow | None:
    """The version that waits for signatures, or for its day; there is one at most."""
    return (await session.exec(select(PolicyRow).where(PolicyRow.state == "pending"))).first()


COUNTED = "all"
"""What `recounted` says once every open clock was looked at."""


def recounts() -> Any:
    """Versions in force, now or once, that want open clocks counted anew and have some left."""
    left = or_(col(PolicyRow.recounted).is_(None), col(PolicyRow.recounted) != COUNTED)
    return and_(col(PolicyRow.recount), col(PolicyRow.in_force_at).is_not(None), left)


def waits() -> Any:
    """Versions that wait for signatures, for their day, or for open clocks to be counted: mostly none does."""
    return or_(PolicyRow.state == "pending", recounts())


async def instead_of(session: Session, row: PolicyRow) -> PolicyRow | None:
    """The version that was put up at the very moment at which this one was withdrawn, and so took its place."""
    later = (PolicyRow.applied_at == row.replaced_at, col(PolicyRow.version) > row.version)
    return (await session.exec(select(PolicyRow).where(*later).order_by(col(PolicyRow.version)))).first()


async def replaced_by(session: Session, row: PolicyRow) -> PolicyRow | None:
    """The version that this one replaced, would replace, or would have replaced."""
    until = row.in_force_at or row.replaced_at
    earlier = select(PolicyRow).where(col(PolicyRow.in_force_at).is_not(None), PolicyRow.version != row.version)
    if until is None:
        earlier = earlier.where(PolicyRow.state == "in_force")
    else:
        earlier = earlier.where(col(PolicyRow.in_force_at) <= until)
    return (await session.exec(earlier.order_by(col(PolicyRow.in_force_at).desc()).limit(1))).first()


async def add(session: Session, row: PolicyRow) -> int:
    session.info[ADDS] = {}
    session.add(row)
    await session.flush()
    return row.version or 0


async def leave(session: Session, state: str, for_state: str, now: datetime) -> None:
    """Moves whatever version is in `state` to `for_state`."""
    await session.exec(update(PolicyRow).where(col(PolicyRow.state) == state).values(state=for_state, replaced_at=now))


async def signatures(session: Session, version: int) -> list[SignatureRow]:
    statement = select(SignatureRow).where(SignatureRow.policy_version == version).order_by(col(SignatureRow.at))
    return list((await session.exec(statement)).all())


async def sign(session: Session, signature: SignatureRow) -> None:
    """One verdict a person; a later one replaces it."""
    await session.merge(signature)
