"""Four real processes share the work, are killed and started again in the middle of it: nothing twice, nothing lost."""

import asyncio
import os
import random
from collections import Counter
from itertools import pairwise

import pytest
from sqlmodel import func, select

from bot.usecases.operating.chaining import verify
from storage.delivery.cards import waiting
from storage.operating import audits
from storage.tables import CardRow, HandoffRow, HistoryRow, LeadRow, OfferRow
from tests.replicas.conftest import POLICY, SIGNING_SECRET, Site, until
from tests.support import forged
from tests.support.processes import BATON

REPLICAS = 4
LEADS = int(os.environ.get("REPLICAS_LEADS", "6"))
KILLS = int(os.environ.get("REPLICAS_KILLS", "3"))
SEED = int(os.environ.get("REPLICAS_SEED", "20261122"))
HASTY = f"""
import bot.app
from datetime import timedelta
from functools import partial
bot.app.Courier = partial(bot.app.Courier, lease=timedelta(seconds=6), settle_wait=timedelta(seconds=2))
{BATON}
"""
"""What a killed process had in hand is taken up after 6 seconds instead of 30; nothing else differs."""


async def send_all(site: Site, chance: random.Random) -> None:
    for number in range(LEADS):
        await site.lead(number)
        await asyncio.sleep(chance.uniform(0, 0.4))


async def kill_some(site: Site, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        victim = chance.choice(site.balancer.behind)
        site.balancer.behind.remove(victim)
        await victim.kill()
        await site.start(site.release, 1)


async def accept_some(site: Site, wanted: int) -> set[str]:
    """Cards that were pressed by a person, and then twice at once by hands that do not give up; the handoffs, by id."""
    accepted: set[str] = set()
    async with asyncio.timeout(60):
        while len(accepted) < wanted:
            for rep, channel, card in await site.offers():
                value = next(e["value"] for b in card.blocks for e in b.get("elements", []) if "value" in e)
                if value in accepted:
                    continue  # Slack still shows it as it was
                pressed = await site.slack.press(rep, channel, card, "Accept")
                if pressed.status == 200:
                    accepted.add(value)
                    await twice_at_once(site, rep, card.action("Accept"), value)
                if len(accepted) == wanted:
                    break
            await asyncio.sleep(0.1)
    return accepted


async def twice_at_once(site: Site, rep: str, action: str, value: str) -> None:
    press = (forged.press(site.http, SIGNING_SECRET, "http://127.0.0.1:9/", rep, action, value) for _ in range(2))
    await asyncio.gather(*press, return_exceptions=True)  # a process that dies with a click in hand answers nothing


@pytest.mark.timeout(300)  # a machine that does much else
async def test_nothing_is_lost_or_doubled_when_processes_die_under_load(site: Site) -> None:
    chance = random.Random(SEED)
    site.release.program = HASTY
    await site.release.run("migrate")
    await site.release.run("policy", "apply", str(POLICY))
    await site.start(site.release, REPLICAS)

    await site.slack.fault("chat.postMessage", "drop_reply", times=2)
    await site.slack.fault("chat.update", "delay", seconds=1, times=2)
    pressed, *_ = await asyncio.gather(accept_some(site, LEADS // 2), send_all(site, chance), kill_some(site, chance))

    async def at_rest() -> bool:
        async with site.database.read() as session:
            offered = select(func.count()).where(HandoffRow.state == "offered")
            return (await session.exec(offered)).one() == 0 and (await waiting(session)).behind == 0

    await until(at_rest, 45 + 8 * LEADS, f"it does not come to rest; seed {SEED}")
    codes = [await one.stop(within=20) for one in site.balancer.behind]
    assert codes == [0] * REPLICAS, site.release.said()
    await every_lead_has_one_card_a_place(site)
    await every_rung_fired_once(site, pressed)
    await paces_were_kept(site)
    assert "Traceback" not in site.release.said()


async def every_lead_has_one_card_a_place(site: Site) -> None:
    """What must be wanted is, and Slack shows exactly what the database says it does: nothing more, nothing twice."""
    async with site.database.read() as session:
        assert (await session.exec(select(func.count()).select_from(LeadRow))).one() == LEADS == len(site.stored)
        assert (await session.exec(select(func.count()).select_from(HandoffRow))).one() == LEADS
        offers = set((await session.exec(select(OfferRow.handoff_id, OfferRow.rep))).all())
        wanted = (await session.exec(select(CardRow).where(CardRow.kind != "home"))).all()
    assert {(card.handoff_id, card.recipient) for card in wanted if card.kind == "dm"} == offers
    assert Counter(card.kind for card in wanted)["channel"] == LEADS
    assert await site.messages() == {(card.channel, card.ts) for card in wanted if card.ts}


async def every_rung_fired_once(site: Site, pressed: set[str]) -> None:
    async with site.database.read() as session:
        rows = (await session.exec(select(HistoryRow.handoff_id, HistoryRow.what))).all()
        states = dict((await session.exec(select(HandoffRow.id, HandoffRow.state))).all())
        last = (await session.exec(select(func.max(HistoryRow.at)))).one()
        assert await audits.look(session, last) == []
    fired = Counter((handoff, what) for handoff, what in rows if handoff)
    assert {step: times for step, times in fired.items() if times > 1} == {}
    for handoff, state in states.items():
        did = {what for one, what in fired if one == handoff}
        assert state == "accepted" or {"reminded", "escalated", "recycled"} <= did, did
        assert (state == "accepted") == ("accepted" in did) <= (handoff in pressed)
    assert (await verify(site.database)).damage is None
    assert (await verify(site.database)).loose == 0


async def paces_were_kept(site: Site) -> None:
    posts = [call for call in await site.slack.calls("chat.postMessage") if call.error is None]
    for channel in {call.params["channel"] for call in posts}:
        moments = [call.at for call in posts if call.params["channel"] == channel]
        assert all(later - earlier >= 1 for earlier, later in pairwise(moments)), channel
    assert {call.error for call in await site.slack.calls()} <= {None, "ratelimited"}
    refused = [call.method for call in await site.slack.calls() if call.error]
    assert "chat.postMessage" not in refused
