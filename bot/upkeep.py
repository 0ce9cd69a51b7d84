"""What every tick does beside the deadlines: history is chained."""

from bot.usecases.audit import chain_some
from storage.database import Database

PAGES = 4
"""Pages of history that one tick chains at most; more there are only after an upgrade, and deadlines do not wait."""


async def chain(database: Database) -> None:
    """Chains what history has gained; what is too much for once is left for the next tick."""
    for _ in range(PAGES):
        if not await chain_some(database):
            return
