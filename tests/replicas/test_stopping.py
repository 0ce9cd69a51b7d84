"""A stop ends in time, whatever is in hand: what was answered 2xx is stored, and nothing is doubled afterwards."""

import asyncio
import time

import httpx
import pytest
from sqlmodel import func, select

from storage.delivery.cards import waiting
from storage.tables import CardRow, LeadRow
from tests.replicas.conftest import POLICY, Site, until

ENDS_WITHIN = 20.0
BATCH = 400


def batch() -> dict[str, list[dict[str, str]]]:
    return {"items": [{"source": "fair", "external_id": f"B-{n}", "email": f"b{n}@b.example"} for n in range(BATCH)]}


@pytest.mark.timeout(300)  # a machine that does much else
async def test_a_stop_in_the_middle_of_everything_ends_in_time_and_loses_nothing(site: Site) -> None:
    await site.release.run("migrate")
    await site.release.run("policy", "apply", str(POLICY))
    (first,) = await site.start(site.release, 1)
    await site.lead(0)
    await until(lambda: anybody_offered(site), 20, "no card arrives")
    ((rep, channel, card),) = await site.offers()

    await site.slack.fault("chat.postMessage", "delay", seconds=8, times=2)
    await site.slack.fault("chat.update", "delay", seconds=8, times=4)
    await site.lead(1)
    taking = asyncio.ensure_future(site.http.post("/v1/leads", json=batch()))
    click = asyncio.ensure_future(site.slack.press(rep, channel, card, "Accept"))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    stopping = asyncio.ensure_future(first.stop(within=ENDS_WITHIN))
    await until(lambda: refuses(first.address), 5, "a stopping process goes on taking requests")
    assert await stopping == 0, first.said()
    assert time.monotonic() - began < ENDS_WITHIN
    (taken, pressed) = await asyncio.gather(taking, click, return_exceptions=True)

    await site.slack.clear_faults()
    site.balancer.behind.clear()
    (second,) = await site.start(site.release, 1)

    async def all_is_shown() -> bool:
        async with site.database.read() as session:
            return (await waiting(session)).behind == 0

    await until(all_is_shown, 60, "not everything is shown after the stop")
    async with site.database.read() as session:
        stored = (await session.exec(select(func.count()).select_from(LeadRow))).one()
        cards = (await session.exec(select(CardRow).where(CardRow.kind != "home"))).all()
    if isinstance(taken, httpx.Response) and taken.status_code == 202:
        assert stored == 2 + BATCH
    if not isinstance(pressed, BaseException) and pressed.status == 200:
        assert rep not in {one for one, _, _ in await site.offers()}
    assert await site.messages() == {(card.channel, card.ts) for card in cards if card.ts}
    assert await second.stop(within=ENDS_WITHIN) == 0


async def anybody_offered(site: Site) -> bool:
    return bool(await site.offers())


async def refuses(address: str) -> bool:
    try:
        async with httpx.AsyncClient(base_url=address) as http:
            return (await http.get("/healthz")).status_code != 200
    except httpx.TransportError:
        return True
