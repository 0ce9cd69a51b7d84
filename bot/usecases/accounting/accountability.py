"""Who kept what they promised, and whose time it was: as asked for in Slack or in a terminal."""

from datetime import datetime

from bot.domain.handoff import Refusal
from bot.domain.numbers.bookings import Sides
from bot.domain.numbers.dividing import By
from bot.domain.numbers.promises import PromiseReport
from bot.domain.numbers.stats import Question, Scope
from bot.domain.numbers.stats_request import Request
from bot.usecases.accounting import bookings, promises
from storage.database import Database

ANSWERED_HERE = frozenset({By.PROMISE, By.SIDE})
"""What is no division of the usual figures, but an account of its own."""
OF_EVERYONE = Refusal("Whose time it was is told of all leads together: `/leadstats by side`.")


async def requested(
    database: Database, request: Request, viewer: str, now: datetime
) -> PromiseReport | Sides | Refusal:
    """What somebody asked for in Slack; `me` means what they promised themselves."""
    scope = Scope(team=request.team, rep=viewer if request.mine else None)
    return await answer(database, Question(request.period.span(now), scope, request.by))


async def answer(database: Database, question: Question) -> PromiseReport | Sides | Refusal:
    """The account that is asked for; a refusal where there is none."""
    if question.by is By.PROMISE:
        return await promises.answer(database, question)
    return OF_EVERYONE if question.scope != Scope() else await bookings.by_side(database, question.span)
