"""Telling a database that is busy or away from a mistake of ours."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

POSSIBLE = (DBAPIError, PoolTimeout, OSError)
"""What to catch before asking `is_outage`: drivers raise plain OSErrors when they cannot connect."""

PASSING = frozenset({"08", "28", "3D", "40", "53", "55", "57", "58"})
"""PostgreSQL's classes of errors that are the server's state and not the statement's fault, deadlocks included."""


def is_outage(error: Exception) -> bool:
    """Whether the same transaction may well succeed later."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, POSSIBLE)
    passing = str(getattr(error.orig, "sqlstate", None))[:2] in PASSING
    return passing or error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
