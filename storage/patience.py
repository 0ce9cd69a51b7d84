"""How long a transaction waits for what others have locked."""

from sqlalchemy import bindparam
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from storage.asking import ask
from storage.database import Session

NOT_TO_BE_HAD = "55P03"
LIMIT = select(func.set_config("lock_timeout", bindparam("limit"), bindparam("only_here", True)))


async def wait_no_longer(session: Session, seconds: float) -> None:
    """Until it ends, this transaction fails where it would wait longer for one lock; on SQLite nobody waits inside."""
    if session.get_bind().dialect.name == "postgresql":
        await ask(session, LIMIT, limit=f"{seconds * 1000:.0f}ms")


def waited_in_vain(error: Exception) -> bool:
    """Whether a transaction ended with this because somebody else had locked what it needs."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == NOT_TO_BE_HAD
