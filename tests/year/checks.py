"""What must hold at every moment of the year, judged from the rows alone and from what the company's people know."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

from sqlmodel import col, func, or_, select

from bot.domain.assigning.ledger import MOST_OWED, TURN
from bot.domain.handoff import BATON, Handoff, Refusal, State
from bot.usecases.accounting import bookings
from bot.usecases.accounting.marketing_ladder import ring_one
from bot.usecases.deciding import reckoning
from bot.usecases.deciding.escalations import escalate_one
from bot.usecases.qualifying.nurture import score_some
from storage.database import Database, Session
from storage.tables import HandoffRow, HistoryRow, LeadRow, MarketingClockRow, OfferRow, TurnsRow
from tests.support.offers import turns_used
from tests.year.company import GREATEST, TEAMS, Company, Hours

REFUSED = ("rejected", "missed", "pooled")
"""How an offer ended after which its rep is not asked again without news of the lead."""
MOVED = frozenset(
    {"handed over", "offered", "accepted", "taken over", "extended", "resumed", "attempted", "undone", "pooled"}
)
"""What sets a deadline, or moves it."""
OPEN = or_(
    col(HandoffRow.state).in_((State.WAITING, State.OFFERED)),
    (col(HandoffRow.state) == State.ACCEPTED) & col(HandoffRow.followed_up_at).is_(None),
)


TWO_DAYS = timedelta(days=2)


Row = TypeVar("Row", HistoryRow, OfferRow)
Step = Callable[[Database, datetime], Awaitable[bool]]
STEPS: tuple[Step, ...] = (escalate_one, ring_one, score_some)
"""Who does what is due."""
MOMENTS = (HandoffRow.due_at, MarketingClockRow.due_at, LeadRow.score_at)
DUE = select(*(select(func.min(at)).scalar_subquery() for at in MOMENTS))


async def after(session: Session, table: type[Row], last: int) -> list[Row]:
    """The rows that were added since that one."""
    return list(await session.exec(select(table).where(col(table.id) > last).order_by(col(table.id))))


class Checks:
    """Fails with the story of the lead as soon as something is not as it must be."""

    def __init__(self, database: Database, seed: int, company: Company) -> None:
        self.database, self.seed, self.company = database, seed, company
        self.away: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.news: dict[str, datetime] = {}
        self.last: dict[str, Handoff] = {}
        self.made: Counter[str] = Counter()
        self.still_late: dict[str, date] = {}
        self.bound = 0.0
        """How much of what nobody may be behind or ahead of their share somebody was."""

    def leaves(self, rep: str, since: datetime, until: datetime) -> None:
        """What a rep says later of the same time takes the place of what they said before."""
        apart = [(begun, ended) for begun, ended in self.away[rep] if ended <= since or until <= begun]
        self.away[rep] = [*apart, (since, until)]

    async def look(self, rows: Sequence[HistoryRow], offers: Sequence[OfferRow], found: Mapping[str, Handoff]) -> None:
        """Of all that happened just now, in order."""
        told: Counter[str] = Counter()
        for row in rows:
            if row.handoff_id:
                told[row.handoff_id] += 1
                if told[row.handoff_id] == 1 and "rung" in row.why:
                    await self._in_hours(row, self.last[row.handoff_id])
        for offer in offers:
            await self._offer(offer, [row for row in rows if row.handoff_id == offer.handoff_id])
        for row in rows:
            await self._quiet(row)
        for about in dict.fromkeys(row.handoff_id for row in rows if row.what in MOVED):
            await self._reckoned(about or "")
        for about, handoff in found.items():
            self.made["looks"] += 1
            if handoff.is_open and not (handoff.owner and handoff.due_at):
                await self.fail(about, "open without an owner or a clock")
        self.last.update(found)
        if offers:
            await self._fair()

    async def _reckoned(self, handoff_id: str) -> None:
        """A deadline that was set, stopped or moved opens to a sum that leads to it."""
        opened = await reckoning.of_handoff(self.database, handoff_id)
        if isinstance(opened, Refusal):
            return
        self.made["sums"] += 1
        if not opened[1].still_holds:
            await self.fail(handoff_id, f"due {opened[1].deadline}, and the sum says {opened[1].as_counted_now}")

    async def _quiet(self, row: HistoryRow) -> None:
        """What goes on and on is written down no more than once a day."""
        if row.what != "still late":
            return
        self.made["still late"] += 1
        about, day = row.handoff_id or "", row.at.date()
        if self.still_late.get(about) == day:
            await self.fail(about, f"written down twice on {day}")
        self.still_late[about] = day

    async def _in_hours(self, row: HistoryRow, before: Handoff) -> None:
        """No rung outside the hours of its clock."""
        self.made["rungs"] += 1
        hours = self._clock_hours(before)
        if not hours.is_on(row.at):
            await self.fail(row.handoff_id or "", f"{row.what} at {row.at.astimezone(hours.zone):%a %d %b %H:%M %Z}")

    async def _offer(self, offer: OfferRow, why: Sequence[HistoryRow]) -> None:
        """Nobody is offered a lead while they do not work, beyond their cap, or once more after they refused it."""
        if any(row.who != BATON and row.what in {"passed on", "reassigned"} for row in why):
            return
        self.made["offers"] += 1
        at, rep = offer.offered_at, offer.rep
        if rep in self.company.reps and not self.company.reps[rep].is_open(at):
            await self.fail(
                offer.handoff_id, f"offered to {rep} outside their hours, {at.astimezone(self.company.reps[rep].zone)}"
            )
        if any(since <= at < until for since, until in self.away[rep]):
            await self.fail(offer.handoff_id, f"offered to {rep} while they were away")
        since = self.news.get(offer.lead_id)
        async with self.database.read() as session:
            statement = select(OfferRow).where(OfferRow.lead_id == offer.lead_id, OfferRow.rep == rep)
            before = [one for one in await session.exec(statement) if one.ended in REFUSED and one.id != offer.id]
        if any(since is None or (one.ended_at and one.ended_at >= since) for one in before):
            await self.fail(offer.handoff_id, f"offered to {rep} once more")
        await self._cap(offer)

    async def _cap(self, offer: OfferRow) -> None:
        most = self.company.daily_cap.get(offer.rep)
        if most is None or (offer.why or {}).get("choice", {}).get("by") != "turn":
            return
        zone = TEAMS[offer.team].zone
        today = offer.offered_at.astimezone(zone).date()
        async with self.database.read() as session:
            statement = select(OfferRow).where(
                OfferRow.rep == offer.rep, col(OfferRow.offered_at) > offer.offered_at - TWO_DAYS
            )
            theirs = [one for one in await session.exec(statement) if turns_used(one)]
        had = [one for one in theirs if one.offered_at.astimezone(zone).date() == today]
        if len(had) > most:
            await self.fail(offer.handoff_id, f"{offer.rep} had {len(had)} leads on one day")
        self.made["at their cap"] += len(had) == most

    async def due(self) -> dict[Step, datetime]:
        """When each kind of step is due next."""
        async with self.database.read() as session:
            due = (await session.exec(DUE)).one()
        return {step: at.replace(tzinfo=at.tzinfo or UTC) for step, at in zip(STEPS, due, strict=True) if at}

    async def nobodys(self) -> None:
        """Of all leads, open ones without an owner or a clock: there is none."""
        neither = OPEN & or_(col(HandoffRow.owner).is_(None), col(HandoffRow.due_at).is_(None))
        async with self.database.read() as session:
            alone = (await session.exec(select(HandoffRow.id).where(neither).limit(1))).first()
        self.made["looks at all leads"] += 1
        if alone:
            await self.fail(alone, "open without an owner or a clock")

    async def _fair(self) -> None:
        """Nobody of n reps is further than n - 1 leads of the greatest value from their share."""
        async with self.database.read() as session:
            rows = list(await session.exec(select(TurnsRow)))
        for row in rows:
            weights = self.company.weights[row.team]
            behind = {rep: parts / TURN for rep, parts in row.turns.get("owed", {}).items() if rep in weights}
            bound = max(len(weights) - 1, MOST_OWED) * GREATEST
            self.bound = max(self.bound, *(abs(one) / bound for one in behind.values()), 0)
            if abs(sum(behind.values())) > 0.001 or any(abs(one) > bound for one in behind.values()):
                raise AssertionError(f"seed {self.seed}: the ledger of {row.team} is {behind}")

    async def at_the_end(self, now: datetime) -> None:
        """Every turn that was taken stands in the ledger, and every minute is somebody's."""
        await self._fair()
        await self._booked(now)
        async with self.database.read() as session:
            offers = list(await session.exec(select(OfferRow).order_by(col(OfferRow.id))))
            ledgers = {row.team: row.turns.get("owed", {}) for row in await session.exec(select(TurnsRow))}
            self.made["handoffs"] = (await session.exec(select(func.count()).select_from(HandoffRow))).one()
        booked: dict[str, Counter[str]] = defaultdict(Counter)
        for offer in offers:
            choice = (offer.why or {}).get("choice", {})
            for part in ("booked", "returned"):
                booked[choice.get("team", offer.team)].update(choice.get(part, {}))
            if choice.get("by") == "turn":
                await self._shared_by_weight(offer, choice)
        for team, owed in ledgers.items():
            assert {rep: owed.get(rep, 0) for rep in self.company.weights[team]} == {
                rep: booked[team][rep] for rep in self.company.weights[team]
            }

    async def _booked(self, now: datetime) -> None:
        """Each minute of a lead's life is booked to one side, and all of them together are its life."""
        async with self.database.read() as session:
            for lead in list(await session.exec(select(LeadRow))):
                times = await bookings.of_lead(session, lead.id, now)
                gaps = [one for one, other in pairwise(times) if one.until != other.since]
                assert not gaps, f"seed {self.seed}, lead {lead.id}: nobody's time after {gaps}"
                assert sum((one.length for one in times), timedelta()) == times[-1].until - times[0].since
                assert abs(times[0].since - lead.created_at) < timedelta(seconds=1)

    async def _shared_by_weight(self, offer: OfferRow, choice: Mapping[str, Any]) -> None:
        """A lead is credited by weight to whoever could have had it, and charged to whoever got it."""
        able = {
            rep: self.company.weights[offer.team][rep] for rep, seen in choice["reps"].items() if not seen.get("no")
        }
        value = int(choice.get("value", 1))
        expected = {
            rep: value * weight / sum(able.values()) - value * (rep == offer.rep) for rep, weight in able.items()
        }
        found = {rep: parts / TURN for rep, parts in choice["booked"].items()}
        if any(abs(found.get(rep, 0) - parts) > 0.001 for rep, parts in expected.items()):
            await self.fail(offer.handoff_id, f"booked {found} instead of {expected}")

    async def fail(self, handoff_id: str, words: str) -> NoReturn:
        """Tells the whole story of the handoff."""
        async with self.database.read() as session:
            rows = await session.exec(
                select(HistoryRow).where(HistoryRow.handoff_id == handoff_id).order_by(col(HistoryRow.id))
            )
            told = [f"  {row.at:%a %Y-%m-%d %H:%M:%S} {row.what} by {row.who} {dict(row.why)}" for row in rows]
            offers = await session.exec(
                select(OfferRow).where(OfferRow.handoff_id == handoff_id).order_by(col(OfferRow.id))
            )
            told += [
                f"  offer to {one.rep} {one.offered_at:%a %m-%d %H:%M} {one.ended} {one.ended_at}; {turns_used(one)}"
                for one in offers
            ]
        raise AssertionError("\n".join((f"seed {self.seed}, handoff {handoff_id}: {words}", *told)))

    def _clock_hours(self, before: Handoff) -> Hours:
        """Those by which the promise is counted: the team's, but for a fast follow-up, which is by the rep's own."""
        reps = self.company.weights[before.team]
        own = before.state is State.ACCEPTED and before.sla == "fast" and before.owner in reps
        return self.company.reps[before.owner or ""] if own else TEAMS[before.team]
