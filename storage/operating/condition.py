"""What the database says of itself, and what Slack last said of the messages that wait."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import col, func, select

from storage.database import Session
from storage.tables import CardRow


async def journal_mode(session: Session) -> str:
    """Of SQLite: `wal` where readers and a writer do not wait for each other."""
    return str((await (await session.connection()).execute(text("PRAGMA journal_mode"))).scalar())


async def clock(session: Session) -> datetime:
    """Of PostgreSQL: what time it is there."""
    return datetime.fromtimestamp(float((await session.exec(select(func.extract("epoch", func.now())))).one()), UTC)


async def refusals(session: Session) -> dict[str, int]:
    """Slack's words on messages that failed and wait, and how many there are of each."""
    counted = (
        select(CardRow.error, func.count())
        .where(col(CardRow.stale), col(CardRow.failures) > 0, col(CardRow.error).is_not(None))
        .group_by(col(CardRow.error))
        .order_by(col(CardRow.error))
    )
    return {str(error): number for error, number in (await session.exec(counted)).all()}
