"""What the courier may send costs the same to find however many messages wait, whatever Slack's pace forbids."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.delivery import cards, sending
from storage.delivery.cards import Wanted
from storage.delivery.sending import Closed, Ended
from tests.plans.asked import Ear

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FEW, MANY = 20, 1_000
MORE = 1.3
CLOSED = {
    "nothing": Closed(),
    "new": Closed(new=True),
    "unopened": Closed(unopened=True),
    "unsure": Closed(unsure=True),
    "shown": Closed(news=True, others=True, shown=True),
    "others": Closed(news=True, others=True),
    "all": Closed(new=True, news=True, others=True, shown=True, homes=True),
}


async def waits(database: Database, number: int) -> None:
    """For one channel and one rep: as many new messages as shown ones that have changed since."""
    created = {f"{kind}-{n}": (kind, n) for n in range(number) for kind in ("channel", "dm")}
    async with database.write() as session:
        for key, (kind, n) in created.items():
            recipient, now = ("C1", "U1")[kind == "dm"], NOW + timedelta(microseconds=n)
            await cards.want_these(session, [Wanted(f"shown-{key}", kind, recipient)], now)
            await cards.want_these(session, [Wanted(f"new-{key}", kind, recipient)], now)
        ended = [Ended(f"shown-{key}", 0, {"ts": "1.0", "channel": "C1"}) for key in created]
        for start in range(0, len(ended), 500):
            await sending.settle(session, ended[start : start + 500])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", CLOSED)
async def test_a_look_takes_as_much_work_however_much_waits(database: Database, what: str) -> None:
    ear = Ear(database)
    await database.engine.dispose()  # work is counted by connections that are opened from now on
    work = []
    for number in (FEW, MANY):
        await waits(database, number)
        with ear.during("look"):
            async with database.read() as session:
                found = await sending.ready(session, NOW + timedelta(seconds=1), CLOSED[what], 100)
        work.append(ear.told()[1].total())

    assert bool(found) is (what != "all")
    assert work[1] <= work[0] * MORE
