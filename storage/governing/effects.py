"""What proposals would change, as far as it is worked out; kept with the version of the policy."""

from typing import Any

from sqlmodel import col, select

from storage.database import Session
from storage.tables import PolicyRow


async def lock_pending(session: Session) -> PolicyRow | None:
    """The version that waits for signatures, locked; none while somebody else has it."""
    statement = select(PolicyRow).where(PolicyRow.state == "pending").order_by(col(PolicyRow.version).desc()).limit(1)
    locked = statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return (await session.exec(locked)).first()


async def lock(session: Session, version: int) -> PolicyRow | None:
    """This version, and the right to change what is kept with it until this transaction ends."""
    statement = select(PolicyRow).where(PolicyRow.version == version).with_for_update()
    return (await session.exec(statement.execution_options(populate_existing=True))).first()


async def keep(session: Session, row: PolicyRow, effect: dict[str, Any]) -> None:
    row.effect = effect
    session.add(row)
    await session.flush()
