"""Requests that come at the same time share a transaction: to wait for the disk takes longer than to store a lead."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.usecases.qualifying.telling import Taken
from handlers.intake.incoming import Faults, Item
from handlers.intake.problems import Problem
from handlers.intake.taking import hold, take_some
from handlers.outages import is_outage
from storage.accounting import receipts
from storage.database import Database, Session
from storage.patience import wait_no_longer, waited_in_vain
from storage.retrying import made_way, once_more

log = structlog.get_logger()

PORTION = 25
"""Items for which each question is put once."""
PATIENCE = 1.5
"""Seconds that a transaction waits for what somebody else has locked."""
STRETCH = 0.015
"""Seconds after which a transaction takes in no more: about as long as a click may have to wait for it."""
HELD_UP, AT_ONCE = 0.2, 4
"""Seconds after which, on PostgreSQL, one transaction more stores what came since, and the most at once."""
RUN, GAP = 0.1, 0.005
"""Seconds of work after which, on SQLite, other processes find a gap, and its length; they look every 0.002 seconds."""

Outcome = Taken | Faults
Answer = dict[str, Any]


@dataclass(eq=False, slots=True)
class Parcel:
    """What one request brings, what of it is stored, and whoever waits for its answer."""

    items: Sequence[Item | Faults]
    message: str | None
    told: Callable[[Sequence[Outcome]], Answer]
    """Makes the answer of the outcomes.

    Raises:
        Problem: nothing of it was stored, and why.
    """
    answer: asyncio.Future[tuple[Answer, Sequence[Outcome]]]
    outcomes: list[Outcome] = field(default_factory=list)
    is_apart: bool = False
    """Others shared a transaction with it that failed: from now on it has one of its own."""
    share: "Share | None" = None
    """In whose hands it is."""


@dataclass(eq=False, slots=True)
class Share:
    """What one transaction does for each parcel; nobody hears of it before the commit."""

    now: datetime
    parcels: set[Parcel] = field(default_factory=set)
    outcomes: dict[Parcel, list[Outcome]] = field(default_factory=dict)
    answers: dict[Parcel, Answer | Problem] = field(default_factory=dict)
    repeated: set[Parcel] = field(default_factory=set)

    def begin(self) -> None:
        """Nothing is done yet, or what was is undone."""
        self.let_go(self.parcels)
        for done in self.outcomes, self.answers, self.repeated:
            done.clear()

    def take(self, parcels: Iterable[Parcel]) -> None:
        """Nobody else stores these meanwhile."""
        for parcel in parcels:
            parcel.share = self
            self.parcels.add(parcel)

    def let_go(self, parcels: Iterable[Parcel]) -> None:
        """Whoever comes next may store these."""
        for parcel in [*parcels]:
            parcel.share = None
            self.parcels.discard(parcel)

    def so_far(self, parcel: Parcel) -> Sequence[Outcome]:
        """All outcomes of a parcel, those of earlier transactions first."""
        return [*parcel.outcomes, *self.outcomes.get(parcel, ())]


class _AnsweredMeanwhile(Exception):
    """Another process answered one of these messages at this very moment; what was done here is undone."""


class Counter:
    """Stores what requests bring, and answers each once it is committed, in whatever company.

    Where a transaction of several fails, each of them gets one of its own, so that none spoils another. While one waits
    for what somebody else has locked, others go on; where that takes too long, its sender is told to come again. A
    request that dies between two portions gets no answer and is sent again; what is stored already is a duplicate then.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Parcel] = []
        self._at_once = 1 if database.is_sqlite else AT_ONCE
        self._at_work: set[asyncio.Task[None]] = set()
        self._held_up: set[Share] = set()

    async def stored(
        self, items: Sequence[Item | Faults], message: str | None, told: Callable[[Sequence[Outcome]], Answer]
    ) -> tuple[Answer, Sequence[Outcome]]:
        """The answer, once all is stored, and what was stored for it: nothing where the message was answered before.

        Raises:
            Problem: 422, when nothing of it was stored.
        """
        parcel = Parcel(items, message, told, asyncio.get_running_loop().create_future())
        self._waiting.append(parcel)
        self._go_on()
        return await parcel.answer

    def _go_on(self) -> None:
        """Somebody stores what waits; where all who do are held up, one more."""
        if len(self._at_work) == len(self._held_up) < self._at_once:
            self._at_work.add(asyncio.create_task(self._work(), context=Context()))

    def _note_held_up(self, share: Share) -> None:
        self._held_up.add(share)
        if any(self._free()):
            self._go_on()

    async def answer_to(self, message: str) -> Answer | None:
        """The body with which this message was answered, if it was."""
        async with self._database.read() as session:
            return (await receipts.answers_to(session, [message])).get(message)

    async def _work(self) -> None:
        begun = time.monotonic()
        try:
            while any(self._free()) and len(self._at_work) == len(self._held_up) + 1:
                await self._serve()
                if self._database.is_sqlite and time.monotonic() - begun > RUN:
                    await asyncio.sleep(GAP)
                    begun = time.monotonic()
        finally:
            self._at_work -= {asyncio.current_task()}
            for parcel in self._waiting if not self._at_work else ():
                parcel.answer.cancel()

    async def _serve(self) -> None:
        """One transaction, for as many as there is time for."""
        share = Share(self._clock())
        held_up = asyncio.get_running_loop().call_later(HELD_UP, self._note_held_up, share)
        try:
            await once_more(lambda: self._store(share))
        except Exception as error:
            self._fail(share, error)
        else:
            self._settle(share)
        finally:
            held_up.cancel()
            self._held_up.discard(share)
            share.let_go(share.parcels)

    async def _store(self, share: Share) -> None:
        share.begin()
        async with self._database.write() as session:
            until = time.monotonic() + STRETCH
            while parts := self._portion(share):
                await self._take(session, share, parts, until)
                if not self._database.is_sqlite or self._is_enough(until):
                    break  # on PostgreSQL all that a transaction needs of its leads is locked at once
            await _remember(session, share)

    def _is_enough(self, until: float) -> bool:
        return self._database.is_pressed() or time.monotonic() > until

    def _free(self, share: Share | None = None) -> Iterator[Parcel]:
        """What a transaction may take in, in its turn: nothing that another has in hand, and of two alike the first."""
        met: set[str | None] = set()
        for parcel in self._waiting:
            if parcel.answer.done() and parcel.share is None:
                continue
            if parcel.share in {None, share} and parcel.message not in met:
                yield parcel
            met |= {parcel.message} if parcel.message else set()

    def _portion(self, share: Share) -> dict[Parcel, Sequence[Item | Faults]]:
        """What is taken in next: a part of every parcel, as far as there is room."""
        self._waiting = [parcel for parcel in self._waiting if not parcel.answer.done()]
        parts: dict[Parcel, Sequence[Item | Faults]] = {}
        room = PORTION
        for parcel in self._free(share):
            if room <= 0 or (parcel.is_apart and (parts or share.parcels)):
                break
            if parcel not in share.answers:
                begun = len(share.so_far(parcel))
                parts[parcel] = parcel.items[begun : begun + room]
                room -= max(len(parts[parcel]), 1)
            if parcel.is_apart:
                break
        return parts

    async def _take(
        self, session: Session, share: Share, parts: dict[Parcel, Sequence[Item | Faults]], until: float
    ) -> None:
        share.take(parts)
        if not self._database.is_sqlite:
            await wait_no_longer(session, PATIENCE)
        known = await receipts.answers_to(session, [parcel.message for parcel in parts if parcel.message])
        again = {parcel: known[parcel.message] for parcel in parts if parcel.message and parcel.message in known}
        share.answers |= again
        share.repeated |= again.keys()
        each = [(parcel, item) for parcel, items in parts.items() if parcel not in again for item in items]
        items = [item for _, item in each]
        if not self._database.is_sqlite and len(items) > 1:
            await hold(session, items)
        taken = await take_some(session, items, share.now, lambda: self._is_enough(until))
        for (parcel, _), outcome in zip(each, taken, strict=False):
            share.outcomes.setdefault(parcel, []).append(outcome)
        for parcel in parts.keys() - again.keys():
            if len(outcomes := share.so_far(parcel)) == len(parcel.items):
                share.answers[parcel] = _answered(parcel, outcomes)
        share.let_go(parts.keys() - share.outcomes.keys() - share.answers.keys())

    def _settle(self, share: Share) -> None:
        """It is committed: whose parcel is done hears so, and whose is not goes to the end."""
        for parcel, outcomes in share.outcomes.items():
            parcel.outcomes += outcomes
        for parcel, answer in share.answers.items():
            if parcel.answer.done():
                continue
            if isinstance(answer, Problem):
                parcel.answer.set_exception(answer)
            else:
                parcel.answer.set_result((answer, () if parcel in share.repeated else parcel.outcomes))
        left = [parcel for parcel in self._waiting if parcel not in share.answers]
        self._waiting = sorted(left, key=lambda parcel: parcel in share.outcomes)

    def _fail(self, share: Share, error: Exception) -> None:
        """Nothing of it is stored: of several each tries again by itself, of one its sender hears."""
        shared = share.parcels
        if isinstance(error, _AnsweredMeanwhile) or len(shared) > 1:
            log.info("requests are stored one by one", requests=len(shared), why=type(error).__name__)
            for parcel in shared:
                parcel.is_apart = True
            return
        is_away = is_outage(error) and not made_way(error) and not waited_in_vain(error)
        mine = [one for one in self._waiting if one.share in {None, share}]
        failed = [one for one in mine if one in shared or (is_away and one.is_apart)]
        for parcel in failed or mine:  # what could not begin concerns all
            if not parcel.answer.done():
                parcel.answer.set_exception(error)
        self._waiting = [parcel for parcel in self._waiting if not parcel.answer.done()]


def _answered(parcel: Parcel, outcomes: Sequence[Outcome]) -> Answer | Problem:
    try:
        return parcel.told(outcomes)
    except Problem as problem:
        return problem


async def _remember(session: Session, share: Share) -> None:
    answers = {
        parcel.message: answer
        for parcel, answer in share.answers.items()
        if parcel.message and parcel not in share.repeated and not isinstance(answer, Problem)
    }
    if answers and not await receipts.remember_all(session, answers, share.now):
        raise _AnsweredMeanwhile
