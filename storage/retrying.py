"""Starting over where PostgreSQL ended a transaction so that others could go on."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

ENDED_FOR_OTHERS = frozenset({"40P01", "40001"})
"""A deadlock, or what cannot be put in an order: nothing of the transaction is left, and it may well succeed now."""

Done = TypeVar("Done")


async def once_more(transaction: Callable[[], Awaitable[Done]]) -> Done:
    """What the transaction gives; it is begun a second time where it had to make way for another, and no third."""
    try:
        return await transaction()
    except DBAPIError as error:
        if not made_way(error):
            raise
    return await transaction()


def made_way(error: Exception) -> bool:
    """Whether a transaction ended with this so that others could go on."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in ENDED_FOR_OTHERS
