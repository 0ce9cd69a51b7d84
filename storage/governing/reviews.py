"""Cards that ask people to look at the definition again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from storage.database import Session
from storage.delivery import cards
from storage.tables import CardRow


def key_of(quarter: str, person: str) -> str:
    return f"review:{quarter}:{person}"


def _of(quarter: str) -> Any:
    return col(CardRow.key).startswith(key_of(quarter, ""), autoescape=True)


async def is_asked(session: Session, quarter: str) -> bool:
    """Whether anybody was asked to review this quarter."""
    return (await session.exec(select(CardRow.key).where(_of(quarter)).limit(1))).first() is not None


async def details_of(session: Session, quarter: str) -> Mapping[str, Any] | None:
    """What the cards of this quarter show; None where nobody was asked."""
    found = (await session.exec(select(CardRow).where(_of(quarter)).order_by(col(CardRow.key)).limit(1))).first()
    return found.details if found else None


async def show(session: Session, quarter: str, details: Mapping[str, Any], now: datetime) -> None:
    """All cards of this quarter show this from now on."""
    rows = select(CardRow).where(_of(quarter)).order_by(col(CardRow.key)).with_for_update()
    for row in (await session.exec(rows)).all():
        row.details = dict(details)
        session.add(row)
    await session.flush()
    await cards.refresh(session, _of(quarter), now)
