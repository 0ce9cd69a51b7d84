"""Reading for one click on a card: how its deadline was counted. One read, no lock."""

from bot.domain.handoff import Handoff, Refusal
from bot.domain.reckoning import MOVES, Event, Reckoning, reckoned
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.handoffs import UNKNOWN
from storage.accounting import history
from storage.database import Database
from storage.deciding import handoffs

NO_CLOCK = Refusal("No clock runs on this lead any more.")


async def of_handoff(database: Database, handoff_id: str) -> tuple[Handoff, Reckoning] | Refusal:
    """The deadline of the clock that runs, and its sum."""
    async with database.read() as session:
        handoff = await handoffs.get(session, handoff_id)
        if handoff is None:
            return UNKNOWN
        agreement = await agreement_of(session, handoff)
        rows = await history.of_handoff(session, handoff_id, MOVES)
    found = reckoned(handoff, agreement, [Event(row.at, row.what, row.who, row.why) for row in rows])
    return (handoff, found) if found else NO_CLOCK
