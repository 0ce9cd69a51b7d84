"""A year of many leads, drawn from a seed and lived through the real use cases, from one moment to the next."""

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count

from sqlmodel import col, select

from bot import upkeep
from bot.domain.away_words import Away
from bot.domain.durations import Duration
from bot.domain.handoff import Change, Handoff, Refusal, State
from bot.domain.lead import Company, Facts, Signal
from bot.usecases.accounting import marketing_clocks
from bot.usecases.assigning import absences
from bot.usecases.deciding import extending, handoffs, passing_on, working
from bot.usecases.governing import policies
from bot.usecases.qualifying.intake import take_lead, take_signal
from bot.usecases.qualifying.telling import Incoming, Who
from storage.database import Database
from storage.deciding import handoffs as stored
from storage.tables import HistoryRow, LeadRow, MarketingClockRow, OfferRow
from tests.year.checks import Checks, after
from tests.year.company import FIRST, MANAGERS, MAYA, TITLES, company

BEGINS = datetime.combine(FIRST, time(6), UTC)
YEAR = timedelta(days=365)
AFTER = timedelta(days=60)
"""So long after the last lead has come, everything has come to an end."""
OUT_OF_OFFICE = 25
"""Days of leave a year, in blocks."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Happening = Callable[["Year"], Awaitable[None]]


@dataclass
class Year:
    """Everybody who has to do with leads for a year; `did` counts what they did, to show that all of it happened."""

    database: Database
    seed: int
    leads: int
    staff: int = 1
    """So many times each rep is there."""
    now: datetime = BEGINS
    did: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.company = company(self.staff)
        self.checks = Checks(self.database, self.seed, self.company)
        self.coming: list[tuple[datetime, int, Happening]] = []
        self.order = count()
        self.seen_history = self.seen_offers = 0

    async def live(self) -> None:
        """Lives it to its end; fails with the story of a lead as soon as anything is not as it must be."""
        await policies.put_up(self.database, "year", self.company.policy, "test", self.now)
        self._plan()
        over, tomorrow, next_week = BEGINS + YEAR + AFTER, BEGINS, BEGINS
        while True:
            due = await self.checks.due()
            waits = self.coming[0][0] if self.coming else over
            at = min((waits, *due.values()))
            if at >= over:
                break
            self.now = max(self.now, at)
            step = next((step for step, when in due.items() if when == at), None)
            if step is None:
                await heapq.heappop(self.coming)[2](self)
            else:
                assert await step(self.database, self.now), f"seed {self.seed}: {step} at {at} is not done"
            await self._look()
            if self.now >= tomorrow:
                tomorrow = self.now + DAY
                await self.checks.nobodys()
            if self.now >= next_week:
                next_week = self.now + 7 * DAY
                await upkeep.keep(self.database, lambda: self.now)
        await self.checks.nobodys()
        await self.checks.at_the_end(over)

    def _plan(self) -> None:
        campaigns = [BEGINS + YEAR * self.chance.random() for _ in range(self.leads // 15 + 1)]
        for number in range(self.leads):
            begun = self.chance.choice(campaigns) + DAY * self.chance.expovariate(1)
            comes = begun if self.chance.random() < 0.7 else BEGINS + YEAR * self.chance.random()
            self.at(comes, lambda year, number=number: year.arrive(number))  # type: ignore[misc]
        for rep in self.company.reps:
            left = OUT_OF_OFFICE
            while left > 0:
                days = min(left, self.chance.choice((1, 1, 5, 10, 14)))
                left -= days
                begins = BEGINS + YEAR * self.chance.random()
                told = begins - DAY * self.chance.randint(0, 20)
                away = Away(begins, begins + days * DAY)
                self.at(told, lambda year, rep=rep, away=away: year.leave(rep, away))  # type: ignore[misc]

    def at(self, when: datetime, happens: Happening) -> None:
        heapq.heappush(self.coming, (when, next(self.order), happens))

    def soon(self, mean: timedelta, happens: Happening) -> None:
        self.at(self.now + mean * self.chance.expovariate(1), happens)

    async def _look(self) -> None:
        """What happened just now is checked, and people react to it."""
        async with self.database.read() as session:
            rows = await after(session, HistoryRow, self.seen_history)
            offers = await after(session, OfferRow, self.seen_offers) if rows else []
            about = {row.handoff_id for row in rows if row.handoff_id}
            found = {one: await stored.get_one(session, one) for one in sorted(about)}
        self.seen_history = max((row.id or 0 for row in rows), default=self.seen_history)
        self.seen_offers = max((row.id or 0 for row in offers), default=self.seen_offers)
        await self.checks.look(rows, offers, found)
        for row in rows:
            self.did[row.what] += 1
        for offer in offers:
            self.offered(found[offer.handoff_id])
        for row in rows:
            if row.what in {"accepted", "taken over"} and row.handoff_id:
                self.accepted(found[row.handoff_id])
            if row.what in {"rejected", "recycled"} and row.handoff_id and self.chance.random() < 0.8:
                self.soon(2 * DAY, lambda year, about=row.handoff_id: year.answer(about))  # type: ignore[misc]
            asked = row.handoff_id and (found[row.handoff_id].ask_manager or row.what == "escalated")
            if row.handoff_id and asked and self.chance.random() < 0.5:
                self.alarmed(found[row.handoff_id])

    # People

    async def arrive(self, number: int) -> None:
        fast = self.chance.random() < 0.25
        facts = Facts(
            source="form",
            external_id=f"lead-{number}",
            email=f"lead{number}@acme.example",
            title=self.chance.choice(TITLES),
            company=Company(
                name=f"Company {number}",
                employees=self.chance.choice((20, 300, 5000)),
                country=self.chance.choice(("DE", "FR", "US")),
            ),
            contact_requested=fast,
        )
        signals = () if fast else (self.demo(),)
        async with self.database.write() as session:
            await take_lead(session, Incoming(facts, signals), self.now)

    def demo(self) -> Signal:
        return Signal(id=f"s-{self.chance.random()}", kind="demo", at=self.now)

    async def leave(self, rep: str, away: Away) -> None:
        left = await absences.leave(self.database, rep, away, rep, self.now)
        if not isinstance(left, Refusal):
            self.checks.leaves(rep, away.starts_at, away.ends_at or away.starts_at)

    def offered(self, handoff: Handoff) -> None:
        """Whoever has the offer answers after a while, or never does."""
        turn, rep = handoff.turn, handoff.owner or ""
        does = self.chance.choices((Year.accept, Year.reject, Year.pass_on, None), (60, 18, 7, 15))[0]
        if does:
            self.soon(50 * MINUTE, lambda year: year.if_still(handoff.id, turn, rep, does))
        elif self.chance.random() < 0.3:
            self.soon(DAY, lambda year: year.too_late(handoff.id, rep))

    async def if_still(
        self, handoff_id: str, turn: int, rep: str, does: Callable[["Year", Handoff, str], Awaitable[None]]
    ) -> None:
        async with self.database.read() as session:
            handoff = await stored.get_one(session, handoff_id)
        if handoff.turn == turn and handoff.owner == rep and handoff.is_open:
            await does(self, handoff, rep)
        else:
            self.did["came too late"] += 1

    async def too_late(self, handoff_id: str, rep: str) -> None:
        said = await handoffs.accept(self.database, handoff_id, rep, self.now)
        self.did["accepted late" if isinstance(said, Change) else "refused"] += 1

    async def accept(self, handoff: Handoff, rep: str) -> None:
        await handoffs.accept(self.database, handoff.id, rep, self.now)
        if self.chance.random() < 0.1:
            self.at(self.now + 2 * MINUTE, lambda year: year.undo(handoff.id, rep))

    async def undo(self, handoff_id: str, rep: str) -> None:
        said = await handoffs.undo(self.database, handoff_id, rep, self.now)
        async with self.database.read() as session:
            handoff = await stored.get_one(session, handoff_id)
        if isinstance(said, Change) and handoff.state is State.OFFERED:
            self.soon(30 * MINUTE, lambda year: year.if_still(handoff_id, handoff.turn, rep, Year.reject))

    async def reject(self, handoff: Handoff, rep: str) -> None:
        reason = self.chance.choice(("wrong-person", "bad-timing", "not-mine", "not-mine", "customer", "other"))
        said = await handoffs.reject(
            self.database, handoff.id, rep, reason, self.now, detail="No", disputed="authority"
        )
        if isinstance(said, Change) and said.handoff.state is State.RECYCLED:
            self.at(self.now + 95 * DAY, lambda year: year.comes_back(handoff.lead_id))

    async def comes_back(self, lead_id: str) -> None:
        """After its cool-off the lead does something again."""
        async with self.database.write() as session:
            lead = await session.get_one(LeadRow, lead_id)
            await take_signal(session, Who(email=lead.facts["email"]), self.demo(), self.now)
        self.checks.news[lead_id] = self.now

    async def pass_on(self, handoff: Handoff, rep: str) -> None:
        others = [one for one in self.company.weights[handoff.team] if one != rep]
        await passing_on.pass_on(self.database, handoff.id, self.chance.choice(others), rep, "Yours", self.now)

    def accepted(self, handoff: Handoff) -> None:
        """Whoever has it calls, perhaps more than once, waits for the prospect, or leaves it alone."""
        rep, turn = handoff.owner or "", handoff.turn
        led = rep in MANAGERS.values()
        does = (
            Year.reached
            if led
            else self.chance.choices((Year.reached, Year.tries, Year.waits, None), (50, 20, 10, 20))[0]
        )
        if does:
            self.soon(3 * HOUR, lambda year: year.if_still(handoff.id, turn, rep, does))

    async def reached(self, handoff: Handoff, rep: str) -> None:
        await working.reached(self.database, handoff.id, rep, self.now)

    async def tries(self, handoff: Handoff, rep: str) -> None:
        await working.no_answer(self.database, handoff.id, rep, self.now)
        if self.chance.random() < 0.8:
            again = self.chance.choice((Year.tries, Year.tries, Year.reached))
            self.soon(DAY, lambda year: year.if_still(handoff.id, handoff.turn, rep, again))

    async def waits(self, handoff: Handoff, rep: str) -> None:
        day = (self.now + self.chance.randint(1, 9) * DAY).date()
        await working.pause(self.database, handoff.id, rep, day, "On holiday", self.now)
        if self.chance.random() < 0.7:
            self.soon(5 * DAY, lambda year: year.if_still(handoff.id, handoff.turn, rep, Year.reached))

    def alarmed(self, handoff: Handoff) -> None:
        """A manager who is told of a lead does something about it."""
        manager, turn = MANAGERS[handoff.team], handoff.turn
        self.soon(HOUR, lambda year: year.lead_by(manager, handoff.id, turn))

    async def lead_by(self, manager: str, handoff_id: str, turn: int) -> None:
        async with self.database.read() as session:
            handoff = await stored.get_one(session, handoff_id)
        if handoff.turn != turn or not handoff.is_open:
            return
        if handoff.deadline_at and self.chance.random() < 0.3:
            more = self.chance.choice(("2 business hours", "1 business day"))
            await extending.extend(self.database, handoff_id, manager, Duration.parse(more), "At a fair", self.now)
        else:
            await handoffs.take_over(self.database, handoff_id, manager, self.now)

    async def answer(self, handoff_id: str) -> None:
        """Marketing says what becomes of a lead that came back."""
        async with self.database.read() as session:
            asked = select(MarketingClockRow.id).where(MarketingClockRow.handoff_id == handoff_id)
            running = (await session.exec(asked.where(col(MarketingClockRow.ended_at).is_(None)))).first()
        if running:
            await marketing_clocks.answer(self.database, running, "nurture", MAYA, self.now, request=running)
