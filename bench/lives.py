"""A few leads that live through the real use cases, so that what is measured is stored as Baton stores it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlmodel import col, func, select, update

from bot.domain.lead import Company, Facts, Signal
from bot.usecases.accounting.marketing_clocks import answer
from bot.usecases.deciding import handoffs, working
from bot.usecases.deciding.escalations import escalate_one
from bot.usecases.operating.chaining import chain_some
from bot.usecases.qualifying.intake import take_lead, take_outcome
from bot.usecases.qualifying.telling import Incoming, Refused, Result, Taken, Who
from storage.accounting import marketing_clocks
from storage.database import Database
from storage.deciding.handoffs import get_one
from storage.tables import CardRow, EmailRow, HandoffRow, LeadRow, WebhookRow

COUNTRIES = ("DE", "US", "JP")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Life:
    """A lead that was handed over once, and the word that is in all by which it is known."""

    mark: str
    lead_id: str
    handoff_id: str
    began_at: datetime


def incoming(mark: str, country: str, now: datetime) -> Incoming:
    """A lead that qualifies: somebody senior at a company of the right size, who came back to the prices."""
    visits = [
        Signal(
            id=f"{mark}-{visit}", kind="page_view", at=now - visit * HOUR, url=f"https://acme.example/pricing/{visit}"
        )
        for visit in range(3)
    ]
    webinar = Signal(id=f"{mark}-w", kind="webinar_attended", at=now - DAY, label="Invoicing 101")
    facts = Facts(
        source="webinar",
        external_id=mark,
        email=f"ana@{mark}.example",
        first_name="Ana",
        last_name=mark,
        title="VP Operations",
        company=Company(
            name=f"{mark} Freight", domain=f"{mark}.example", industry="Manufacturing", employees=450, country=country
        ),
        campaign="spring-webinar",
        consent=True,
    )
    return Incoming(facts, (*visits, webinar))


async def arrive(database: Database, mark: str, country: str, now: datetime) -> Taken:
    """Comes in, and is offered to a rep."""
    async with database.write() as session:
        taken = await take_lead(session, incoming(mark, country, now), now)
    if isinstance(taken, Refused) or taken.handoff_id is None:
        raise RuntimeError(f"{mark} was not handed over: {taken}")
    return taken


async def _is_over(database: Database, life: Life) -> None:
    async with database.read() as session:
        if (await get_one(session, life.handoff_id)).is_open or await marketing_clocks.open_of(session, life.lead_id):
            raise RuntimeError(f"{life.mark} is not done with: was anybody at work?")


async def owner(database: Database, handoff_id: str) -> str:
    """Who has it."""
    async with database.read() as session:
        return (await get_one(session, handoff_id)).owner or ""


async def _accepted(database: Database, life: Life, now: datetime) -> datetime:
    rep, later = await owner(database, life.handoff_id), now + HOUR / 2
    await handoffs.accept(database, life.handoff_id, rep, later, request=f"{life.mark} accepts")
    await working.reached(database, life.handoff_id, rep, later + HOUR)
    return later + HOUR


async def _won(database: Database, life: Life, now: datetime) -> datetime:
    now = await _accepted(database, life, now)
    who = Who(email=f"ana@{life.mark}.example")
    kinds: tuple[Literal["opportunity", "won"], ...] = ("opportunity", "won")
    for kind in kinds:
        now += HOUR
        async with database.write() as session:
            await take_outcome(session, who, Result(kind, now), now)
    return now


async def _returned(database: Database, life: Life, now: datetime) -> datetime:
    """Given back, and marketing says what becomes of it."""
    rep, again = await owner(database, life.handoff_id), f"{life.mark} rejects"
    await handoffs.reject(database, life.handoff_id, rep, "bad-timing", now + HOUR, request=again)
    async with database.read() as session:
        promised = await marketing_clocks.open_of(session, life.lead_id)
    for one in promised:
        await answer(database, one.id, "nurture", "bench", now + 2 * HOUR, request=f"{life.mark} answers")
    return now + 2 * HOUR


async def _late(database: Database, life: Life, now: datetime) -> datetime:
    """Nobody answers until another rep is asked; the manager hears of it."""
    first = await owner(database, life.handoff_id)
    while await owner(database, life.handoff_id) == first:
        now = await _next_step(database, life.handoff_id)
        while await escalate_one(database, now):
            pass
    return await _accepted(database, life, now)


async def _next_step(database: Database, handoff_id: str) -> datetime:
    async with database.read() as session:
        due = (await session.exec(select(func.min(HandoffRow.due_at)).where(HandoffRow.id == handoff_id))).one()
    if due is None:
        raise RuntimeError(f"handoff {handoff_id} ended before another rep was asked")
    return due


ENDS: tuple[Callable[[Database, Life, datetime], Awaitable[datetime]], ...] = (_accepted, _won, _returned, _late)
"""How it goes on once the lead is offered; each to its end."""


async def live(database: Database, now: datetime, countries: Sequence[str] = COUNTRIES) -> list[Life]:
    """One lead of each country comes to each end, is shown to everybody, and chained into history."""
    lives: list[Life] = []
    for number, (country, end) in enumerate((country, end) for country in countries for end in ENDS):
        taken = await arrive(database, f"nr{number:07d}", country, now)
        lives.append(Life(f"nr{number:07d}", taken.lead_id, taken.handoff_id or "", now))
        await end(database, lives[-1], now)
        await _is_over(database, lives[-1])
    await show(database)
    async with database.write(wakes=False) as session:  # who was given back was looked at long ago
        await session.exec(update(LeadRow).values(score_at=None))
    while await chain_some(database):
        pass
    return lives


async def show(database: Database) -> None:
    """Slack shows every message as it should be, and everything else has been sent."""
    ts = func.coalesce(CardRow.ts, func.substr(CardRow.key, 1, 17))
    shown: dict[Any, Any] = {"shown": CardRow.wanted, "stale": False, "refresh_at": None, "lease_until": None}
    posted = {"ts": ts, "channel": CardRow.recipient, "posted_at": CardRow.created_at, "posting_since": None}
    async with database.write(wakes=False) as session:
        for behind in col(CardRow.stale), col(CardRow.refresh_at) > LONG_AGO:  # one by one, each by its own index
            await session.exec(update(CardRow).where(behind).values(**shown, **posted))
        for table in (EmailRow, WebhookRow):
            waits = update(table).where(col(table.done_at).is_(None))
            await session.exec(waits.values(done_at=table.created_at, sent=True))
