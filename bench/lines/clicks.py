"""A press of Accept → its answer, which comes after the commit: with nothing else to do, and amid a flood."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlmodel import col, func, select, update

from bench import clicking, site, stores
from bench.company import Company
from bench.line import Bench, CannotMeasure, Figure, Line, Round, Sample, Side, Target, Unit
from bench.lines.batches import TOGETHER
from bench.runs import percentile
from bench.site import Site
from storage.database import Database
from storage.tables import HandoffRow

COMPANY, LARGE = Company(teams=3), Company(teams=50)
EVERY = 0.05
"""Seconds between two presses."""
IN_A_FLOOD, IN_A_SHORT_FLOOD = 0.1, 0.025
CALM = 300.0
"""Seconds in which all that a flood leaves is shown."""
ACCEPT = "accept"


async def brought(one: Site, count: int) -> None:
    """So many leads taken in batches, and all their messages posted."""
    before = (await one.tally("chat.postMessage")).get("ok", 0)
    leads = one.leads(count, one.company.lead)
    await one.send_all(({"items": leads[at : at + TOGETHER]} for at in range(0, count, TOGETHER)), 2)
    await one.posted(before + 2 * count)


async def presses(one: Site, count: int) -> dict[str, bytes]:
    """A press of Accept for each of the newest leads, by the rep whom it was offered to; by the handoff's id."""
    reps: dict[str, str] = {}
    for rep in one.company.reps():
        reps |= {dm["id"]: rep for dm in (await one.look("sidebar", user=rep))["dms"]}
    found = {}
    for call in (await one.look("calls", method="chat.postMessage", params="channel,blocks"))["calls"]:
        channel = call["params"]["channel"]
        buttons = (button for block in call["params"]["blocks"] for button in block.get("elements", ()))
        value = next((button["value"] for button in buttons if button.get("action_id") == ACCEPT), None)
        if channel in reps and value:
            answer_to = f"{one.slack.address}/nowhere"
            found[value] = clicking.press(reps[channel], channel, f"{call['at']:.6f}", ACCEPT, value, answer_to)
    return dict(list(found.items())[-count:])


async def accepted(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).where(col(HandoffRow.state) == "accepted"))).one()


async def offered(database: Database) -> list[str]:
    """The handoffs that wait for an answer, the newest first."""
    async with database.read() as session:
        waiting = select(HandoffRow.id).where(HandoffRow.state == "offered")
        return list(await session.exec(waiting.order_by(col(HandoffRow.created_at).desc())))


async def made_due(database: Database, some: Sequence[str]) -> None:
    """Their deadlines fall due now."""
    async with database.write() as session:
        due = datetime.now(UTC) - timedelta(seconds=1)
        await session.exec(update(HandoffRow).where(col(HandoffRow.id).in_(some)).values(due_at=due))


async def at_rest(one: Site, database: Database, count: int) -> Sample:
    """Presses, and nothing else to do."""
    await brought(one, count)
    pressed, before = await presses(one, count), await accepted(database)
    waits = await clicking.waits(one, list(pressed.values()), EVERY)
    _all_count(await accepted(database) - before, count)
    return {"p50": percentile(waits, 0.5), "p99": percentile(waits, 0.99)}


async def in_a_flood(one: Site, database: Database, count: int, flood: int, every: float = IN_A_SHORT_FLOOD) -> Sample:
    """Presses while half as many leads come in as messages drain, and as many deadlines fall due.

    The leads of one flood are those whose deadlines fall due in the next.
    """
    await brought(one, max(0, flood // 2 - len(await offered(database))))
    some = (await offered(database))[: flood // 2]
    await one.forget()
    await brought(one, count)
    pressed, before = await presses(one, count), await accepted(database)
    await made_due(database, some)

    async def coming() -> None:
        await brought(one, flood // 2)
        await stores.shown(database, CALM)

    waits = await amid(coming(), one, list(pressed.values()), every)
    await stores.shown(database, CALM)
    _all_count(await accepted(database) - before, count)
    return {"flood p50": percentile(waits, 0.5), "flood p99": percentile(waits, 0.99)}


async def amid(flood: Awaitable[None], one: Site, pressed: Sequence[bytes], every: float) -> list[float]:
    """How long each press waited that was begun before the flood was over: those after it wait for nothing."""
    began, waits = time.monotonic(), asyncio.create_task(clicking.waits(one, pressed, every))
    await flood
    begun = math.ceil((time.monotonic() - began) / every)
    return (await waits)[:begun]


def _all_count(found: int, count: int) -> None:
    if found != count:
        raise CannotMeasure(f"of {count} presses {found} count")


@asynccontextmanager
async def baton(bench: Bench) -> AsyncIterator[Round]:
    count = bench.many(tiny=2, quick=20, usual=60, full=200)
    flood = bench.many(tiny=4, quick=60, usual=400, full=600)
    async with site.baton(bench.folder, COMPANY) as one, stores.of(one.settings) as database:

        async def ask() -> Sample:
            await one.forget()
            return {**await at_rest(one, database, count), **await in_a_flood(one, database, count, flood)}

        yield ask


@asynccontextmanager
async def flooded(bench: Bench) -> AsyncIterator[Round]:
    """Presses all through a flood of the size that the target speaks of."""
    count = bench.many(tiny=2, quick=40, usual=1_000)
    flood = bench.many(tiny=4, quick=200, usual=10_000)
    async with site.baton(bench.folder, LARGE) as one, stores.of(one.settings) as database:
        yield lambda: in_a_flood(one, database, count, flood, IN_A_FLOOD)


def bolt(name: str, *arguments: str) -> Side:
    """Bolt that acknowledges and does nothing."""

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        count = bench.many(tiny=2, quick=20, usual=60, full=200)
        rep = COMPANY.reps()[0]
        async with site.floor(bench.folder, COMPANY, "acking", *arguments) as one:
            body = [clicking.press(rep, "D1", "1.1", ACCEPT, f"{n}", one.slack.address) for n in range(count)]

            async def ask() -> Sample:
                waits = await clicking.waits(one, body, EVERY)
                return {"p50": percentile(waits, 0.5), "p99": percentile(waits, 0.99)}

            yield ask

    return Side(name, opened)


DECIDED = (
    "A press is acknowledged when what it decided is on the disk: `make profile OF=click` shows the statements before "
    "that. What the commit itself takes is the line `queue`."
)
BESIDE = (
    "A press waits for the transaction that is under way, and for the event loop: the longest portion of a batch, a "
    "claim or a wave of deadlines is what it waits for."
)
FLOODED = (
    Figure("flood p50", "half, while messages drain and deadlines fall due", Unit.SECONDS),
    Figure(
        "flood p99",
        "99 %, while messages drain and deadlines fall due",
        Unit.SECONDS,
        Target(0.050),
        if_missed=BESIDE,
    ),
)
LINES = (
    Line(
        "clicks",
        "a press of Accept → acknowledged, committed",
        (
            Figure("p50", "half of them within", Unit.SECONDS, Target(0.006), if_missed=DECIDED),
            Figure("p99", "99 % within", Unit.SECONDS, Target(0.050), if_missed=DECIDED),
            *FLOODED,
        ),
        Side("Baton", baton),
        (bolt("bare Bolt, process_before_response", "--before-response"), bolt("bare Bolt, its default")),
    ),
    Line(
        "flood",
        "the same while 10,000 messages drain and 5,000 deadlines fall due (200 and 100 when quick)",
        FLOODED,
        Side("Baton", flooded),
        rounds=1,
        warms_up=False,
    ),
)
