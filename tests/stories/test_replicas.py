"""Several Batons on one database share the work: nothing twice, nothing left."""

import asyncio
import copy
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from sqlmodel import col, select

from bot import ticker
from bot.delivery.courier import Courier
from bot.delivery.slack import Slack
from storage.database import Database, parse_url
from storage.tables import HistoryRow
from tests.stories.conftest import ANA, EMEA, RITA, Story

LEADS, REPLICAS = 12, 4


async def test_every_rung_is_fired_once_and_every_card_posted_once(story: Story, database_url: str) -> None:
    replicas = [Database(parse_url(database_url)) for _ in range(REPLICAS)]
    items = [
        {
            **copy.deepcopy(ANA),
            "external_id": f"R-{n}",
            "last_name": f"Nr {n}",
            "email": f"r{n}@acme.example",
            "phone": None,
        }
        for n in range(LEADS)
    ]
    assert (await story.send("leads", {"items": items})).status_code == 202
    couriers = [Courier(one, Slack(story.client), story.clock.now) for one in replicas]

    async def deliver(courier: Courier) -> None:
        while await courier.deliver_one():
            pass

    for _ in range(3 * LEADS):
        await asyncio.gather(*map(deliver, couriers))
        story.clock.at += timedelta(seconds=1)
        await story.slack.set_clock(story.clock.at)
    assert len(await story.slack.messages(RITA, EMEA)) == LEADS
    posts = [call for call in await story.slack.calls("chat.postMessage") if call.params["channel"] == EMEA]
    assert [call.error for call in posts] == [None] * LEADS
    assert all(later.at - earlier.at >= 1 for earlier, later in pairwise(posts))

    story.clock.at += timedelta(hours=2)
    await asyncio.gather(*(ticker.do_due(one, story.clock.now) for one in replicas))

    async with story.database.read() as session:
        steps = await session.exec(select(HistoryRow.handoff_id).where(col(HistoryRow.what) == "reminded"))
        assert list(Counter(steps.all()).values()) == [1] * LEADS
    for one in replicas:
        await one.close()
