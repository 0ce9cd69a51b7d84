"""A new policy leaves open clocks alone, unless its author asks for them to be counted anew."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.domain.handoff import Handoff
from bot.domain.policy import Policy, SignOff
from bot.usecases.deciding.changes import apply
from bot.usecases.governing import policies, recounting
from storage.deciding import handoffs
from storage.governing import policies as stored
from storage.tables import HistoryRow, OfferRow, PolicyRow
from tests.stories.conftest import MARTA, MAYA, RITA, ROOT, Story

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
SHORTER = TEXT.replace("acceptance: {within: 4 business hours", "acceptance: {within: 2 business hours")
SHORTEST = TEXT.replace("acceptance: {within: 4 business hours", "acceptance: {within: 1 business hours")


def friday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC)


async def handoff(story: Story, handoff_id: str) -> Handoff:
    async with story.database.read() as session:
        return await handoffs.get_one(session, handoff_id)


async def promised(story: Story, handoff_id: str) -> timedelta:
    """How long its rep has, from the offer on; the team works all that time."""
    now = await handoff(story, handoff_id)
    assert now.deadline_at
    assert now.offered_at
    return now.deadline_at - now.offered_at


async def put_up(story: Story, source: str, *, recount: bool, signed: bool = False) -> policies.Applied:
    """The policy of that file with the people of the one in force; `signed`: nobody need sign it."""
    async with story.database.read() as session:
        found = await stored.in_force(session)
    assert found
    clock = Policy.model_validate(found[1].model_dump()).sla["default"].acceptance
    assert clock
    within = source.split("acceptance: {within: ")[1].split(",", maxsplit=1)[0]
    shorter = clock.model_copy(update={"within": clock.within.parse(within)})
    sla = {**found[1].sla, "default": found[1].sla["default"].model_copy(update={"acceptance": shorter})}
    new = found[1].model_copy(update={"sla": sla, **({"sign_off": SignOff()} if signed else {})})
    return await policies.put_up(story.database, source, new, "ola", story.clock.at, recount=recount)


async def recomputed(story: Story) -> list[HistoryRow]:
    async with story.database.read() as session:
        rows = await session.exec(
            select(HistoryRow).where(HistoryRow.what == "clock recomputed").order_by(col(HistoryRow.id))
        )
        return list(rows)


async def test_clocks_are_counted_anew_only_where_the_author_asks_for_it(story: Story) -> None:
    lead = (await story.lead())["handoff_id"]
    assert (await handoff(story, lead)).deadline_at == friday(13)
    await story.settle()

    await put_up(story, SHORTEST, recount=False)
    await story.settle()
    assert "open lead" not in (await story.card(MARTA)).plain().lower()
    for signer in (MARTA, MAYA):
        await story.press_in_dm(signer, "Sign")
    kept = await handoff(story, lead)
    assert (kept.deadline_at, kept.due_at, kept.clock_version) == (friday(13), friday(11), None)
    assert await recomputed(story) == []

    await put_up(story, SHORTER, recount=True)
    await story.settle()
    told = (await story.card(MARTA)).plain()
    assert "Open leads get the new times. When proposed, 1 open lead: 1 due earlier." in told
    for signer in (MARTA, MAYA):
        assert (await handoff(story, lead)).deadline_at == friday(13)
        await story.press_in_dm(signer, "Sign")
    await story.settle()

    moved = await handoff(story, lead)
    assert (moved.deadline_at, moved.due_at, moved.clock_version, moved.policy_version) == (
        friday(11), friday(10), 3, 1,
    )  # fmt: skip
    (row,) = await recomputed(story)
    assert (row.why["from_version"], row.why["to_version"]) == (1, 3)
    assert (row.why["deadline_was"], row.why["deadline"]) == (friday(13).isoformat(), friday(11).isoformat())
    async with story.database.read() as session:
        assert (await session.exec(select(OfferRow.deadline_at))).one() == friday(11)
        assert (await session.exec(select(PolicyRow.recounted).where(PolicyRow.version == 3))).one() == "all"
    assert str(int(friday(11).timestamp())) in str((await story.card(RITA)).blocks)

    await story.until(friday(10, 1))
    assert len(await recomputed(story)) == 1
    assert (await handoff(story, lead)).step == 1


async def test_a_crash_a_replica_and_a_newer_policy_leave_none_out_and_count_none_twice(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PORTION", 2)
    leads = [
        (await story.lead(external_id=f"N-{n}", email=f"n{n}@acme.example", phone=None))["handoff_id"] for n in range(4)
    ]
    broken = sorted(leads)[1]

    async def fails(session, lead, before, *rest):  # type: ignore[no-untyped-def]
        if before.id == broken:
            raise RuntimeError("this one cannot be counted")
        await apply(session, lead, before, *rest)

    monkeypatch.setattr(recounting, "apply", fails)
    assert (await put_up(story, SHORTER, recount=True, signed=True)).state == "in_force"

    assert await recounting.recount_some(story.database, story.clock.at)
    assert [row.handoff_id for row in await recomputed(story)] == sorted(leads)[:1]
    assert (await put_up(story, SHORTEST, recount=False, signed=True)).version == 3
    newer = (await story.lead(external_id="N-9", email="n9@acme.example", phone=None))["handoff_id"]
    await asyncio.gather(*(recounting.recount_some(story.database, story.clock.at) for _ in range(2)))
    while await recounting.recount_some(story.database, story.clock.at):
        pass

    counted = [row.handoff_id or "" for row in await recomputed(story)]
    assert sorted(counted) == sorted(set(leads) - {broken})
    assert {await promised(story, one) for one in counted} == {timedelta(hours=2)}
    left = await handoff(story, broken)
    assert (await promised(story, broken), left.clock_version) == (timedelta(hours=4), None)
    fresh = await handoff(story, newer)
    assert (fresh.policy_version, fresh.clock_version) == (3, None)
    assert await promised(story, newer) == timedelta(hours=1)
