"""What every tick does beside the deadlines: a policy starts on its day, history is chained, whoever was not heard of
for long is forgotten, and a proposal is tried on the past."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.usecases.governing.backtests import work_out
from bot.usecases.governing.policies import start_due
from bot.usecases.governing.recounting import recount_some
from bot.usecases.operating.chaining import chain_some
from bot.usecases.operating.erasure import forget_one
from bot.usecases.stepping import StepFailed
from storage.database import Database
from storage.operating.due import ALL, Due

log = structlog.get_logger()

PAGES = 4
"""Pages of history that one tick chains at most; more there are only after an upgrade, and deadlines do not wait."""
FORGOTTEN = 5
"""Leads that one tick erases at most: a policy with a shorter retention may make thousands due at once."""


async def keep(database: Database, clock: Callable[[], datetime], due: Due = ALL) -> None:
    """A little of each that there is to do, so that deadlines never wait for it."""
    if due.loose:
        await chain(database)
    if due.forgotten:
        await forget(database, clock)
    if due.policies:
        await backtest(database, clock)
        if await start_due(database, clock()):
            log.info("a policy came into force on its day")
        await recount_some(database, clock())


async def backtest(database: Database, clock: Callable[[], datetime]) -> None:
    """Looks at some more leads for the proposal that waits for signatures."""
    try:
        await work_out(database, clock())
    except StepFailed as failure:
        log.error("a backtest failed", exc_info=failure)


async def chain(database: Database) -> None:
    """Chains what history has gained; what is too much for once is left for the next tick."""
    for _ in range(PAGES):
        if not await chain_some(database):
            return


async def forget(database: Database, clock: Callable[[], datetime]) -> None:
    """Erases leads whose retention is over; one that cannot be is put off and holds up no other."""
    forgotten = 0
    for _ in range(FORGOTTEN):
        try:
            if not await forget_one(database, clock()):
                break
            forgotten += 1
        except StepFailed as failure:
            log.error("a lead could not be forgotten", exc_info=failure)
    if forgotten:
        log.info("forgot leads whose retention is over", leads=forgotten)
    if forgotten and database.is_sqlite:
        await database.wipe()
